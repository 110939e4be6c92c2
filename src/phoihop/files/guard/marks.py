"""Recognising the marks Mật, Tối mật, Tuyệt mật by their form and place. Pure; no Django.

The words themselves are ordinary ("bảo mật thông tin", "mật độ", "Luật Bảo vệ bí mật nhà nước"), and rules about
secrets name all three levels. A mark stands alone on its line as a stamp does, answers a label ("Độ mật: …"), or is
set off from a title by brackets or a dash. The levels: Luật 117/2025/QH15; where they stand: Nghị định 30/2020/NĐ-CP
and 63/2026/NĐ-CP.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from phoihop.files.guard.letters import bare, has_diacritics, is_capital, is_misread, lacks_only, plain, squashed

Level = Literal["mat", "toi_mat", "tuyet_mat"]
Spot = Literal["title", "text", "stamp", "cell", "scan"]
"""Where a text stands: one line of a title, running text, a place for stamps, cells, or what was read off a picture."""

_WRITTEN: Final[dict[str, Level]] = {"MẬT": "mat", "TỐIMẬT": "toi_mat", "TUYỆTMẬT": "tuyet_mat"}
_OLD_FONTS: Final[dict[str, Level]] = {
    **{"MËT": "mat", "TÈIMËT": "toi_mat", "TUYÖTMËT": "tuyet_mat"},  # TCVN 5712 read as Latin-1
    **{"MAÄT": "mat", "TOÁIMAÄT": "toi_mat", "TUYEÄTMAÄT": "tuyet_mat"},  # VNI read as Latin-1
}
_STAMP_LENGTH: Final = 90
_DECORATION: Final = " \t*-–—_•·|¦!=~.:,;()[]{}<>«»\"'“”+#"
_REPEATED: Final = re.compile(r"(TUYỆTMẬT|TỐIMẬT|MẬT)(?:TUYỆTMẬT|TỐIMẬT|MẬT)+")
_MOST_REPEATS: Final = 8
_HEADER_LINES: Final = 40
_FIRST: Final = frozenset("mMtT")
_COPY_NUMBER: Final = re.compile(r"[\s:;,–—-]*\b(?:bản\s+số|số\s+bản|bản|ban\s+so)\s*[:.]?\s*\d+.*$", re.IGNORECASE)
_COLUMNS: Final = re.compile(r"\t|\s{2,}|[|¦]")
_OFFICIAL: Final = re.compile(r"cong hoa xa hoi|dang cong san|kinh gui|uy ban nhan dan|bo tu lenh|quan khu|tinh uy|so:")

_LEVEL: Final = r"(?P<level>tuyệt\s+mật|tối\s+mật|mật)"
_BARE_LEVEL: Final = r"(?P<level>tuyet\s+mat|toi\s+mat|mat)"
_NO_LIST: Final = r"(?!\s*(?:[,/;]|và|hoặc|hay)\s*(?:độ\s+)?(?:(?:tối|tuyệt|toi|tuyet)\s+)?m[ậa]t\b)"
_ENDED: Final = r"(?=\s*(?:$|[\n.,;)\]”\"'|/\t]|[-–—]\s|bản\s+số|ban\s+so))"
_LABEL: Final = re.compile(
    r"\b(?:(?:mức\s+|cấp\s+)?độ\s+(?:bảo\s+)?mật|cấp\s+(?:bảo\s+)?mật|dấu\s+(?:chỉ\s+mức\s+)?độ\s+mật)"
    rf"\s*[:=|–—\t\n-]+\s*[\"'“(\[]?\s*(?:độ\s+)?{_LEVEL}\b{_NO_LIST}{_ENDED}",
    re.IGNORECASE,
)
_BARE_LABEL: Final = re.compile(
    rf"\b(?:(?:muc\s+|cap\s+)?do\s+mat|cap\s+mat)\s*[:=|]+\s*[\"'(\[]?\s*(?:do\s+)?{_BARE_LEVEL}\b{_NO_LIST}{_ENDED}",
    re.IGNORECASE,
)
_CAPITAL: Final = r"(?P<level>TUYỆT\s+MẬT|TỐI\s+MẬT|MẬT)"
_BESIDE: Final = (
    re.compile(rf"^\W*{_CAPITAL}\s+(?:CỘNG\s+H[OÒ]|ĐẢNG\s+CỘNG|Độc\s+lập|Số\s*:?\s*\d|\w[\w .-]{{1,30}},\s*ngày\s+\d)"),
    re.compile(rf"(?:^Số\s*:?\s*[\w./-]{{2,40}}|VIỆT\s+NAM|Hạnh\s+phúc|ngày\s.{{1,30}}năm\s+\d{{4}})\s+{_CAPITAL}\W*$"),
)
_BRACKET: Final = re.compile(
    rf"[(\[{{<«【]\s*(?:độ\s+|văn\s+bản\s+|tài\s+liệu\s+|dấu\s+)?{_LEVEL}\s*[)\]}}>»】]", re.IGNORECASE
)
_BARE_BRACKET: Final = re.compile(rf"[(\[{{<«【]\s*{_BARE_LEVEL}\s*[)\]}}>»】]", re.IGNORECASE)
_KIND: Final = (
    r"(?:văn\s+bản|tài\s+liệu|hồ\s+sơ|công\s+văn|công\s+điện|điện|báo\s+cáo|kế\s+hoạch|chỉ\s+thị|nghị\s+quyết|"
    r"quyết\s+định|phương\s+án|tờ\s+trình|thông\s+báo|mệnh\s+lệnh|hướng\s+dẫn|đề\s+án|chương\s+trình)"
)
_PREFIX: Final = re.compile(rf"^\W*{_LEVEL}\s*(?:[:|/_–—]+|\s-+)\s*(?P<rest>\S.*)$", re.IGNORECASE | re.DOTALL)
_SUFFIX: Final = re.compile(rf"^(?P<rest>.*\S)\s*(?:[:|/_–—]+|\s-+)\s*{_LEVEL}\W*$", re.IGNORECASE | re.DOTALL)
_OF_KIND: Final = re.compile(
    rf"^\W*{_KIND}\s+{_LEVEL}{_NO_LIST}(?=\s*(?:$|[-–—:,.(]|số\s+\d|về\s|của\s|phòng\s|bảo\s+vệ\s))", re.IGNORECASE
)
_STARTS_WITH_KIND: Final = re.compile(rf"^\W*{_KIND}\b", re.IGNORECASE)
_ENDS_OPEN: Final = frozenset(("BẢO", "BÍ", "CƠ", "THÂN", "KÍN", "CẨN", "ONG", "GIỮ", "TUẦN"))
_CONTINUES: Final = frozenset(("ĐỘ", "KHẨU", "MÃ", "ONG", "VỤ", "THIẾT", "SƠN"))


def find_mark(text: str, spot: Spot) -> Level | None:
    """The first mark in a text, or None. Any string is accepted; a long text costs time in proportion to its length."""
    if not text:
        return None
    clean = plain(text)
    if found := _labelled(clean):
        return found
    lines = clean.split("\n")
    if spot == "title":
        joined = " ".join(clean.split())
        return _stamped(joined, spot) or _set_off(joined)
    if spot == "cell":
        return _first(_stamped(cell, spot) for line in lines for cell in line.split("\t"))
    return _on_a_line(lines, spot)


def _first(found: Iterable[Level | None]) -> Level | None:
    return next((one for one in found if one), None)


def _labelled(text: str) -> Level | None:
    lowered = text.lower()
    if "độ" in lowered or "cấp" in lowered or "dấu" in lowered:
        for match in _LABEL.finditer(text):
            if "\n" not in match[0] or match["level"][0].isupper():
                return _level(match["level"])
    if "mat" in lowered and (bare_label := _BARE_LABEL.search(text)):
        return _level(bare_label["level"])
    return None


def _level(words: str) -> Level:
    first = bare(words).lower()
    return "tuyet_mat" if first.startswith("tuyet") else "toi_mat" if first.startswith("toi") else "mat"


def _on_a_line(lines: list[str], spot: Spot) -> Level | None:
    official: bool | None = None
    for number, line in enumerate(lines):
        pieces = [line, *_COLUMNS.split(line)] if _COLUMNS.search(line) else [line]
        for piece in pieces:
            found = _stamped(piece, spot)
            if found and not (piece is line and found == "mat" and _is_wrapped(lines, number)):
                return found
        if found := _beside(line) or _alone_kind(lines, number):
            return found
        if number < _HEADER_LINES and is_capital(line) and squashed(line) == "MAT":
            official = _is_unaccented_letter(lines) if official is None else official
            if official:
                return "mat"
    return None


def _stamped(line: str, spot: Spot) -> Level | None:
    """A line that says the mark and nothing else, but for decoration and the number of the copy."""
    stripped = line.strip()
    if not 3 <= len(stripped) <= _STAMP_LENGTH:
        return None
    words = _COPY_NUMBER.sub("", stripped).strip(_DECORATION)
    letters = squashed(words)
    if not letters or letters[0] not in _FIRST:
        return None
    capital = is_capital(words)
    once = _unrepeated(letters)
    if once in _OLD_FONTS and (capital or len(once) > 4 or spot == "stamp"):
        return _OLD_FONTS[once]
    found = _WRITTEN.get(once)
    if found is None:
        return _miswritten(once, spot) if capital or spot == "scan" else None
    return found if capital or found != "mat" or spot == "stamp" else None


def _unrepeated(letters: str) -> str:
    """A mark said several times, as a watermark is, said once."""
    if match := _REPEATED.fullmatch(letters):
        return match[1]
    for times in range(_MOST_REPEATS, 1, -1):
        length, rest = divmod(len(letters), times)
        if not rest and length >= 3 and letters == letters[:length] * times:
            return letters[:length]
    return letters


def _miswritten(letters: str, spot: Spot) -> Level | None:
    for meant, level in _WRITTEN.items():
        if len(letters) != len(meant):
            continue
        if level == "mat" and spot != "scan":
            return "mat" if letters == "MÂT" else None
        if lacks_only(letters, meant) and level != "mat":
            return level
        if spot == "scan" and is_misread(letters, meant):
            return level
    return None


def _is_wrapped(lines: list[str], number: int) -> bool:
    """Whether a line is the end, or the beginning, of words that its neighbours carry on: "… BẢO / MẬT"."""
    before = lines[number - 1].upper().split() if number else []
    after = lines[number + 1].upper().split() if number + 1 < len(lines) else []
    return bool(before and before[-1] in _ENDS_OPEN) or bool(after and after[0] in _CONTINUES)


def _beside(line: str) -> Level | None:
    """The mark on one line with what stands next to it at the head of a document."""
    if len(line) > 2 * _STAMP_LENGTH or "MẬT" not in line:
        return None
    found = next((match for pattern in _BESIDE if (match := pattern.search(line.strip()))), None)
    return _level(found["level"]) if found else None


def _alone_kind(lines: list[str], number: int) -> Level | None:
    """ "TÀI LIỆU MẬT" alone on its line, unless it ends a title that began on the line before."""
    line = lines[number].strip()
    if not is_capital(line) or len(line) > _STAMP_LENGTH or "MẬT" not in line:
        return None
    match = _OF_KIND.search(line)
    begun = number > 0 and is_capital(lines[number - 1].strip())
    return _level(match["level"]) if match and match.end() >= len(line.rstrip(" .*-")) and not begun else None


def _is_unaccented_letter(lines: list[str]) -> bool:
    head = "\n".join(lines[:_HEADER_LINES])
    return not has_diacritics(head) and bool(_OFFICIAL.search(head.lower()))


def _set_off(title: str) -> Level | None:
    """A mark set off from the words of a title."""
    if match := _BRACKET.search(title) or _BARE_BRACKET.search(title):
        return _level(match["level"])
    for pattern in (_PREFIX, _SUFFIX):
        match = pattern.search(title)
        if match and _is_set_off(match["level"], match["rest"]):
            return _level(match["level"])
    match = _OF_KIND.search(title)
    return _level(match["level"]) if match else None


def _is_set_off(words: str, rest: str) -> bool:
    """ "Mật" in ordinary letters beside a dash is a mark only of an official document: honey has titles too."""
    return (
        _level(words) != "mat"
        or is_capital(words)
        or bool(words[0].isupper() and rest[0].isupper() and _STARTS_WITH_KIND.match(rest))
    )


_WORDS: Final = re.compile(r"[^\W\d_]+|\d+")
_ABOUT_RULES: Final = re.compile(r"bí mật nhà nước|bảo vệ bí mật|danh mục|quy định|hướng dẫn|\bluật\b|nghị định")
_OWNED: Final = frozenset(("xe", "giay", "tien", "the", "dien", "viec", "cua", "so", "hang", "vi", "con", "do", "roi"))
_FACES: Final = frozenset(("BE", "RA", "TIEN", "BO", "DOI", "KHAM", "MAT", "NUOC", "TRAI", "BAO", "BI", "RUA", "NGOAI"))


def find_mark_in_name(name: str) -> Level | None:
    """The mark in a file name. Without diacritics "MAT" is mostly mắt, mặt or mất: then only its form tells."""
    stem = plain(name).strip()
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", stem)
    spaced = " ".join(re.sub(r"[_.+~]+", " ", stem).split())
    if found := find_mark(spaced, "title"):
        return found
    words = _WORDS.findall(spaced)
    return _accented_word(words, spaced) if has_diacritics(spaced) else _bare_word(words, stem)


def _accented_word(words: list[str], spaced: str) -> Level | None:
    lowered = [word.lower() for word in words]
    for first, level in (("tối", "toi_mat"), ("tuyệt", "tuyet_mat")):
        for at in range(len(lowered) - 1):
            named = at > 0 and lowered[at - 1] == "độ"
            if lowered[at : at + 2] == [first, "mật"] and not named and not _ABOUT_RULES.search(spaced.lower()):
                return _level(level.replace("_", " "))
    for at, word in enumerate(words):
        if word != "MẬT" or at not in (0, len(words) - 1):
            continue
        before = words[at - 1].upper() if at else ""
        after = words[at + 1].upper() if at + 1 < len(words) else ""
        if before not in _ENDS_OPEN and after not in _CONTINUES:
            return "mat"
    return None


def _bare_word(words: list[str], stem: str) -> Level | None:
    lowered = [word.lower() for word in words]
    for at in _places(lowered):
        joined = lowered[at] in ("toimat", "tuyetmat")
        after = at + (1 if joined else 2)
        if after < len(lowered) and lowered[after] in _OWNED:
            continue
        loud = "".join(words[at:after]).isupper() and not stem.isupper()
        if at == 0 or after == len(words) or loud:
            return "tuyet_mat" if lowered[at].startswith("tuyet") else "toi_mat"
    ends = len(words) > 1 and words[-1] == "MAT" and words[-2].upper() not in _FACES
    return "mat" if ends and any(word.isdigit() for word in words) else None


def _places(words: list[str]) -> Iterator[int]:
    for at, word in enumerate(words):
        pair = word in ("toi", "tuyet") and words[at + 1 : at + 2] == ["mat"]
        if pair or word in ("toimat", "tuyetmat"):
            yield at


_CLASSIFYING: Final = re.compile(r"do ?mat|classification|secrecy|confidential|security|phan loai|bao mat")
_TITLES: Final = frozenset(("title", "subject", "description", "comments"))
_SAID: Final[dict[str, Level]] = {"mat": "mat", "toi mat": "toi_mat", "tuyet mat": "tuyet_mat"}


def find_mark_in_property(key: str, value: str) -> Level | None:
    """The mark in a property of a file: the answer to a classifying key, a title, or a word standing by itself."""
    clean = " ".join(plain(value).split())
    if _CLASSIFYING.search(bare(key).lower().replace("_", " ")) and (found := _SAID.get(bare(clean).lower())):
        return found
    if key.lower() in _TITLES:
        return find_mark(clean, "title") or _stamped(clean, "stamp")
    return _first(_stamped(piece, "cell") for piece in re.split(r"[,;]", clean)) or _labelled(clean)
