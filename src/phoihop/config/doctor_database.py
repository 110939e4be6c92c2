"""The doctor's questions to the database: reachable, new enough, durable, prepared, with no more rights than due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import Error, connections
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from phoihop.config.binaries import OLDEST_VERSION
from phoihop.config.findings import Finding, note, problem
from phoihop.config.initialise import EXTENSIONS
from phoihop.core.clock import now
from phoihop.core.grants import undeclared
from phoihop.core.isolation import LOGIN, ROLES, scope
from phoihop.exchange import standing
from phoihop.exchange.directory.verifying import verify_directory
from phoihop.exchange.models import Checkpoint, DirectoryRecord, Record
from phoihop.offices.second_factor import unreadable_accounts

_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
_LARGEST_CLOCK_DIFFERENCE = timedelta(seconds=5)
_SLOWEST_SEQUENCING = timedelta(seconds=60)
_SLOWEST_JOB = timedelta(minutes=10)
_SHOWN = 10


def findings() -> Iterator[Finding]:
    """All findings about the database; stops early where the rest cannot be known."""
    try:
        with connections["default"].cursor() as cursor:
            yield from _server(cursor)
            yield from _roles(cursor)
    except Error as error:
        yield problem(
            "database",
            _("Không kết nối được cơ sở dữ liệu: %(error)s") % {"error": str(error).strip()},
            _("Kiểm tra DATABASE_URL, hoặc chạy: phoihop init"),
        )
        return
    finally:
        connections["default"].close()
    migrated = list(_migrations())
    yield from migrated
    if not migrated:
        yield from _work()
        yield from _standing()
        yield from _second_factors()


def _second_factors() -> Iterator[Finding]:
    """Secrets of the second step that a lost or changed key of this installation has shut for good."""
    with scope("gate"):
        names = [account.username for account in unreadable_accounts()]
    connections["default"].close()
    if names:
        said = {"count": len(names), "names": ", ".join(names[:_SHOWN])}
        yield problem(
            "second-factors",
            _("Không đọc được xác minh hai bước của %(count)d tài khoản: %(names)s.") % said,
            _(
                "Khôi phục keys/secret_key từ bản sao lưu. Nếu đã mất hẳn, chạy: phoihop account clear-second-factors"
                " --unreadable; những người này chỉ còn mật khẩu và phải đăng ký lại."
            ),
        )


def _standing() -> Iterator[Finding]:
    """Whether this node may write, and whether its directory is whole."""
    reason = standing.examine()
    if reason is not None:
        yield problem(reason.code.replace("_", "-"), reason.message, reason.remedy)
    for message in verify_directory():
        yield problem("directory", message, _("Xem: phoihop directory verify"))
    with scope("worker", read_only=True):
        founded = DirectoryRecord.objects.exists()
    for alias in connections:
        connections[alias].close()
    if not founded:
        yield note(
            "directory-missing",
            _("Máy chủ này chưa có danh bạ của vùng."),
            _("Lập danh bạ mới hoặc tham gia danh bạ đã có: phoihop directory --help"),
        )


def _server(cursor: CursorWrapper) -> Iterator[Finding]:
    cursor.execute("SELECT current_setting('server_version_num')::int / 10000, clock_timestamp()")
    version, clock = cursor.fetchone()
    if version < OLDEST_VERSION:
        yield problem(
            "postgres-version",
            _("PostgreSQL %(version)s quá cũ.") % {"version": version},
            _("Nâng cấp lên PostgreSQL %(oldest)s trở lên.") % {"oldest": OLDEST_VERSION},
        )
    if abs(clock - now()) > _LARGEST_CLOCK_DIFFERENCE:
        yield problem(
            "clock-difference",
            _("Đồng hồ máy này và máy chủ cơ sở dữ liệu lệch nhau."),
            _("Bật đồng bộ giờ (NTP) trên cả hai máy."),
        )
    for name in _DURABLE:
        cursor.execute("SELECT current_setting(%s)", [name])
        if cursor.fetchone()[0] == "off":
            yield problem(
                "not-durable",
                _("PostgreSQL đang tắt %(name)s: mất điện có thể làm mất văn bản đã phát hành.") % {"name": name},
                _("Đặt %(name)s = on rồi nạp lại cấu hình PostgreSQL.") % {"name": name},
            )


def _roles(cursor: CursorWrapper) -> Iterator[Finding]:
    cursor.execute(
        "SELECT current_user, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolinherit,"
        " ARRAY(SELECT r.rolname::text FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid"
        "  WHERE m.member = p.oid) FROM pg_roles p WHERE rolname = current_user"
    )
    user, over_privileged, member_of = cursor.fetchone()
    if over_privileged or user != LOGIN or set(member_of) - set(ROLES):
        yield problem(
            "login-role",
            _("Vai trò đăng nhập %(user)s có quyền quá mức: cô lập giữa các cơ quan không còn hiệu lực.")
            % {"user": user},
            _("Dùng vai trò %(login)s trong DATABASE_URL; phoihop init tạo vai trò này.") % {"login": LOGIN},
        )
    missing = set(ROLES) - set(member_of)
    cursor.execute("SELECT extname FROM pg_extension")
    missing |= set(EXTENSIONS) - {name for (name,) in cursor.fetchall()}
    if missing:
        yield problem(
            "not-prepared",
            _("Cơ sở dữ liệu thiếu: %(names)s.") % {"names": ", ".join(sorted(missing))},
            _("Chạy: phoihop init"),
        )
    surplus = undeclared(cursor)
    if surplus:
        yield problem(
            "undeclared-rights",
            _("Có quyền cấp bằng tay trong cơ sở dữ liệu: %(rights)s.") % {"rights": "; ".join(surplus[:_SHOWN])},
            _("Thu hồi các quyền này (REVOKE, DROP POLICY) bằng tài khoản chủ sở hữu."),
        )


def _migrations() -> Iterator[Finding]:
    try:
        executor = MigrationExecutor(connections["owner"])
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error as error:
        yield problem(
            "owner-role",
            _("Không kết nối được với quyền chủ sở hữu: %(error)s") % {"error": str(error).strip()},
            _("Kiểm tra DATABASE_OWNER_URL, hoặc chạy: phoihop init"),
        )
        return
    finally:
        connections["owner"].close()
    if pending:
        yield problem(
            "migrations",
            _("Còn %(count)d bước cập nhật bảng chưa chạy.") % {"count": len(pending)},
            _("Chạy: phoihop init"),
        )


def _work() -> Iterator[Finding]:
    """Work that waits too long: records without a place in the log, jobs that nobody takes."""
    moment = now()
    with scope("worker", read_only=True):
        last = Checkpoint.objects.order_by("-last_transaction", "-last_position").first()
        behind = Record.objects.filter(at__lt=moment - _SLOWEST_SEQUENCING)
        if last is not None:
            later = Q(transaction=last.last_transaction, position__gt=last.last_position)
            behind = behind.filter(Q(transaction__gt=last.last_transaction) | later)
        waiting = behind.count()
        jobs = ProcrastinateJob.objects.filter(status="todo", scheduled_at__isnull=True)
        old = jobs.filter(procrastinateevent__at__lt=moment - _SLOWEST_JOB).distinct().count()
    connections["default"].close()
    if waiting:
        yield problem(
            "sequencer-behind",
            _("%(count)d bản ghi chưa được vào nhật ký sau hơn một phút.") % {"count": waiting},
            _("Xem %(log)s.") % {"log": settings.HOME / "log" / "sequencer.log"},
        )
    if old:
        yield problem(
            "jobs-waiting",
            _("%(count)d việc chờ hơn mười phút.") % {"count": old},
            _("Xem %(log)s.") % {"log": settings.HOME / "log" / "worker.log"},
        )
