"""A draft as the paper it will be: what the office has entered, described for ``documents`` to write as Word or PDF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from phoihop.core.clock import today
from phoihop.core.errors import Invalid
from phoihop.dispatches.addressing import Addressee, addressees
from phoihop.dispatches.documents import document_type
from phoihop.dispatches.models import Draft
from phoihop.dispatches.rules import Circulation, Urgency
from phoihop.dispatches.selectors import access
from phoihop.dispatches.types import DocumentType, Form, compose_code, rules_for, split_code
from phoihop.documents import components
from phoihop.documents.describing import describe
from phoihop.offices.acting import Acting
from phoihop.offices.models import IssuingBody

_UNKNOWN: Final = "…"
_FILING: Final = "VT"


def describe_draft(draft: Draft, *, by: Acting) -> components.Document:
    """The paper of a draft; what is not known yet is left blank.

    Raises Invalid ``paper_incomplete`` while body or type is not chosen, and what ``document_type`` raises.
    """
    if not draft.body_id or not draft.type_code:
        raise Invalid(
            "paper_incomplete",
            _("Chưa chọn cơ quan ban hành và loại văn bản nên chưa có mẫu."),
            remedy=_("Chọn cơ quan ban hành, loại văn bản, lưu dự thảo rồi tải lại."),
        )
    body = access.body(draft.body_id, by=by)
    kind = document_type(body, draft.type_code)
    audience = _audience(draft, by)
    main = tuple(one.office.name for one in audience if one.role == "main")
    return describe(
        regime=body.regime,
        type_key=kind.key,
        type_name=kind.name.partition(" (")[0],
        issuer=body.name,
        superior=body.superior_name,
        on=draft.dated or today(),
        number=_number(draft, body, kind),
        place=body.place,
        day=draft.dated,
        abstract=draft.abstract,
        text=draft.content,
        addressees=main if kind.form is Form.LETTER else (),
        signatures=(_signature(draft, body),),
        recipients=_recipients(draft, audience, kind),
        marks=_marks(draft),
    )


def _audience(draft: Draft, by: Acting) -> Sequence[Addressee]:
    """Whom it is addressed to; what is no longer in the directory is told when it is sent, not on the paper."""
    try:
        return addressees(draft.recipients, sender_id=by.office_id) if draft.recipients else ()
    except Invalid:
        return ()


def _number(draft: Draft, body: IssuingBody, kind: DocumentType) -> components.Number:
    given = split_code(draft.code) if draft.code else None
    if given is not None:
        return components.Number(given.notation, given.number)
    if kind.form is Form.UNNUMBERED:
        return components.Number("")
    day = draft.dated or today()
    rules = rules_for(body.regime, day)
    code = compose_code(rules, kind.key, number=1, issuer=body.notation, unit=draft.unit, year=day.year)
    return components.Number(code.notation)


def _signature(draft: Draft, body: IssuingBody) -> components.Signature:
    """Who signed; before that, blanks. In whose place is told as far as body and title say it."""
    key = draft.signer_authority.replace(".", "").replace("/", "").strip().upper()
    title = draft.signer_title or _UNKNOWN
    if key not in set(components.Authority):
        return components.Signature(title, draft.signer_name)
    form = components.Authority(key)
    line = components.SigningAuthority(form, _in_place_of(form, title, body))
    return components.Signature(title, draft.signer_name, (line,))


def _in_place_of(form: components.Authority, title: str, body: IssuingBody) -> str:
    if form is components.Authority.COLLECTIVE:
        return body.name
    if form is components.Authority.SUPERIOR and title.casefold().startswith("phó "):
        return title[len("phó ") :]
    return _UNKNOWN


def _recipients(draft: Draft, audience: Sequence[Addressee], kind: DocumentType) -> components.Recipients:
    is_letter = kind.form is Form.LETTER
    lines = ["Như trên"] if is_letter and any(one.role == "main" for one in audience) else []
    lines += [one.office.name for one in audience if one.role == "copy" or not is_letter]
    lines += [line.strip() for line in draft.other_recipients.splitlines() if line.strip()]
    filing = f"{_FILING}, {draft.unit}" if draft.unit else _FILING
    return components.Recipients(tuple(lines), filing)


def _marks(draft: Draft) -> components.Marks:
    urgency = None if draft.urgency == Urgency.NORMAL else components.Urgency(draft.urgency)
    circulation = ("Lưu hành nội bộ",) if draft.circulation == Circulation.INTERNAL else ()
    return components.Marks(urgency, circulation)
