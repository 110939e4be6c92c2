"""What documents are called, for the journal: type and code, never what they say."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from phoihop.dispatches.models import Dispatch, Draft
from phoihop.dispatches.selectors.search import code_query
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission

_MOST = 500


def names_of(ids: Collection[UUID], *, by: Acting) -> Mapping[UUID, str]:
    """Documents and drafts of these ids that the office has, by what they are called."""
    check_may(by, Permission.JOURNAL_VIEW)
    drafts = Draft.objects.filter(office_id=by.office_id, id__in=ids).values_list("id", "code")
    found = {one: code or _("Dự thảo") for one, code in drafts}
    for one, kind, code in Dispatch.objects.filter(id__in=ids).values_list("id", "type_name", "code"):
        found[one] = f"{kind} {code}".strip()
    return found


def ids_of_code(code: str, *, by: Acting) -> Collection[UUID]:
    """Documents the office sees by their code, typed in any of the usual ways."""
    check_may(by, Permission.JOURNAL_VIEW)
    wanted = code_query(code)
    if not wanted:
        return ()
    with connection.cursor() as cursor:
        cursor.execute("SELECT dispatch_id FROM dispatches_search(%s, %s, %s, %s)", ["", wanted, None, _MOST])
        return [one for (one,) in cursor.fetchall()]
