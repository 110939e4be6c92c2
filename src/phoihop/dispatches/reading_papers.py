"""What a scan or file says of itself, as proposals for the entry form. Reading takes its time: outside transactions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from phoihop.documents.reading import Field, Proposal, Unreadable, read
from phoihop.files.models import Upload
from phoihop.files.storage import stored_path

FORM_FIELDS: Final[dict[Field, str]] = {
    "issuer": "issuer_name",
    "code": "code",
    "dated": "dated",
    "type_name": "type_name",
    "abstract": "abstract",
    "signer": "signatory_name",
    "position": "signatory_title",
    "urgency": "urgency",
}
_SECONDS: Final = 60.0
_SURE: Final = 0.85
_READABLE: Final = ("application/pdf", "image/", "text/plain")


@dataclass(frozen=True)
class Reading:
    """The file that was read and what it proposes, by the form's fields."""

    file_name: str
    proposals: dict[str, Proposal]

    def note(self, name: str) -> str:
        """What stands under a field that was filled in: a proposal, how sure, and the page it was found on."""
        one = self.proposals[name]
        if one.box is None:
            return _("Đề xuất; cần kiểm tra.")
        if one.confidence >= _SURE:
            return _("Đề xuất, đọc ở trang {page}.").format(page=one.box.page)
        return _("Đề xuất, đọc ở trang {page}, chưa chắc; cần kiểm tra.").format(page=one.box.page)


def read_first(uploads: Sequence[Upload]) -> Reading | None:
    """What the first readable file proposes; None when no file says anything."""
    for upload in uploads:
        if not (upload.media_type.startswith(_READABLE) or "wordprocessingml" in upload.media_type):
            continue
        try:
            with stored_path(upload.sha256) as path:
                paper = read(path, upload.media_type, seconds=_SECONDS)
        except Unreadable:
            continue
        found = {form: paper.proposals[field] for field, form in FORM_FIELDS.items() if field in paper.proposals}
        if len(found) > 1:
            return Reading(upload.name, found)
    return None
