"""What lines of offices and bodies must hold before a change of the directory is made of them. Pure.

``ruling`` judges the change once more as a whole; what is found here is told at its cell, with a remedy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from phoihop.exchange.directory.changes import is_code
from phoihop.exchange.directory.lines import BodyLine, Faults, OfficeLine, Places
from phoihop.exchange.directory.state import BodyState, DirectoryState, OfficeState
from phoihop.exchange.directory.wording import day

OFFICE_TERMS = ("name", "short_name", "parent", "region_code", "province_code", "commune_code", "hotline")
BODY_TERMS = ("name", "regime", "notation", "place", "superior_name", "edxml_id", "order")


def body_known(state: DirectoryState, office: str, code: str) -> BodyState | None:
    """The body that an office and a code mean in the directory, also when it has gone to a successor since."""
    return state.bodies.get(state.moved.get((office, code), (office, code)))


def check_offices(lines: Sequence[OfficeLine], state: DirectoryState, places: Places, faults: Faults) -> None:
    """What is wrong with single offices, and with how they stand to one another."""
    first: dict[str, OfficeLine] = {}
    for line in lines:
        known = state.offices.get(line.code)
        if line.code in first:
            message = _("Mã “%(code)s” đã có ở dòng %(row)d.") % {"code": line.code, "row": first[line.code].row}
            faults.at(line, "code", message, _("Mỗi văn phòng một dòng; mã không dùng lại cho văn phòng khác."))
            continue
        first[line.code] = line
        _check_days(line, known, faults)
        _check_node(line, known, state, faults)
        if known is None:
            _check_code(line, faults)
        elif known.valid_to is not None:
            _check_ended(line, known, faults)
        _check_place(line, known, places, faults)
    for line in first.values():
        _check_parent(line, first, state, faults)
        _check_successor(line, first, state, faults)


def _check_code(line: OfficeLine | BodyLine, faults: Faults) -> None:
    if not is_code(line.code):
        message = _("Mã “%(code)s” không hợp lệ.") % {"code": line.code[:60]}
        faults.at(line, "code", message, _("Chỉ dùng chữ, số và các dấu . _ / - ; tối đa 60 ký tự, không có dấu cách."))


def _check_days(line: OfficeLine | BodyLine, known: OfficeState | BodyState | None, faults: Faults) -> None:
    if line.valid_to is not None and line.valid_to < line.valid_from:
        faults.at(line, "valid_to", _("Ngày kết thúc trước ngày bắt đầu."), _("Sửa một trong hai ngày."))
    if known is not None and line.valid_from != known.valid_from:
        message = _("Danh bạ đã ghi hoạt động từ %(day)s; ngày bắt đầu không sửa được.")
        faults.at(line, "valid_from", message % {"day": day(known.valid_from)}, _("Ghi lại đúng ngày đó."))


def _check_node(line: OfficeLine, known: OfficeState | None, state: DirectoryState, faults: Faults) -> None:
    if not line.node:
        return
    if line.node not in state.nodes.values():
        message = _("Danh bạ không có máy chủ %(about)s.") % {"about": f"“{line.node}”"}
        names = ", ".join(sorted(state.nodes.values()))
        faults.at(line, "node", message, _("Các máy chủ: %(names)s.") % {"names": names})
    elif known is not None and state.nodes.get(known.node) != line.node:
        message = _("Văn phòng đang đặt ở máy chủ “%(node)s”; không chuyển máy chủ bằng bảng tính.")
        remedy = _("Để nguyên ô này. Chuyển máy chủ cần giờ chính xác: phoihop directory propose --move")
        faults.at(line, "node", message % {"node": state.nodes.get(known.node, "")}, remedy)


def _check_ended(
    line: OfficeLine | BodyLine, known: OfficeState | BodyState, faults: Faults, *, terms: Sequence[str] = OFFICE_TERMS
) -> None:
    """What has ended stays as it was: who reads an old document finds the name it was issued under."""
    remedy = _("Để nguyên như trong tệp tải về, hoặc xóa dòng này. Muốn hoạt động lại, mở với mã mới.")
    ended = _("Danh bạ đã ghi kết thúc hoạt động ngày %(day)s; không sửa được nữa.") % {
        "day": day(known.valid_to) if known.valid_to else ""
    }
    if line.valid_to != known.valid_to:
        faults.at(line, "valid_to", ended, remedy)
    for term in terms:
        if getattr(line, term) != getattr(known, term):
            faults.at(line, term, ended, remedy)


def _check_place(line: OfficeLine, known: OfficeState | None, places: Places, faults: Faults) -> None:
    """Only what is new or changed: territory changes too, and what stood before stays."""

    def is_new(term: str) -> bool:
        return bool(getattr(line, term)) and (known is None or getattr(known, term) != getattr(line, term))

    if not places.provinces:
        return
    remedy = _("Xem mã ở trang Địa bàn; để trống nếu văn phòng không thuộc địa bàn nào.")
    if is_new("region_code") and line.region_code not in places.regions:
        faults.at(line, "region_code", _("Không có vùng mang mã “%(code)s”.") % {"code": line.region_code}, remedy)
    if is_new("province_code") and line.province_code not in places.provinces:
        message = _("Hiện không có tỉnh, thành phố mang mã “%(code)s”.") % {"code": line.province_code}
        faults.at(line, "province_code", message, remedy)
    elif is_new("commune_code") or (line.commune_code and is_new("province_code")):
        within = places.communes.get(line.commune_code)
        if within is None:
            message = _("Hiện không có xã, phường, đặc khu mang mã “%(code)s”.") % {"code": line.commune_code}
            faults.at(line, "commune_code", message, remedy)
        elif within != line.province_code:
            message = _("Xã mang mã “%(code)s” thuộc tỉnh mã “%(province)s”.")
            told = message % {"code": line.commune_code, "province": within}
            faults.at(line, "commune_code", told, _("Sửa mã tỉnh hoặc mã xã."))


def _check_parent(line: OfficeLine, lines: Mapping[str, OfficeLine], state: DirectoryState, faults: Faults) -> None:
    known, above = state.offices.get(line.code), line.parent
    if not above or line.valid_to is not None:
        return
    wanted, standing = lines.get(above), state.offices.get(above)
    if wanted is None and standing is None:
        message = _("Không có văn phòng cấp trên mang mã “%(code)s”.") % {"code": above}
        faults.at(line, "parent", message, _("Sửa mã, hoặc thêm văn phòng đó vào trang tính."))
        return
    if _is_circular(line.code, lines, state):
        message = _("Văn phòng “%(code)s” trở thành cấp trên của chính nó.") % {"code": line.code}
        faults.at(line, "parent", message, _("Sửa cấp trên ở một trong các dòng nối vòng."))
        return
    has_ended = standing is not None and standing.valid_to is not None
    ends = wanted is not None and wanted.valid_to is not None and not wanted.successor
    if (has_ended and (known is None or known.parent != above)) or (ends and not has_ended):
        message = _("Văn phòng cấp trên “%(code)s” kết thúc hoạt động.") % {"code": above}
        faults.at(line, "parent", message, _("Chuyển sang cấp trên khác, hoặc ghi ngày kết thúc cho dòng này."))


def _is_circular(code: str, lines: Mapping[str, OfficeLine], state: DirectoryState) -> bool:
    seen, above = {code}, _parent_of(code, lines, state)
    while above:
        if above == code:
            return True
        if above in seen:  # a circle further up is told at its own lines
            return False
        seen.add(above)
        above = _parent_of(above, lines, state)
    return False


def _parent_of(code: str, lines: Mapping[str, OfficeLine], state: DirectoryState) -> str:
    if code in lines:
        return lines[code].parent
    known = state.offices.get(code)
    return known.parent if known else ""


def _check_successor(line: OfficeLine, lines: Mapping[str, OfficeLine], state: DirectoryState, faults: Faults) -> None:
    known, into = state.offices.get(line.code), line.successor
    if known is not None and known.valid_to is not None:
        if into != known.successor:
            message = _("Danh bạ đã ghi kết thúc hoạt động ngày %(day)s; không sửa được nữa.")
            faults.at(line, "successor", message % {"day": day(known.valid_to)}, _("Để nguyên như trong tệp tải về."))
        return
    if not into:
        return
    if line.valid_to is None:
        faults.at(line, "valid_to", _("Chưa có ngày hoạt động cuối cùng trước khi nhập."), _("Ghi “Đến hết ngày”."))
        return
    wanted, standing = lines.get(into), state.offices.get(into)
    target = wanted or standing
    if target is None:
        message = _("Không có văn phòng mang mã “%(code)s”.") % {"code": into}
        faults.at(line, "successor", message, _("Sửa mã văn phòng tiếp nhận."))
        return
    ends = target.valid_to
    if into == line.code or target.valid_from > line.valid_to or (ends is not None and ends <= line.valid_to):
        message = _("Văn phòng tiếp nhận %(about)s không hợp lệ: là chính nó, hoặc chưa hoạt động vào ngày đó.")
        remedy = _("Chọn văn phòng còn hoạt động sau ngày nhập.")
        faults.at(line, "successor", message % {"about": into}, remedy)


def check_bodies(
    lines: Sequence[BodyLine], offices: Mapping[str, OfficeLine], state: DirectoryState, faults: Faults
) -> None:
    """What is wrong with single bodies, and with how they stand to their offices and to one another."""
    first: dict[tuple[str, str], BodyLine] = {}
    for line in lines:
        before = first.setdefault((line.office, line.code), line)
        if before is not line:
            message = _("Mã “%(code)s” đã có ở dòng %(row)d.") % {"code": line.code, "row": before.row}
            faults.at(line, "code", message, _("Mỗi cơ quan một dòng; mã không dùng lại trong một văn phòng."))
            continue
        known = body_known(state, line.office, line.code)
        if known is not None and known.office != line.office:
            message = _("Cơ quan “%(code)s” nay thuộc văn phòng “%(office)s”.")
            told = message % {"code": line.code, "office": known.office}
            faults.at(line, "office", told, _("Ghi mã văn phòng đó."))
            continue
        _check_days(line, known, faults)
        if known is None:
            _check_code(line, faults)
        elif known.valid_to is not None:
            _check_ended(line, known, faults, terms=BODY_TERMS)
        _check_home(line, known, offices, state, faults)
    _check_identifiers(list(first.values()), state, faults)


def _check_home(
    line: BodyLine,
    known: BodyState | None,
    offices: Mapping[str, OfficeLine],
    state: DirectoryState,
    faults: Faults,
) -> None:
    standing = state.offices.get(line.office)
    home = offices.get(line.office) or standing
    if home is None:
        message = _("Không có văn phòng mang mã “%(code)s”.") % {"code": line.office}
        faults.at(line, "office", message, _("Sửa mã, hoặc thêm văn phòng đó vào trang tính Văn phòng."))
        return
    if known is not None:
        return
    remedy = _("Thời gian của cơ quan phải nằm trong thời gian của văn phòng.")
    if standing is not None and standing.valid_to is not None:
        message = _("Văn phòng %(about)s đã kết thúc hoạt động.") % {"about": line.office}
        faults.at(line, "office", message, _("Chọn văn phòng còn hoạt động."))
    elif line.valid_from < home.valid_from:
        message = _("Trước ngày văn phòng hoạt động (%(day)s).") % {"day": day(home.valid_from)}
        faults.at(line, "valid_from", message, remedy)
    elif home.valid_to is not None and (line.valid_to or line.valid_from) > home.valid_to:
        message = _("Sau ngày văn phòng kết thúc (%(day)s).") % {"day": day(home.valid_to)}
        faults.at(line, "valid_to" if line.valid_to else "valid_from", message, remedy)


def _check_identifiers(lines: Sequence[BodyLine], state: DirectoryState, faults: Faults) -> None:
    listed = {(line.office, line.code) for line in lines}
    held = {
        body.edxml_id: body.name
        for body in state.bodies.values()
        if body.edxml_id and body.valid_to is None and (body.office, body.code) not in listed
    }
    for line in lines:
        if not line.edxml_id or line.valid_to is not None:
            continue
        if line.edxml_id in held:
            message = _("Mã định danh %(id)s đã thuộc “%(name)s”.") % {"id": line.edxml_id, "name": held[line.edxml_id]}
            faults.at(line, "edxml_id", message, _("Mỗi cơ quan đang hoạt động có mã định danh riêng."))
        held.setdefault(line.edxml_id, line.name)
