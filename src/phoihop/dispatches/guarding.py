"""Where the secrecy guard stands on the ways of documents: what is typed, what is issued, what comes as edXML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from phoihop.dispatches.documents import DraftInput
from phoihop.dispatches.edxml import Data, EdxmlDocument, EdxmlStatus
from phoihop.dispatches.models import Draft
from phoihop.files.guard.checking import check_file, check_name, check_text
from phoihop.files.models import Upload
from phoihop.files.sniffing import media_type, safe_name
from phoihop.files.storage import spooled
from phoihop.offices.acting import Acting

_PAPER: Final = ("abstract", "content", "type_name", "code")


def check_draft(stated: DraftInput | Draft, *, by: Acting, place: str = "draft", files: Iterable[Upload] = ()) -> None:
    """Raise SecretFound, at the field, when what a draft says, or a file's name, bears a mark of secrecy."""
    fields = {"abstract": stated.abstract, "content": stated.content, "other_recipients": stated.other_recipients}
    check_text(fields, place=place, by=by)
    for upload in files:
        check_name(upload.name, place=place, by=by)


def check_paper(values: Mapping[str, object], *, by: Acting) -> None:
    """Raise SecretFound, at the field, when what the clerk reads off a paper bears a mark of secrecy."""
    check_text({name: str(values.get(name) or "") for name in _PAPER}, place="paper", by=by)


def check_message(message: EdxmlDocument | EdxmlStatus, *, file_name: str, by: Acting) -> None:
    """Raise SecretFound when an edXML message, or a file in it, bears a mark of secrecy."""
    check_name(file_name, place="edxml", by=by)
    if isinstance(message, EdxmlStatus):
        check_text({"content": message.description}, place="edxml", by=by)
        return
    said = {"abstract": message.subject, "content": message.content, "type_name": message.type.name}
    check_text(said, place="edxml", by=by)
    for file in message.attachments:
        name = safe_name(file.name)
        if not file.data:
            continue
        with spooled([file.data]) as there:
            kind = media_type(there.head, name)
            check_file(there.path, name=name, media_type=kind, place="edxml", by=by, must_be_readable=False)


def check_unread(data: Data, *, file_name: str, by: Acting) -> None:
    """Raise SecretFound when a file that waits for the clerk unread bears a mark in its name or its plain text."""
    check_name(file_name, place="edxml", by=by)
    check_text({"content": bytes(data[:1_000_000]).decode("utf-8", "ignore")}, place="edxml", by=by)
