"""What a check found, in sentences for an auditor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from phoihop.core.clock import local
from phoihop.core.machine import N_
from phoihop.exchange.proofs.authority import grouped
from phoihop.exchange.proofs.checking import Checked, CheckedRecord, Refused

PARTS = {
    "form": N_("Dạng tệp không đúng"),
    "directory": N_("Danh bạ kèm theo không khớp"),
    "trust": N_("Khóa danh bạ không phải khóa được tin cậy"),
    "checkpoint": N_("Điểm ký xác nhận không khớp"),
    "record": N_("Chữ ký trên bản ghi không khớp"),
    "host": N_("Văn phòng và nơi ký không khớp"),
    "path": N_("Đường băm không khớp"),
    "body": N_("Nội dung kèm theo không khớp"),
    "file": N_("Tệp đính kèm không khớp"),
    "about": N_("Phần tóm tắt không khớp"),
    "kept": N_("Điểm ký xác nhận đang giữ không khớp"),
}
_REASONS = {
    "unreadable": N_("tệp không phải tệp chứng thực, hoặc đã bị sửa"),
    "checkpoints_differ": N_("có điểm ký xác nhận không thuộc bản ghi nào"),
    "directory_missing": N_("không có bản ghi danh bạ nào"),
    "directory_signature": N_("chữ ký của khóa danh bạ không đúng"),
    "directory_malformed": N_("một bản ghi danh bạ không đọc được"),
    "directory_forked": N_("các bản ghi danh bạ không nối tiếp nhau"),
    "directory_gap": N_("thiếu bản ghi danh bạ ở giữa"),
    "directory_other": N_("lẫn bản ghi của danh bạ khác"),
    "directory_too_old": N_("danh bạ cũ hơn bản mà bản ghi viện dẫn"),
    "needs_upgrade": N_("cần phiên bản phần mềm mới hơn để đọc"),
    "key_untrusted": N_("danh bạ trong tệp do khóa khác lập"),
    "malformed": N_("không đúng dạng của điểm ký xác nhận"),
    "unsigned": N_("không có chữ ký của khóa có trong danh bạ"),
    "forged": N_("chữ ký không đúng với các dòng được ký"),
    "wrong_log": N_("thuộc nhật ký khác"),
    "other_log": N_("hai điểm ký xác nhận thuộc hai nhật ký khác nhau"),
    "key_unknown": N_("khóa ký không có trong danh bạ"),
    "key_not_valid": N_("khóa ký không có hiệu lực vào lúc ký"),
    "signature_wrong": N_("phần được ký đã bị sửa, hoặc do khóa khác ký"),
    "header_foreign": N_("phần đầu không phải của bản ghi"),
    "envelope_malformed": N_("bản ghi không đọc được"),
    "envelope_too_large": N_("bản ghi quá lớn"),
    "office_unknown": N_("văn phòng không có trong danh bạ"),
    "office_foreign": N_("lúc ấy máy chủ đã ký không phục vụ văn phòng này"),
    "path_differs": N_("bản ghi không dẫn đến gốc mà điểm ký xác nhận nêu"),
    "not_continued": N_("nhật ký sau không nối tiếp nhật ký trước: đã có mục bị sửa hoặc bị bỏ"),
    "body_differs": N_("không phải nội dung mà bản ghi đã cam kết"),
    "body_malformed": N_("không đọc được"),
    "file_differs": N_("không phải tệp mà bản ghi đã cam kết"),
    "about_differs": N_("không đúng với bản ghi được chứng thực"),
    "kept_malformed": N_("tệp đang giữ không phải điểm ký xác nhận"),
    "kept_elsewhere": N_("tệp chứng thực không nói về điểm ký xác nhận đang giữ"),
    "two_histories": N_("cùng một nhật ký, cùng số mục mà gốc khác nhau: nhật ký đã bị làm lại"),
}


def refusal(refused: Refused) -> str:
    """Which part does not fit and why, as one sentence."""
    part, reason = _(PARTS[refused.part]), _reason(refused)
    if refused.place and refused.part == "checkpoint":
        return _("%(part)s (điểm thứ %(place)d): %(reason)s.") % {
            "part": part,
            "place": refused.place,
            "reason": reason,
        }
    if refused.place:
        return _("%(part)s (bản ghi thứ %(place)d): %(reason)s.") % {
            "part": part,
            "place": refused.place,
            "reason": reason,
        }
    return _("%(part)s: %(reason)s.") % {"part": part, "reason": reason}


def _reason(refused: Refused) -> str:
    if refused.code in _REASONS:
        return _(_REASONS[refused.code])
    if refused.part == "directory":  # a change that the directory's own rules do not allow
        return _("một thay đổi trái với danh bạ")
    return refused.code


def lines(checked: Checked) -> Iterator[str]:
    """What was proved, line by line."""
    if checked.consistency is not None:
        about = checked.consistency
        yield _(
            "Nhật ký của máy chủ %(node)s: %(new)d mục lúc %(new_at)s nối tiếp đúng %(old)d mục lúc %(old_at)s."
        ) % {
            "node": about.node_name,
            "new": about.new_size,
            "new_at": moment(about.new_at),
            "old": about.old_size,
            "old_at": moment(about.old_at),
        }
        yield _("Không mục nào trong %(old)d mục đầu bị sửa, bị bỏ hay bị chèn.") % {"old": about.old_size}
    for one in checked.records:
        yield from _record_lines(one)
    yield from _directory_lines(checked)


def _record_lines(one: CheckedRecord) -> Iterator[str]:
    about = one.about
    yield _("Bản ghi %(record)s (%(kind)s)") % {"record": about.record, "kind": about.kind}
    yield "    " + _("do %(office)s (%(code)s) phát lúc %(at)s, máy chủ %(node)s ký;") % {
        "office": about.office_name,
        "code": about.office_code,
        "at": moment(about.stated_at),
        "node": about.node_name,
    }
    yield "    " + _("là mục thứ %(index)d trong %(size)d mục của nhật ký máy chủ %(log)s, ký xác nhận lúc %(at)s.") % {
        "log": about.log_node_name,
        "index": about.index + 1,
        "size": about.size,
        "at": moment(about.logged_by),
    }
    yield "    " + _("Dấu bản ghi: %(leaf)s") % {"leaf": grouped(about.leaf)}
    yield "    " + _("Dấu nội dung: %(content)s") % {"content": grouped(about.content)}
    if one.witnesses:
        count = len(one.witnesses)
        yield "    " + ngettext("%(n)d máy chủ khác ký chứng.", "%(n)d máy chủ khác ký chứng.", count) % {"n": count}
    if one.body is None:
        yield "    " + _("Tệp này không kèm nội dung.")
    else:
        yield "    " + _("Nội dung kèm theo đúng là nội dung đã cam kết.")
    for opened in one.files:
        yield "    " + _("Tệp đính kèm %(number)d: SHA-256 %(sha256)s") % {
            "number": opened.number,
            "sha256": grouped(opened.sha256),
        }


def _directory_lines(checked: Checked) -> Iterator[str]:
    yield _("Danh bạ %(region)s, bản số %(number)d, dấu khóa: %(key)s") % {
        "region": checked.region,
        "number": checked.directory_number,
        "key": checked.key_fingerprint,
    }
    if checked.is_trusted:
        yield _("Khóa danh bạ đúng là khóa được tin cậy.")
    else:
        yield _("Chưa đối chiếu khóa danh bạ: so dấu khóa trên với dấu do cơ quan giữ danh bạ cho biết.")


def moment(stamped: str) -> str:
    """A time of a proof on the region's clock."""
    return local(datetime.fromisoformat(stamped)).strftime("%H:%M:%S %d/%m/%Y")
