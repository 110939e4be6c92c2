"""Words by which the parts of a Vietnamese official paper are known, compared without diacritics."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

TYPES: Final[dict[str, str]] = {
    "NQ": "Nghị quyết",
    "QĐ": "Quyết định",
    "CT": "Chỉ thị",
    "QC": "Quy chế",
    "QyĐ": "Quy định",
    "TC": "Thông cáo",
    "TB": "Thông báo",
    "HD": "Hướng dẫn",
    "CTr": "Chương trình",
    "KH": "Kế hoạch",
    "PA": "Phương án",
    "ĐA": "Đề án",
    "DA": "Dự án",
    "BC": "Báo cáo",
    "BB": "Biên bản",
    "TTr": "Tờ trình",
    "HĐ": "Hợp đồng",
    "CĐ": "Công điện",
    "BGN": "Bản ghi nhớ",
    "BTT": "Bản thỏa thuận",
    "GUQ": "Giấy ủy quyền",
    "GM": "Giấy mời",
    "GGT": "Giấy giới thiệu",
    "GNP": "Giấy nghỉ phép",
    "PG": "Phiếu gửi",
    "PC": "Phiếu chuyển",
    "PB": "Phiếu báo",
    "KL": "Kết luận",
    "TT": "Thông tri",
    "QĐi": "Quy định",
    "CV": "Công văn",
}
"""Abbreviations of NĐ 30/2020 Phụ lục III and of Party practice (05-HD/VPTW)."""
OFFICIAL_LETTER: Final = "Công văn"

MOTTOES: Final = (
    "cong hoa xa hoi chu nghia viet nam",
    "doc lap tu do hanh phuc",
    "dang cong san viet nam",
)
URGENCIES: Final = {
    "hoa toc": "express",
    "hoa toc hen gio": "express",
    "thuong khan": "very_urgent",
    "khan": "urgent",
}
AGENCIES: Final = (
    "uy ban", "ubnd", "hoi dong", "hdnd", "doan", "van phong", "so", "ban", "bo", "quan khu", "tinh uy", "thanh uy",
    "huyen uy", "dang uy", "dang bo", "cong an", "cuc", "chi cuc", "truong", "vien", "thanh tra", "tong cuc", "su doan",
    "phong", "trung tam", "lien doan", "mat tran", "hoi", "toa an", "vien kiem sat", "bo chi huy", "bo tu lenh", "to",
    "chinh phu", "quoc hoi", "thu tuong", "quan uy", "lu doan", "trung doan", "ubmttq",
)  # fmt: skip
FAMILIES: Final = frozenset(
    [
        "nguyen",
        "tran",
        "le",
        "pham",
        "hoang",
        "huynh",
        "phan",
        "vu",
        "vo",
        "dang",
        "bui",
        "do",
        "ho",
        "ngo",
        "duong",
        "ly",
        "dinh",
        "mai",
        "cao",
        "luong",
        "ha",
        "trinh",
        "dao",
        "doan",
        "luu",
        "ta",
        "chu",
        "thai",
        "ton",
        "tang",
        "lam",
        "quach",
        "trieu",
        "kieu",
        "la",
        "tong",
        "phung",
        "to",
        "van",
        "truong",
        "chau",
        "nghiem",
        "vi",
        "lu",
        "lo",
        "moong",
        "xong",
        "cu",
        "kha",
        "hua",
        "bach",
        "tu",
        "vuong",
        "quan",
        "quang",
        "khuat",
        "mac",
        "doan",
        "diep",
        "au",
        "an",
        "phi",
        "luc",
        "luong",
        "thach",
        "son",
        "kim",
        "danh",
        "ban",
        "be",
        "nong",
        "ma",
    ]
)
RANKS: Final = re.compile(
    r"^(dai tuong|thuong tuong|trung tuong|thieu tuong|dai ta|thuong ta|trung ta|thieu ta|dai uy|thuong uy|"
    r"trung uy|thieu uy|gs\.?ts\.?|pgs\.?\s?ts\.?|ts\.?|ths\.?)\s+"
)
AUTHORITY: Final = re.compile(
    r"^(t\s?[./]?\s?m|k\s?[./]?\s?t|t\s?[./]?\s?l|tuq|t\s?[./]\s?u\s?[./]?\s?q|q)\s?[.,]\s*|^(t/m|k/t|t/l)\s+"
)
TITLES: Final = (
    "chu tich", "bi thu", "chanh van phong", "giam doc", "truong ban", "chanh thanh tra", "tu lenh", "chinh uy",
    "chi huy truong", "cuc truong", "chu nhiem", "truong doan", "tham muu truong", "truong phong", "uy vien",
    "hieu truong", "chi cuc truong", "thuong truc", "vien truong", "chanh an", "bo truong", "thu truong",
)  # fmt: skip


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Lower case without diacritics, letter for letter: places in it are places in the composed text."""
    return "".join(_plain_letter(letter) for letter in unicodedata.normalize("NFC", text))


@lru_cache(maxsize=4_000)
def _plain_letter(letter: str) -> str:
    if letter in "đĐÐ":
        return "d"
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return base if len(base) == 1 else letter


def letters(text: str) -> str:
    """The words alone: no signs, single spaces."""
    return " ".join(re.findall(r"[a-z0-9]+", plain(text)))


def likeness(one: str, other: str) -> float:
    """How alike two texts of letters are, 0 to 1; spaces do not count, as recognition loses them first."""
    return SequenceMatcher(None, one.replace(" ", ""), other.replace(" ", ""), autojunk=False).ratio()


def upper_share(text: str) -> float:
    """The share of capitals among letters."""
    found = [one for one in text if one.isalpha()]
    return sum(one.isupper() for one in found) / len(found) if found else 0.0


def type_named(text: str) -> str:
    """The type whose name a line is, or nothing."""
    given = letters(text)
    if not 4 <= len(given) <= 22:
        return ""
    best = max(set(TYPES.values()), key=lambda name: (likeness(given, letters(name)), name))
    return best if likeness(given, letters(best)) >= 0.86 else ""


def is_motto(text: str) -> bool:
    """Whether a line is the country's name, the motto or the Party's name, or a large part of one."""
    given = letters(text)
    return len(given) >= 8 and any(likeness(given, one) >= 0.8 for one in MOTTOES)


def begins_agency(text: str) -> bool:
    """Whether a line begins the name of an agency."""
    given = letters(text)
    if " " not in given:
        return False
    return any(given == one or given.startswith(f"{one} ") for one in AGENCIES)
