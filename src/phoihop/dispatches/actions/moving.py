"""A draft goes on: its new state, what the office's journal says, the text as it was, and who is told."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection
from django.db.models import Max

from phoihop.audit.actions import note
from phoihop.core.clock import now
from phoihop.core.errors import Invalid
from phoihop.core.text import clean_text
from phoihop.dispatches.models import Draft, DraftVersion
from phoihop.dispatches.notices import tell_of_draft
from phoihop.dispatches.rules import DraftState
from phoihop.exchange.sequencer import CHANNEL
from phoihop.files.guard.checking import check_text
from phoihop.files.selectors import uploads_of
from phoihop.offices.acting import Acting


def move_draft(draft: Draft, target: DraftState, *, by: Acting, event: str, **changes: Any) -> Draft:
    """Put a locked draft into its next state with what changes beside it, note it and tell whom it waits for."""
    for name, value in {**changes, "state": target.value}.items():
        setattr(draft, name, value)
    draft.revision += 1
    draft.changed_at = now()
    draft.save()
    note(by=by, event=f"dispatches:draft:{event}", subject_id=draft.id)
    tell_of_draft(draft)
    say_changed(draft)
    return draft


def keep_version(draft: Draft, *, event: str, by: Acting, remark: str = "") -> DraftVersion:
    """Keep what a locked draft says now, with the remark made on it."""
    last = DraftVersion.objects.filter(draft_id=draft.id).aggregate(last=Max("number"))["last"] or 0
    files = [{"name": one.name, "sha256": one.sha256} for one in uploads_of(draft.id, by=by)]
    return DraftVersion.objects.create(
        office_id=by.office_id, draft_id=draft.id, number=last + 1, event=event, abstract=draft.abstract,
        content=draft.content, files=files, by_name=by.person_name, by_title=by.position_title, remark=remark,
    )  # fmt: skip


def clean_reason(reason: str, *, field: str, by: Acting) -> str:
    """A remark as it is stored. Raises Invalid, or SecretFound, at its field."""
    check_text({field: reason}, place="draft", by=by)
    try:
        return clean_text(reason)
    except Invalid as error:
        error.fields = {field: [str(error)]}
        raise


def say_changed(draft: Draft) -> None:
    """Have the open pages of the draft's own office look again, once this is committed."""
    payload = {"office": str(draft.office_id), "subjects": [str(draft.id)]}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(payload)])
