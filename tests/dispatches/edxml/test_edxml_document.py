"""What a message says, and every fault of peers that is forgiven."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta, timezone

import pytest

from phoihop.dispatches.edxml import Business, EdxmlDocument, Priority, StatusCode, Steering, Unreadable, read
from phoihop.dispatches.edxml.values import join_code, normalise_code, parse_date, parse_time
from tests.dispatches.edxml.messages import Message, document, refusal, status, status_message, warned

MESSAGE = Message()
GUID = "9fbfbad2-f1f8-4256-a2eb-50fb1061cddb"


def test_a_clean_message_is_read_without_a_warning() -> None:
    found = document(MESSAGE)

    assert found.warnings == ()
    assert (found.sender.organ_id, found.sender.name) == ("000.00.01.T01", "UBND tỉnh Diễn Tập")
    assert found.code == "12/UBND-VP"
    assert (found.promulgation_place, found.promulgation_date) == ("Huế", date(2026, 3, 5))
    assert (found.priority, found.steering) == (Priority.VERY_URGENT, Steering.DIRECTIVE)
    assert (found.signer.competence, found.signer.full_name) == ("KT. CHỦ TỊCH", "Trần Thị Mẫu")
    assert (found.due_date, found.pages, found.copies) == (date(2026, 3, 20), 3, None)
    assert found.targets == ()
    assert found.signature is None


@pytest.mark.parametrize(
    ("number", "notation", "code"),
    [
        ("7816", "VPCP-TTĐT", "7816/VPCP-TTĐT"),
        ("7816/VPCP-TTĐT", "VPCP-TTĐT", "7816/VPCP-TTĐT"),
        (" 12 ", " QĐ – UBND ", "12/QĐ-UBND"),
        ("05", "NQ/TU", "05-NQ/TU"),
        ("05", "-NQ/TU", "05-NQ/TU"),
        ("12", "/QĐ-UBND", "12/QĐ-UBND"),
        ("63", "2026/NĐ-CP", "63/2026/NĐ-CP"),
        ("12/QĐ-UBND", "", "12/QĐ-UBND"),
        ("", "", ""),
    ],
)
def test_codes_are_joined_as_they_are_printed(number: str, notation: str, code: str) -> None:
    assert join_code(number, notation) == code
    assert normalise_code(code) == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2014/02/30", None),
        ("2014/02/28", date(2014, 2, 28)),
        ("2014-2-8", date(2014, 2, 8)),
        ("28/02/2014", date(2014, 2, 28)),
        ("2018/09/28 00:00:00", date(2018, 9, 28)),
        ("2018-09-28T07:00:00.123+07:00", date(2018, 9, 28)),
        ("0001/01/01", None),
        ("2018/09/28 lúc", None),
        ("hôm nay", None),
        ("", None),
    ],
)
def test_dates(text: str, expected: date | None) -> None:
    assert parse_date(text) == expected


def test_moments_without_an_offset_are_vietnam_time() -> None:
    vietnam = timezone(timedelta(hours=7))
    assert parse_time("2018/09/28 10:15:00") == datetime(2018, 9, 28, 10, 15, tzinfo=vietnam)
    assert parse_time("2018-09-28T03:15:00Z") == datetime(2018, 9, 28, 10, 15, tzinfo=vietnam)
    assert parse_time("2018/09/28 25:15:00") is None
    assert parse_time("2018/09/28 10:15:00+99:99") is None


@pytest.mark.parametrize("field", ["issued", "due"])
def test_a_date_that_does_not_exist_is_left_empty_and_told(field: str) -> None:
    found = document(MESSAGE.but(**{field: "2014/02/30"}))

    assert (found.promulgation_date if field == "issued" else found.due_date) is None
    assert [notice.code for notice in found.warnings] == ["date_invalid"]
    assert "2014/02/30" in found.warnings[0].sentence()


def test_a_guid_as_document_id() -> None:
    found = document(MESSAGE.but(document_id="{" + GUID.upper() + "}"))

    assert found.document_id is not None
    assert found.document_id.is_guid
    assert found.document_id.raw == GUID
    assert found.warnings == ()


def test_an_unknown_shape_of_document_id_is_kept_as_it_came() -> None:
    found = document(MESSAGE.but(document_id="VB-2026-77"))

    assert found.document_id is not None
    assert found.document_id.raw == "VB-2026-77"
    assert warned(found) == {"document_id_shape"}


def test_the_code_comes_from_the_document_id_when_it_is_missing() -> None:
    found = document(MESSAGE.but(code=""))

    assert found.code == "12/UBND-VP"
    assert warned(found) == {"code_from_document_id"}


def test_a_code_written_as_text() -> None:
    assert document(MESSAGE.but(code="<e:Code>12 / UBND-VP</e:Code>")).code == "12/UBND-VP"


def test_a_code_that_contradicts_the_document_id_is_told() -> None:
    found = document(MESSAGE.but(document_id="000.00.01.T01,2026/03/05,13/UBND-VP"))
    assert found.code == "12/UBND-VP"
    assert warned(found) == {"document_id_differs"}


def test_neither_code_nor_document_id_goes_to_a_clerk() -> None:
    assert refusal(MESSAGE.but(code="", document_id="null")).code == "code_missing"


def test_the_sender_comes_from_the_document_id_when_it_is_missing() -> None:
    found = document(MESSAGE.but(sender=""))
    assert found.sender.organ_id == "000.00.01.T01"
    assert warned(found) == {"sender_from_document_id"}


def test_a_sender_with_a_name_only_and_none_at_all() -> None:
    nameless = MESSAGE.but(document_id=GUID)
    named = document(nameless.but(sender="<e:From><e:OrganName>Sở Nội vụ</e:OrganName></e:From>"))
    assert (named.sender.organ_id, named.sender.name) == ("", "Sở Nội vụ")
    assert warned(named) == {"sender_id_missing"}
    assert refusal(nameless.but(sender="")).code == "sender_missing"


def test_missing_elements_are_told() -> None:
    found = document(MESSAGE.but(receivers="", subject="", files=(), other="", extra="", traces="", business=""))
    assert warned(found) == {"receivers_missing", "subject_missing", "attachments_missing"}
    assert (found.priority, found.steering, found.business) == (Priority.NORMAL, Steering.NONE, Business.NEW)


def test_trace_headers_without_an_office() -> None:
    traces = (
        "<e:TraceHeader><e:OrganId>null</e:OrganId><e:Timestamp>2026/03/05 07:00:00</e:Timestamp></e:TraceHeader>"
        "<e:TraceHeader><e:Timestamp>2026/03/05 08:00:00</e:Timestamp></e:TraceHeader><e:TraceHeader/>"
    )
    found = document(MESSAGE.but(traces=traces))
    assert [(trace.organ_id, trace.at is not None) for trace in found.traces] == [("", True), ("", True)]
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("said", "priority", "warnings"),
    [
        ("0", Priority.NORMAL, set()),
        ("3", Priority.EXPRESS, set()),
        ("04", Priority.EXPRESS_TIMED, set()),
        ("5", Priority.NORMAL, {"priority_vendor"}),
        ("hỏa tốc", Priority.NORMAL, {"priority_unknown"}),
    ],
)
def test_priorities(said: str, priority: Priority, warnings: set[str]) -> None:
    found = document(MESSAGE.but(other=f"<e:Priority>{said}</e:Priority>"))
    assert (found.priority, warned(found)) == (priority, warnings)


@pytest.mark.parametrize(
    ("said", "steering", "warnings"),
    [
        ("0", Steering.NONE, set()),
        ("1", Steering.NONE, set()),
        ("3", Steering.REPORT, set()),
        ("9", Steering.NONE, {"steering_unknown"}),
    ],
)
def test_steering_types(said: str, steering: Steering, warnings: set[str]) -> None:
    found = document(MESSAGE.but(extra=f"<e:SteeringType>{said}</e:SteeringType>"))
    assert (found.steering, warned(found)) == (steering, warnings)


def test_numbers_that_are_none() -> None:
    found = document(MESSAGE.but(other="<e:PageAmount>ba</e:PageAmount><e:PromulgationAmount>٣</e:PromulgationAmount>"))
    assert (found.pages, found.copies) == (None, None)
    assert warned(found) == {"number_invalid"}


def test_an_unknown_business_goes_to_a_clerk() -> None:
    refused = refusal(MESSAGE.but(business="<e:BussinessDocType>7</e:BussinessDocType>"))
    assert refused.code == "business_unknown"
    assert "“7”" in refused.reason_vi


def test_a_receiver_change_of_unknown_kind_is_told() -> None:
    change = "<e:Receiver><e:OrganId>X</e:OrganId><e:ReceiverType>2</e:ReceiverType></e:Receiver>"
    business = (
        "<e:BussinessDocType>2</e:BussinessDocType>"
        f"<e:BussinessDocumentInfo><e:ReceiverList>{change}</e:ReceiverList></e:BussinessDocumentInfo>"
    )
    found = document(MESSAGE.but(business=business))
    assert found.receiver_changes == ()
    assert "receiver_type_unknown" in warned(found)


def test_empty_responses_are_no_responses() -> None:
    empty = "<e:ResponseFor><e:OrganId/><e:Code/><e:DocumentId></e:DocumentId></e:ResponseFor>"
    real = "<e:ResponseFor><e:DocumentId>000.00.01.T02,2026/03/01,7/SNV-VP</e:DocumentId></e:ResponseFor>"
    assert [item.code for item in document(MESSAGE.but(extra=empty + real)).response_for] == ["7/SNV-VP"]


def test_other_element_order_namespace_and_letter_case() -> None:
    expected = document(MESSAGE)
    text = MESSAGE.text()
    header = text[text.index("<e:MessageHeader>") : text.index("</e:MessageHeader>")]
    subject = header[header.index("<e:Subject>") : header.index("<e:Content>")]
    moved = text.replace(subject, "").replace("</e:MessageHeader>", subject + "</e:MessageHeader>")
    renamed = moved.replace("QCVN_102_2016", "QCVN_102_2022").replace("e:Subject>", "e:SUBJECT>")

    found = document(renamed.encode())

    assert found.subject == expected.subject
    assert found.identity == expected.identity
    assert found.digest != expected.digest


def test_signature_in_either_namespace_is_shown() -> None:
    for namespace in ("http://www.w3.org/2000/09/xmldsig#", "http://www.mic.gov.vn/TBT/QCVN_102_2016"):
        signature = (
            f'<Signature xmlns="{namespace}"><SignedInfo><SignatureMethod Algorithm="http://x/xmldsig#rsa-sha1"/>'
            '<Reference><DigestMethod Algorithm="http://x/xmldsig#sha1"/></Reference></SignedInfo>'
            "<KeyInfo><X509Data><X509SubjectName>CN=thử</X509SubjectName></X509Data></KeyInfo></Signature>"
        )
        found = document(MESSAGE.but(after_header=signature))
        assert found.signature is not None
        assert (found.signature.algorithm, found.signature.digest_algorithm) == ("rsa-sha1", "sha1")
        assert found.signature.subject == "CN=thử"
        assert warned(found) == {"signature_weak"}


def test_text_is_nfc_and_deceptive_characters_are_removed_and_told() -> None:
    decomposed = document(MESSAGE.but(subject=unicodedata.normalize("NFD", MESSAGE.subject)))
    assert decomposed.subject == MESSAGE.subject
    assert decomposed.warnings == ()

    hidden = document(MESSAGE.but(subject="Họp\u202e gấp\u200b\u0085"))
    assert hidden.subject == "Họp gấp"
    assert warned(hidden) == {"characters_removed"}
    assert "trích yếu" in hidden.warnings[0].sentence()


def test_a_field_of_absurd_length_goes_to_a_clerk() -> None:
    assert refusal(MESSAGE.but(subject="a" * 2001)).code == "field_too_long"
    assert refusal(MESSAGE.but(code=f"<e:Code>{'1' * 201}</e:Code>")).code == "field_too_long"
    long = MESSAGE.text().replace("Nội dung", "ử" * 40_001)
    assert refusal(long.encode()).code == "field_too_long"


def test_the_identity_ignores_packing_and_tells_messages_apart() -> None:
    first = document(MESSAGE)
    assert document(MESSAGE.but(subject="khác", files=())).identity == first.identity
    for change in (
        {"document_id": GUID},
        {"business": "<e:BussinessDocType>1</e:BussinessDocType>"},
        {"issued": "2026/03/06"},
        {"code": "<e:Code>13/UBND-VP</e:Code>"},
        {"sender": MESSAGE.sender.replace("T01", "T09")},
    ):
        assert document(MESSAGE.but(**change)).identity != first.identity


def test_a_revocation_names_what_it_revokes() -> None:
    revoke = "<e:BussinessDocType>1</e:BussinessDocType>"
    named = revoke + "<e:DocumentId>000.00.01.T01,2026/03/01,9/UBND-VP</e:DocumentId>"
    assert [item.code for item in document(MESSAGE.but(business=revoke)).targets] == ["12/UBND-VP"]
    assert [item.code for item in document(MESSAGE.but(business=named)).targets] == ["9/UBND-VP"]


def test_a_status_message() -> None:
    found = status_message(status("3"))
    assert found.status_code is StatusCode.ACCEPTED
    assert found.response_for.code == "7/SNV-VP"
    assert (found.staff.name, found.description) == ("Lê Văn Thử", "Đã tiếp nhận")
    assert status_message(status("04")).identity != found.identity


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (status("99"), "status_unknown"),
        (status(""), "status_unknown"),
        (status(answered=""), "status_unaddressed"),
        (status(answered="<e:ResponseFor><e:OrganId>000.00.01.T02</e:OrganId></e:ResponseFor>"), "status_unaddressed"),
        (status(sender=""), "sender_missing"),
    ],
)
def test_status_messages_that_need_a_clerk(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(data)
    assert refused.value.code == code


def test_documents_compare_as_values() -> None:
    assert document(MESSAGE) == document(MESSAGE)
    assert isinstance(read(MESSAGE.data()), EdxmlDocument)
