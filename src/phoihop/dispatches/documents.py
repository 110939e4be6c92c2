"""What a draft says, cleaned and checked: from a form, the API or a saved draft to the body of a record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.clock import local, today
from phoihop.core.errors import Invalid
from phoihop.core.text import clean_line, clean_text
from phoihop.dispatches.marking import MAX_YEARS, PersonalData, is_plausible_term, is_too_wide, retention
from phoihop.dispatches.rules import Circulation, Urgency
from phoihop.dispatches.types import DocumentType, rules_for
from phoihop.offices.models import IssuingBody
from phoihop.offices.snapshot import directory

MAX_ABSTRACT = 500
MAX_CONTENT = 100_000
MAX_CONTENT_BYTES = 160_000
"""In UTF-8: with a long list of recipients and files, a record still holds it."""
EARLIEST_YEAR, LATEST_YEAR = 1945, 2200


@dataclass(frozen=True)
class DraftInput:
    """Everything a person may state about a document before it is signed. Incomplete is allowed; wrong is not.

    ``personal_data`` is a ``marking.PersonalData`` or empty; ``keep_until`` the last day such a document is kept.
    ``unit`` is the notation of the drafting unit, which letters carry after the body's: "NN" in 12/UBND-NN.
    """

    body_id: UUID | None = None
    type_code: str = ""
    unit: str = ""
    abstract: str = ""
    content: str = ""
    urgency: str = Urgency.NORMAL.value
    circulation: str = Circulation.NORMAL.value
    recipients: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    other_recipients: str = ""
    due_at: datetime | None = None
    reply_to: UUID | None = None
    related_to: UUID | None = None
    personal_data: str = ""
    keep_until: date | None = None

    def cleaned(self) -> DraftInput:
        """The same in NFC and without deceptive characters. Raises Invalid with a message at each field."""
        problems: dict[str, list[str]] = {}
        texts: dict[str, str] = {}
        for name in ("unit", "abstract", "content", "other_recipients"):
            clean = clean_text if name == "content" else clean_line
            try:
                texts[name] = clean(getattr(self, name))
            except Invalid as error:
                problems[name] = [str(error)]
        self._check_choices(problems)
        if len(texts.get("abstract", "")) > MAX_ABSTRACT:
            problems["abstract"] = [_("Trích yếu dài quá %(most)d ký tự; hãy rút gọn.") % {"most": MAX_ABSTRACT}]
        content = texts.get("content", "")
        if len(content) > MAX_CONTENT or len(content.encode()) > MAX_CONTENT_BYTES:
            problems["content"] = [_("Nội dung quá dài; hãy đính kèm tệp thay cho gõ vào đây.")]
        if problems:
            raise Invalid("draft_invalid", _("Có mục chưa hợp lệ; xem lời nhắc ở từng mục."), fields=problems)
        return DraftInput(**{**self.__dict__, **texts})

    def _check_choices(self, problems: dict[str, list[str]]) -> None:
        if self.urgency not in set(Urgency):
            problems["urgency"] = [_("Độ khẩn không hợp lệ.")]
        if self.circulation not in set(Circulation):
            problems["circulation"] = [_("Phạm vi lưu hành không hợp lệ.")]
        if not is_plausible(self.due_at):
            problems["due_at"] = [_("Năm không hợp lý.")]
        if self.personal_data and self.personal_data not in set(PersonalData):
            problems["personal_data"] = [_("Loại dữ liệu cá nhân không hợp lệ.")]
        if self.personal_data and self.circulation == Circulation.PUBLIC:
            problems["circulation"] = [_("Văn bản có dữ liệu cá nhân không được công khai.")]
        if not is_plausible(self.keep_until):
            problems["keep_until"] = [_("Năm không hợp lý.")]


def is_plausible(day: date | None) -> bool:
    """Whether a day or time lies in years that documents have; every year beside them breaks some reader's page."""
    return day is None or EARLIEST_YEAR <= day.year < LATEST_YEAR


def document_type(body: IssuingBody, type_code: str) -> DocumentType:
    """The type of a document in its body's regime, issuable today. Raises Invalid at the field."""
    rules = rules_for(body.regime, today())
    found = next((kind for kind in rules.issuable_types() if kind.key == type_code), None)
    if found is None:
        message = _("%(body)s không ban hành loại văn bản này.") % {"body": body.name}
        raise Invalid("type_unknown", message, fields={"type_code": [message]})
    return found


def check_complete(stated: DraftInput, body: IssuingBody) -> None:
    """Raise Invalid, with a message at each field, unless a document is ready to be signed."""
    missing: dict[str, list[str]] = {}
    if not stated.abstract:
        missing["abstract"] = [_("Nhập trích yếu nội dung.")]
    if not stated.recipients:
        missing["recipients"] = [_("Chọn ít nhất một nơi nhận.")]
    elif not any(row.get("role", "main") == "main" for row in stated.recipients):
        missing["recipients"] = [_("Chọn ít nhất một nơi nhận chính (Kính gửi).")]
    try:
        document_type(body, stated.type_code)
    except Invalid as error:
        missing |= error.fields
    missing |= _mark_problems(stated)
    if missing:
        raise Invalid("draft_incomplete", _("Văn bản chưa đủ để trình ký."), fields=missing)


def _mark_problems(stated: DraftInput) -> dict[str, list[str]]:
    """What keeps a document with personal data from going out: too wide an audience, or a term that is none."""
    if not stated.personal_data:
        return {}
    found: dict[str, list[str]] = {}
    most, communes = retention().most_offices, defaultdict(set)
    for office in directory().offices.values():
        if office.commune_code:
            communes[office.province_code].add(str(office.id))
    if is_too_wide(communes, {str(row.get("office")) for row in stated.recipients}, most):
        said = _("Văn bản có dữ liệu cá nhân chỉ gửi nơi cần biết: tối đa %(most)d nơi, không gửi cả nhóm xã, phường.")
        found["recipients"] = [said % {"most": most}]
    if stated.keep_until is not None and not is_plausible_term(stated.keep_until, today()):
        said = _("Chọn ngày sau hôm nay, không quá %(years)d năm.")
        found["keep_until"] = [said % {"years": MAX_YEARS}]
    return found


def last_day_kept(kind: str, *, stated: date | None, due_at: datetime | None) -> date:
    """The last day a marked document is kept: as stated, else the term of its kind after it should be answered."""
    if stated is not None:
        return stated
    since = max(local(due_at).date(), today()) if due_at else today()
    return retention().last_day(PersonalData(kind), since)
