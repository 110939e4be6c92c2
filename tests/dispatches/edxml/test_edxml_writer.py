"""What we write: read back unchanged, valid by our schema of the standard, and signed so that others can tell."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from importlib.resources import files
from typing import Any

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.dispatches.edxml import (
    Business,
    DocumentId,
    DocumentType,
    EdxmlDocument,
    EdxmlStatus,
    OrganRef,
    Priority,
    ReceiverChange,
    Replacement,
    ResponseFor,
    Signer,
    Staff,
    StatusCode,
    Steering,
    Trace,
    normalise_code,
    read,
)
from phoihop.dispatches.edxml.values import VIETNAM, join_code, strip_hidden
from phoihop.dispatches.edxml.writer import OutFile, Unwritable, write

SCHEMA = xmlschema.XMLSchema(files("phoihop.dispatches").joinpath("data", "edxml.xsd").read_text("utf-8"))


def _clean(text: str) -> str:
    line = " ".join(strip_hidden(text).split())
    return "" if line.casefold() == "null" else line


_SIGNS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co"))
lines = st.text(_SIGNS, max_size=40).map(_clean)
words = lines.filter(bool)
days = st.dates(date(1945, 9, 2), date(2199, 12, 31))
moments = st.datetimes(datetime(1945, 9, 2), datetime(2199, 12, 30)).map(
    lambda at: at.replace(microsecond=0, tzinfo=VIETNAM)
)
codes = lines.map(normalise_code).map(_clean)


@st.composite
def document_ids(draw: st.DrawFn) -> DocumentId:
    if draw(st.booleans()):
        return DocumentId(raw=str(draw(st.uuids())), is_guid=True)
    organ = draw(words.map(lambda text: text.replace(",", ".").strip()).filter(bool))
    day, code = draw(days), draw(codes.filter(bool))
    raw = f"{organ},{day.year:04}/{day.month:02}/{day.day:02},{code}"
    return DocumentId(raw=raw, organ_id=organ, issued=day, code=code)


organs = st.builds(
    OrganRef, organ_id=words, name=lines, in_charge=lines, address=lines, email=lines, telephone=lines, fax=lines,
    website=lines,
)  # fmt: skip
staffs = st.builds(Staff, department=lines, name=lines, email=lines, mobile=lines)


@st.composite
def responses(draw: st.DrawFn) -> ResponseFor:
    document_id = draw(st.none() | document_ids())
    code = draw(codes) or (document_id.code if document_id else "")
    return ResponseFor(draw(lines), code, document_id, draw(st.none() | days))


def _blocks(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in strip_hidden(text).split("\n")).strip()


blocks = st.lists(lines, max_size=4).map("\n".join).map(_blocks)


@st.composite
def documents(draw: st.DrawFn) -> EdxmlDocument:
    document_id = draw(st.none() | document_ids())
    number, notation = draw(codes), draw(codes)
    code = join_code(number, notation) or (document_id.code if document_id else "")
    if not code and document_id is None:
        number = code = "12"
    business = draw(st.sampled_from(Business))
    return EdxmlDocument(
        digest="", business=business, sender=draw(organs), receivers=tuple(draw(st.lists(organs, max_size=3))),
        document_id=document_id, code=code, code_number=number, code_notation=notation,
        promulgation_place=draw(lines), promulgation_date=draw(st.none() | days),
        type=DocumentType(draw(lines), draw(lines), draw(lines)), subject=draw(lines), content=draw(blocks),
        signer=Signer(draw(lines), draw(lines), draw(lines)), due_date=draw(st.none() | days),
        priority=draw(st.sampled_from(Priority)), steering=draw(st.sampled_from(Steering)), sphere=draw(lines),
        typer_notation=draw(lines), copies=draw(st.none() | st.integers(0, 999_999)),
        pages=draw(st.none() | st.integers(0, 999_999)), direction=draw(st.none() | st.booleans()),
        appendixes=tuple(draw(st.lists(words, max_size=2))),
        response_for=tuple(one for one in draw(st.lists(responses(), max_size=2)) if one != ResponseFor()),
        to_places=tuple(draw(st.lists(words, max_size=3))),
        business_document_id=draw(st.none() | document_ids()), business_reason=draw(lines),
        paper=draw(st.none() | st.booleans()), updates_content=draw(st.booleans()),
        receiver_changes=tuple(draw(st.lists(st.builds(ReceiverChange, words, added=st.booleans()), max_size=3))),
        replacements=tuple(draw(st.lists(
            st.builds(Replacement, document_ids(), st.lists(words, max_size=2).map(tuple)), max_size=2))),
        staff=draw(staffs),
        traces=tuple(one for one in draw(st.lists(st.builds(Trace, lines, st.none() | moments), max_size=2))
                     if one != Trace()),
        signature=None, attachments=(), warnings=(),
    )  # fmt: skip


attached = st.lists(
    st.tuples(st.from_regex(r"[a-z]{1,12}", fullmatch=True), st.binary(min_size=1, max_size=200)), max_size=3
).map(lambda found: [(f"{name}-{number}.bin", data) for number, (name, data) in enumerate(found)])


def out_files(found: Sequence[tuple[str, bytes]]) -> list[OutFile]:
    return [OutFile(name, "application/octet-stream", lambda data=data: io.BytesIO(data)) for name, data in found]  # type: ignore[misc]


def written(message: EdxmlDocument | EdxmlStatus, found: Sequence[tuple[str, bytes]] = (), **how: Any) -> bytes:
    out = io.BytesIO()
    write(message, out_files(found), to=out, **how)
    return out.getvalue()


@given(message=documents(), found=attached)
@settings(max_examples=150, deadline=None)
def test_a_document_is_read_back_unchanged_and_satisfies_the_schema(
    message: EdxmlDocument, found: list[tuple[str, bytes]]
) -> None:
    data = written(message, found)
    SCHEMA.validate(data.decode())
    back = read(data)
    assert isinstance(back, EdxmlDocument)
    assert [attachment.data for attachment in back.attachments] == [data for _name, data in found]
    assert replace(back, digest="", warnings=(), attachments=()) == message


@given(
    sender=organs, answered=responses().filter(lambda one: one.code or one.document_id),
    code=st.sampled_from(StatusCode), description=blocks, at=st.none() | moments, staff=staffs,
)  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_a_status_message_is_read_back_unchanged_and_satisfies_the_schema(
    sender: OrganRef, answered: ResponseFor, code: StatusCode, description: str, at: datetime | None, staff: Staff
) -> None:
    message = EdxmlStatus("", sender, answered, code, description, at, staff, ())
    data = written(message)
    SCHEMA.validate(data.decode())
    back = read(data)
    assert isinstance(back, EdxmlStatus)
    assert replace(back, digest="", warnings=()) == message


MESSAGE = EdxmlDocument(
    digest="", business=Business.NEW, sender=OrganRef("H41.01", "UBND tỉnh Diễn Tập"), receivers=(OrganRef("H42"),),
    document_id=None, code="12/UBND-VP", code_number="12", code_notation="UBND-VP", promulgation_place="Vinh",
    promulgation_date=date(2026, 10, 3), type=DocumentType(name="Công văn"), subject="V/v phòng, chống bão",
    content="", signer=Signer(full_name="Trần Thị Mẫu"), due_date=None, priority=Priority.NORMAL,
    steering=Steering.NONE, sphere="", typer_notation="", copies=None, pages=None, direction=None, appendixes=(),
    response_for=(), to_places=(), business_document_id=None, business_reason="", paper=None, updates_content=False,
    receiver_changes=(), replacements=(), staff=Staff(), traces=(), signature=None, attachments=(), warnings=(),
)  # fmt: skip


def test_what_the_schema_forbids_is_not_written() -> None:
    with pytest.raises(Unwritable):
        written(replace(MESSAGE, sender=OrganRef("")))
    with pytest.raises(Unwritable):
        written(replace(MESSAGE, subject="x" * 2001))


def test_a_subject_that_looks_like_our_place_for_a_file_stays_a_subject() -> None:
    back = read(written(replace(MESSAGE, subject="@0"), [("a.bin", b"\x00\x01du lieu")]))
    assert isinstance(back, EdxmlDocument)
    assert back.subject == "@0"


def test_the_same_message_is_written_the_same() -> None:
    found = [("a.pdf", b"%PDF-1.4 x"), ("b.txt", "chữ".encode())]
    assert written(MESSAGE, found) == written(MESSAGE, found)


def test_names_keep_their_letters() -> None:
    name = unicodedata.normalize("NFD", "Báo cáo số liệu.pdf")
    back = read(written(MESSAGE, [(name, b"%PDF-1.4 x")]))
    assert isinstance(back, EdxmlDocument)
    assert [one.name for one in back.attachments] == ["Báo cáo số liệu.pdf"]


def test_elements_bear_the_prefix_that_peers_look_for() -> None:
    text = written(MESSAGE, [("a.txt", b"x")]).decode()
    for element in ("edXMLEnvelope", "MessageHeader", "OrganId", "BussinessDocType", "ContentTransferEncoded"):
        assert f"<edXML:{element}" in text
