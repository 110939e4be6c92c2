"""Making an installation ready: roles, database and extensions; then tables and policies; then keys.

Everything here may be repeated without harm. Roles and extensions need more rights than any running part has, so they
are made here and never by a migration.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from phoihop.config.postgres import ADMIN, DATABASE, Place
from phoihop.core.errors import Invalid, Unavailable
from phoihop.core.isolation import LOGIN, OWNER, ROLES, create_roles_sql

EXTENSIONS = ("pg_trgm",)


@dataclass(frozen=True)
class Outside:
    """A PostgreSQL that somebody else runs, named by the two addresses in the environment."""

    login: str
    owner: str

    @property
    def database(self) -> str:
        return str(conninfo_to_dict(self.owner).get("dbname") or DATABASE)


def outside(environment: Mapping[str, str] = os.environ) -> Outside | None:
    """The outside database of this installation, or None when the embedded one is used.

    Raises Invalid when only one of DATABASE_URL and DATABASE_OWNER_URL is set, or one cannot be read.
    """
    login, owner = environment.get("DATABASE_URL", ""), environment.get("DATABASE_OWNER_URL", "")
    if not login and not owner:
        return None
    if not login or not owner:
        raise Invalid(
            "database-url",
            "Cơ sở dữ liệu bên ngoài cần hai địa chỉ: DATABASE_URL và DATABASE_OWNER_URL.",
            remedy=f"DATABASE_URL dùng vai trò {LOGIN}; DATABASE_OWNER_URL dùng vai trò {OWNER} hoặc quản trị.",
        )
    for url in (login, owner):
        try:
            conninfo_to_dict(url)
        except psycopg.ProgrammingError as error:
            raise Invalid("database-url", f"Không đọc được địa chỉ cơ sở dữ liệu: {error}") from None
    return Outside(login, owner)


def prepare_embedded(where: Place, database: str = DATABASE) -> None:
    """Make roles, database and extensions in the embedded cluster."""
    prepare(where.dsn(ADMIN, "postgres"), database)


def prepare(administrator: str, database: str) -> None:
    """Make roles, database and extensions as an administrator; ``administrator`` is a connection string."""
    with psycopg.connect(administrator, autocommit=True) as connection:
        for statement in _role_statements():
            connection.execute(statement)
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if not found:
            connection.execute(_create_database(database))
    with psycopg.connect(make_conninfo(administrator, dbname=database), autocommit=True) as connection:
        for statement in _database_statements(database):
            connection.execute(statement)


def _create_database(database: str) -> sql.Composed:
    return sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
        sql.Identifier(database), sql.Identifier(OWNER)
    )


def _role_statements() -> Sequence[str]:
    """What ``create_roles_sql`` says of roles alone, which concerns the cluster and must precede the database."""
    return [line for line in create_roles_sql(database="-") if "CREATE ROLE" in line]


def _database_statements(database: str) -> Sequence[str]:
    extensions = [f"CREATE EXTENSION IF NOT EXISTS {name}" for name in EXTENSIONS]
    return [*create_roles_sql(database=database), *extensions]


def prepare_outside(outer: Outside) -> None:
    """Make roles, database and extensions on an outside server if its owner address may.

    Raises Unavailable with the exact statements for the server's administrator when it may not and they are missing.
    """
    if _is_prepared(outer):
        return
    try:
        prepare(make_conninfo(outer.owner, dbname="postgres"), outer.database)
        _set_login_password(outer)
    except psycopg.Error as error:
        raise Unavailable(
            "database-not-prepared",
            f"Cơ sở dữ liệu chưa được chuẩn bị và địa chỉ đã cho không đủ quyền: {str(error).strip()}",
            remedy="Đề nghị người quản trị PostgreSQL chạy các lệnh sau:\n" + administrator_sql(outer.database),
        ) from None


def _is_prepared(outer: Outside) -> bool:
    try:
        with psycopg.connect(outer.login) as login, psycopg.connect(outer.owner) as owner:
            member = login.execute(
                "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid"
                " WHERE m.member = current_user::regrole AND r.rolname = ANY(%s)",
                [list(ROLES)],
            ).fetchone()
            extensions = owner.execute(
                "SELECT count(*) FROM pg_extension WHERE extname = ANY(%s)", [list(EXTENSIONS)]
            ).fetchone()
    except psycopg.OperationalError:
        return False
    return member == (len(ROLES),) and extensions == (len(EXTENSIONS),)


def _set_login_password(outer: Outside) -> None:
    password = conninfo_to_dict(outer.login).get("password")
    if password:
        with psycopg.connect(outer.owner, autocommit=True) as connection:
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(LOGIN), sql.Literal(str(password)))
            )


def administrator_sql(database: str) -> str:
    """The statements an administrator runs in psql to prepare an outside server."""
    lines = [f"{line};" for line in _role_statements()]
    lines += [f"\\password {LOGIN}", f"\\password {OWNER}"]
    lines += [f"CREATE DATABASE \"{database}\" OWNER {OWNER} ENCODING 'UTF8' TEMPLATE template0;"]
    lines += [f'\\connect "{database}"', *(f"{line};" for line in _database_statements(database))]
    return "\n".join(lines)
