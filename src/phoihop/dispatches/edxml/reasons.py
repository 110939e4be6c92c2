"""Why a file could not be read, or was read with reservations, in sentences for a records clerk.

The tables hold Vietnamese gettext ids as plain strings, so that the reader needs no Django; whoever shows a sentence
passes its own ``translate`` (Django's ``gettext``) to ``explain`` or ``sentence``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from phoihop.core.errors import Invalid

Translate = Callable[[str], str]

PARAMETER_LENGTH = 80


def N_(text: str) -> str:  # noqa: N802 - the name under which message extraction knows it
    """Mark a text for translation where it is shown."""
    return text


def _untranslated(text: str) -> str:
    return text


REASONS: Mapping[str, str] = {
    "empty": N_("Tệp rỗng, không có nội dung. Đề nghị bên gửi gửi lại."),
    "too_large": N_("Tệp lớn hơn mức cho phép (%(limit)s MB). Đề nghị bên gửi chia nhỏ hoặc gửi bằng cách khác."),
    "not_edxml": N_("Tệp không phải là gói văn bản điện tử edXML (nhận dạng được: %(kind)s)."),
    "encoding": N_("Không xác định được bảng mã chữ của tệp. Đề nghị bên gửi xuất lại theo Unicode UTF-8."),
    "forbidden_declaration": N_("Tệp chứa khai báo DTD hoặc thực thể XML, có thể gây hại nên không được mở."),
    "xml_too_large": N_("Phần thông tin văn bản lớn hoặc phức tạp bất thường nên không được mở."),
    "malformed": N_("Cấu trúc XML bị lỗi ở dòng %(line)s nên không đọc được. Đề nghị bên gửi xuất lại gói tin."),
    "truncated": N_("Tệp bị cắt cụt, thiếu phần cuối (có thể chưa tải hết). Đề nghị gửi lại."),
    "header_missing": N_("Gói tin không có phần thông tin văn bản (MessageHeader)."),
    "sender_missing": N_("Gói tin không cho biết cơ quan gửi."),
    "code_missing": N_("Gói tin không có cả số, ký hiệu lẫn mã định danh văn bản."),
    "business_unknown": N_("Không rõ gói tin dùng để làm gì: loại nghiệp vụ “%(value)s” không có trong quy chuẩn."),
    "status_unknown": N_("Mã trạng thái “%(value)s” không có trong quy chuẩn."),
    "status_unaddressed": N_("Thông báo trạng thái không cho biết trả lời cho văn bản nào."),
    "status_unmatched": N_(
        "Chưa thấy văn bản đi số “%(code)s” mà thông báo này trả lời. Kiểm tra số, ký hiệu và ngày."
    ),
    "field_too_long": N_("Mục “%(field)s” dài bất thường nên không được nhận."),
    "too_many_attachments": N_("Gói tin có quá nhiều tệp kèm theo (tối đa %(limit)s)."),
    "attachment_damaged": N_("Tệp kèm theo “%(name)s” bị hỏng khi truyền. Đề nghị bên gửi gửi lại."),
    "archive_damaged": N_("Tệp nén “%(name)s” bị hỏng nên không mở được. Đề nghị bên gửi gửi lại."),
    "attachment_too_large": N_("Tệp kèm theo “%(name)s” sau khi giải nén lớn hơn mức cho phép (%(limit)s MB)."),
    "unpacked_too_large": N_("Tổng dung lượng các tệp kèm theo sau khi giải nén lớn hơn mức cho phép (%(limit)s MB)."),
}

WARNINGS: Mapping[str, str] = {
    "leading_junk": N_("Đã bỏ qua %(count)s byte thừa ở đầu tệp."),
    "trailing_junk": N_("Đã bỏ qua phần thừa ở cuối tệp."),
    "encoding_converted": N_("Tệp dùng bảng mã %(encoding)s, đã chuyển sang Unicode."),
    "characters_removed": N_("Đã loại bỏ ký tự điều khiển hoặc ký tự ẩn khỏi mục “%(field)s”."),
    "control_removed": N_("Đã loại bỏ ký tự điều khiển không hợp lệ khỏi tệp."),
    "prefix_bound": N_("Gói tin thiếu khai báo tiền tố XML (%(prefixes)s), đã tự bổ sung khi đọc."),
    "ampersand_repaired": N_("Dấu “&” viết sai quy tắc XML, đã tự sửa khi đọc."),
    "date_invalid": N_("Mục “%(field)s” ghi “%(value)s”, không phải ngày có thật; để trống."),
    "number_invalid": N_("Mục “%(field)s” ghi “%(value)s”, không phải số; để trống."),
    "priority_vendor": N_("Độ khẩn ghi mã 5 (riêng của một nhà cung cấp), hiểu là thường."),
    "priority_unknown": N_("Độ khẩn ghi “%(value)s”, không có trong quy chuẩn; hiểu là thường."),
    "steering_unknown": N_("Loại chỉ đạo ghi “%(value)s”, không có trong quy chuẩn; bỏ qua."),
    "receiver_type_unknown": N_("Loại thay đổi nơi nhận ghi “%(value)s”, không có trong quy chuẩn; bỏ qua."),
    "document_id_shape": N_("Mã định danh văn bản “%(value)s” không đúng dạng nào đã biết; giữ nguyên văn."),
    "document_id_differs": N_("Mã định danh ghi số “%(value)s” nhưng số, ký hiệu văn bản là “%(code)s”."),
    "code_from_document_id": N_("Gói tin không ghi số, ký hiệu; lấy “%(code)s” từ mã định danh văn bản."),
    "sender_from_document_id": N_("Gói tin không ghi cơ quan gửi; lấy “%(value)s” từ mã định danh văn bản."),
    "sender_id_missing": N_("Cơ quan gửi không có mã định danh."),
    "receivers_missing": N_("Gói tin không ghi nơi nhận."),
    "subject_missing": N_("Văn bản không có trích yếu."),
    "attachments_missing": N_("Văn bản không có tệp kèm theo."),
    "attachment_absent": N_("Danh mục có tệp “%(name)s” nhưng không thấy tệp trong gói tin."),
    "attachment_empty": N_("Tệp kèm theo “%(name)s” rỗng."),
    "attachment_renamed": N_("Tên tệp “%(name)s” không an toàn, đã đổi thành “%(new)s”."),
    "attachment_kind_differs": N_("Tệp “%(name)s” có nội dung là %(kind)s, khác với tên tệp."),
    "attachment_executable": N_("Tệp “%(name)s” là chương trình chạy được; không nên mở."),
    "base64_padding": N_("Tệp kèm theo “%(name)s” thiếu ký tự kết thúc; hãy kiểm tra tệp mở được."),
    "archive_empty": N_("Tệp nén “%(name)s” không chứa tệp nào."),
    "archive_locked": N_("Tệp nén “%(name)s” đặt mật khẩu; giữ nguyên, chưa giải nén."),
    "archive_kept": N_(
        "Tệp nén “%(name)s” được giữ nguyên, chưa giải nén (quá nhiều lớp, quá nhiều tệp hoặc kiểu nén lạ)."
    ),
    "package_kept": N_("Tệp “%(name)s” là một gói edXML khác nhưng không mở được bên trong; giữ nguyên."),
    "signature_weak": N_("Chữ ký số của gói tin dùng thuật toán cũ %(algorithm)s."),
}

SIGNATURES: Mapping[str, str] = {
    "verified": N_("Chữ ký số hợp lệ; chứng thư số do tổ chức được tin cậy cấp."),
    "weak": N_("Chữ ký số đúng nhưng dùng thuật toán cũ (SHA-1), có thể bị giả mạo; nên xác minh với nơi gửi."),
    "untrusted": N_("Nội dung đúng như khi ký, nhưng chứng thư số không thuộc nguồn được tin cậy tại đây."),
    "untrusted_weak": N_(
        "Nội dung đúng như khi ký, nhưng chứng thư số không thuộc nguồn được tin cậy và thuật toán ký đã cũ (SHA-1)."
    ),
    "digest": N_("Nội dung đã bị thay đổi sau khi ký."),
    "value": N_("Chữ ký số không khớp với chứng thư số kèm theo."),
    "certificate": N_("Không kiểm tra được: chứng thư số bị thiếu hoặc hỏng."),
    "coverage": N_("Không kiểm tra được: chữ ký số không bao trùm toàn bộ gói tin."),
    "method": N_("Không kiểm tra được: thuật toán ký không được hỗ trợ."),
    "incomplete": N_("Không kiểm tra được: chữ ký số thiếu thành phần."),
    "repaired": N_("Không kiểm tra được: tệp có lỗi định dạng, đã phải tự sửa khi đọc."),
}
"""Why a signature was judged as it was; keys of ``signing.Checked.reason``."""

FIELDS: Mapping[str, str] = {
    "OrganId": N_("mã định danh cơ quan"),
    "OrganName": N_("tên cơ quan"),
    "OrganizationInCharge": N_("cơ quan chủ quản"),
    "OrganAdd": N_("địa chỉ cơ quan"),
    "DocumentId": N_("mã định danh văn bản"),
    "Code": N_("số, ký hiệu"),
    "CodeNumber": N_("số văn bản"),
    "CodeNotation": N_("ký hiệu văn bản"),
    "Place": N_("nơi nhận hoặc nơi ban hành"),
    "PromulgationDate": N_("ngày ban hành"),
    "TypeName": N_("tên loại văn bản"),
    "Subject": N_("trích yếu"),
    "Content": N_("nội dung"),
    "Competence": N_("thẩm quyền ký"),
    "Position": N_("chức vụ người ký"),
    "FullName": N_("họ tên người ký"),
    "DueDate": N_("hạn trả lời"),
    "SphereOfPromulgation": N_("phạm vi lưu hành"),
    "PromulgationAmount": N_("số bản phát hành"),
    "PageAmount": N_("số trang"),
    "Appendix": N_("phụ lục"),
    "Timestamp": N_("thời điểm"),
    "BussinessDocReason": N_("lý do"),
    "Department": N_("phòng, ban"),
    "Staff": N_("cán bộ"),
    "Description": N_("mô tả"),
    "AttachmentName": N_("tên tệp kèm theo"),
}


KINDS: Mapping[str, str] = {
    "unknown": N_("không rõ loại"),
    "text": N_("văn bản thuần"),
    "xml": N_("XML khác"),
    "html": N_("trang web"),
    "zip": N_("tệp nén ZIP hoặc tài liệu Office"),
    "ole": N_("tài liệu Office kiểu cũ"),
    "program": N_("chương trình chạy được"),
    "edxml": N_("gói edXML"),
}

_LABELS = {"field": FIELDS, "kind": KINDS}


def explain(code: str, params: Mapping[str, str], translate: Translate = _untranslated) -> str:
    """The sentence of a reason or warning, its parameters filled in, in the language of ``translate``."""
    template = translate(REASONS.get(code) or WARNINGS[code])
    shown = {
        name: translate(_LABELS[name].get(value, value)) if name in _LABELS else value for name, value in params.items()
    }
    return template % shown


def shorten(value: str) -> str:
    """A foreign value cut to what fits in a sentence, on one line."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())
    return line if len(line) <= PARAMETER_LENGTH else line[: PARAMETER_LENGTH - 1] + "…"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a clerk should know about a file that *was* read. ``code`` is a key of ``WARNINGS``."""

    code: str
    params: tuple[tuple[str, str], ...] = ()

    def sentence(self, translate: Translate = _untranslated) -> str:
        """The warning as a sentence."""
        return explain(self.code, dict(self.params), translate)


class Notices:
    """Warnings gathered while one file is read: each once, in order of appearance, at most ``MOST``."""

    MOST = 100

    def __init__(self) -> None:
        self._found: dict[Notice, None] = {}

    def add(self, code: str, /, **params: str) -> None:
        """Note ``code``, a key of ``WARNINGS``, with the parameters its sentence names."""
        if len(self._found) < self.MOST:
            self._found[Notice(code, tuple((name, shorten(value)) for name, value in params.items()))] = None

    def all(self) -> tuple[Notice, ...]:
        """What was gathered."""
        return tuple(self._found)


class Unreadable(Invalid):
    """The file goes to quarantine with its original bytes. ``code`` is a key of ``REASONS``."""

    def __init__(self, code: str, /, **params: str) -> None:
        self.params: Mapping[str, str] = {name: shorten(value) for name, value in params.items()}
        self.reason_vi = explain(code, self.params)
        super().__init__(code, self.reason_vi)

    def sentence(self, translate: Translate = _untranslated) -> str:
        """The reason as a sentence in the language of ``translate``."""
        return explain(self.code, self.params, translate)
