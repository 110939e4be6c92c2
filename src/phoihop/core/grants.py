"""Rights in the database that no model declares: made by hand, they open what isolation closes, and nothing fails."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from phoihop.core.isolation import GATE, LOGIN, ROLES, WORKER, classified_models

_HELD = """
SELECT c.relname, COALESCE(r.rolname, 'PUBLIC'), a.privilege_type
FROM pg_class c
CROSS JOIN LATERAL (SELECT * FROM aclexplode(c.relacl)
    UNION ALL SELECT e.* FROM pg_attribute t, aclexplode(t.attacl) e WHERE t.attrelid = c.oid) a
LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    AND (a.grantee = 0 OR r.rolname = ANY(%s))
"""
_POLICIES = "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'"


def undeclared(cursor: CursorWrapper) -> Sequence[str]:
    """Grants and policies on tables that ``isolation.apply`` did not make, as ``table: role VERB``, sorted."""
    granted, policies = _declared()
    cursor.execute(_HELD, [[LOGIN, *ROLES]])
    surplus = {row for row in cursor.fetchall() if row not in granted and not _has_no_model(row)}
    cursor.execute(_POLICIES)
    surplus |= {(table, name, "POLICY") for table, name in cursor.fetchall() if (table, name) not in policies}
    return sorted(f"{table}: {role} {verb}" for table, role, verb in surplus)


def _declared() -> tuple[set[tuple[str, str, str]], set[tuple[str, str]]]:
    declared = [(item.table, policy) for item in classified_models() for policy in item.isolation.policies()]
    granted = {(table, policy.role, verb) for table, policy in declared for verb in policy.verbs.split(", ")}
    return granted, {(table, policy.role) for table, policy in declared}


def _has_no_model(row: tuple[str, str, str]) -> bool:
    """Job tables belong to the worker in full; the cache of sign-in is a table of Django's, reached by the gate."""
    table, role, _verb = row
    caches = {cache.get("LOCATION") for cache in settings.CACHES.values()}
    return (table.startswith("procrastinate_") and role == WORKER) or (table in caches and role == GATE)
