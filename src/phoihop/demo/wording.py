"""From the demonstration's data to a document's words: placeholders filled, official opening and nơi nhận added."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from phoihop.demo.directory import BodyEntry, Directory
from phoihop.demo.letters import Letter
from phoihop.demo.moments import day_at

MARK: Final = "DIỄN TẬP"
BANNER: Final = f"{MARK} – VĂN BẢN GIẢ ĐỊNH, KHÔNG CÓ GIÁ TRỊ THI HÀNH"

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)(?::([^{}]+))?\}")
_QUARTERS: Final = ("I", "II", "III", "IV")
_ADDRESSED: Final = frozenset({"letter", "report", "submission"})


@dataclass(frozen=True, slots=True)
class Reference:
    """How other documents cite a document: ``Công điện số 31/CĐ-UBND ngày 20/11/2026``."""

    type_name: str
    code: str
    dated: date

    @property
    def text(self) -> str:
        return f"{self.type_name} số {self.code} ngày {official_date(self.dated)}"


def official_date(day: date) -> str:
    """A day as documents write it: ``05/02/2026``."""
    return f"{day:%d/%m/%Y}"


def marked_abstract(abstract: str) -> str:
    """The abstract with the exercise mark behind it, where it does not hide the words in a list."""
    return f"{abstract} [{MARK}]"


def fill(text: str, *, anchor: date, duty: bool, references: Mapping[str, Reference]) -> str:
    """The text with its placeholders filled.

    ``{date:-3}`` day/month/year, ``{day:-3}`` day/month, ``{year}``, ``{next_year}``, ``{quarter}``, ``{ref:key}``.
    Raises LookupError for a reference not (yet) known and ValueError for an unknown placeholder.
    """

    def put(found: re.Match[str]) -> str:
        name, argument = found.group(1), found.group(2) or ""
        if name == "ref":
            return references[argument].text
        if name in {"date", "day"}:
            day = day_at(anchor, int(argument), duty=duty)
            return official_date(day) if name == "date" else f"{day:%d/%m}"
        return _calendar_word(name, anchor)

    return _PLACEHOLDER.sub(put, text)


def _calendar_word(name: str, anchor: date) -> str:
    words = {
        "year": str(anchor.year),
        "next_year": str(anchor.year + 1),
        "quarter": f"quý {_QUARTERS[(anchor.month - 1) // 3]}/{anchor.year}",
    }
    if name not in words:
        raise ValueError(f"unknown placeholder {{{name}}}")
    return words[name]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a whole text is composed of: issuer, type, addressees (bodies or groups) and the filled text.

    ``also`` are recipients outside the directory; ``archive`` is what follows ``Lưu:``.
    """

    body: str
    type: str
    to: tuple[str, ...]
    text: str
    copies: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    archive: str = "VT"


def compose_letter(directory: Directory, letter: Letter, filled_text: str) -> str:
    """The whole text of a document of the two weeks; ``filled_text`` is its text without placeholders."""
    draft = Draft(letter.body, letter.type, letter.to, filled_text, letter.copies, letter.also, letter.archive)
    return compose(directory, draft)


def compose(directory: Directory, draft: Draft) -> str:
    """Exercise banner, addressees as the type wants them, text with its closing sign, nơi nhận.

    Raises LookupError for unknown bodies.
    """
    body = directory.body(draft.body)
    opening = _opening(directory, draft, body)
    return "\n\n".join([BANNER, *opening, _closed(draft.text, body), _recipients(directory, draft, body)])


def addressee_names(directory: Directory, addressees: tuple[str, ...]) -> tuple[str, ...]:
    """What stands after ``Kính gửi``: the name of each body or group.  Raises LookupError for unknown codes."""
    groups = {group.code: group.name for group in directory.groups}
    return tuple(groups.get(code) or directory.body(code).name for code in addressees)


def _opening(directory: Directory, draft: Draft, body: BodyEntry) -> list[str]:
    names = addressee_names(directory, draft.to)
    if draft.type == "telegram":
        return [_listed(f"{_telegram_issuer(body)} điện:", names, body)]
    if draft.type == "invitation":
        return [_listed(f"{body.name} trân trọng kính mời:", names, body)]
    return [_listed("Kính gửi:", names, body)] if draft.type in _ADDRESSED else []


def _telegram_issuer(body: BodyEntry) -> str:
    return (body.name if body.regime == "MIL" else f"{body.head} {body.name}").upper()


def _listed(label: str, names: tuple[str, ...], body: BodyEntry) -> str:
    if len(names) == 1:
        return f"{label} {names[0]}"
    separator = "," if body.regime == "PARTY" else ";"
    return "\n".join([label, *(f"- {name}{separator}" for name in names[:-1]), f"- {names[-1]}."])


def _closed(text: str, body: BodyEntry) -> str:
    """State documents end with ``./.``, Party documents with a full stop (domain: 05-HD/VPTW)."""
    return text if body.regime == "PARTY" else f"{text.removesuffix('.')}./."


def _recipients(directory: Directory, draft: Draft, body: BodyEntry) -> str:
    first = ["Như trên"] if _opening(directory, draft, body) else list(addressee_names(directory, draft.to))
    others = [*addressee_names(directory, draft.copies), *draft.also]
    separator, kept = (
        (";", f"Lưu: {draft.archive}") if body.regime != "PARTY" else (",", _party_archive(directory, body))
    )
    return "\n".join(["Nơi nhận:", *(f"- {name}{separator}" for name in [*first, *others]), f"- {kept}."])


def _party_archive(directory: Directory, body: BodyEntry) -> str:
    office = directory.office_of(body.code)
    return f"Lưu {office.name.removesuffix(office.place).strip()}"
