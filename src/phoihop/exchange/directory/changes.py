"""What a directory record may say: one class for each kind of change, typed and versioned. Pure.

Offices and bodies are named by their codes, nodes by their ids, keys by the lower-case hex of their 32 public bytes.
Days are days of the region; a last day still counts. Moments are exact, and the end of a key's time is no longer in it.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Annotated, Any, Final, Literal, get_args
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from phoihop.exchange.envelope import Moment


def _plain(text: str) -> str:
    if text != text.strip() or not unicodedata.is_normalized("NFC", text):
        raise ValueError("spaces at an end, or not in the composed form")
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for letter in text):
        raise ValueError("a character nobody sees")
    return text


Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9ĐđÀ-ỹ._/-]{1,60}$"), AfterValidator(_plain)]
MaybeCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9ĐđÀ-ỹ._/-]{0,60}$"), AfterValidator(_plain)]
Name = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_plain)]
Text = Annotated[str, Field(max_length=300), AfterValidator(_plain)]
PublicKey = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Change(BaseModel):
    """Base of all changes: strict, frozen, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    version: Literal[1] = 1


class DirectoryFounded(Change):
    """The beginning: the region's name and its directory key. First in version 1, and nowhere else."""

    kind: Literal["directory_founded"] = "directory_founded"
    name: Name
    key: PublicKey


class SuccessorAnnounced(Change):
    """The key that may take over from the directory key. Another announcement replaces it."""

    kind: Literal["successor_announced"] = "successor_announced"
    key: PublicKey


class SuccessorActivated(Change):
    """The announced successor is the directory key from the next record on; it may sign this record itself."""

    kind: Literal["successor_activated"] = "successor_activated"
    key: PublicKey


class NodeAdded(Change):
    """A node with its first key."""

    kind: Literal["node_added"] = "node_added"
    node: UUID
    name: Annotated[Name, Field(max_length=100)]
    incarnation: UUID
    key: PublicKey
    valid_from: Moment
    valid_to: Moment | None = None


class KeyAdded(Change):
    """A further key of a node, of the same incarnation (rotation) or a new one (after a restore)."""

    kind: Literal["key_added"] = "key_added"
    node: UUID
    incarnation: UUID
    key: PublicKey
    valid_from: Moment
    valid_to: Moment | None = None


class KeyRetired(Change):
    """A key of a node ends; what it signed before stays good. An end may be brought forward, never put off."""

    kind: Literal["key_retired"] = "key_retired"
    node: UUID
    key: PublicKey
    valid_to: Moment


class OfficeTerms(Change):
    """What an office is called and where it stands."""

    code: Code
    name: Name
    short_name: Name
    parent: MaybeCode = ""
    region_code: MaybeCode = ""
    province_code: MaybeCode = ""
    commune_code: MaybeCode = ""
    hotline: Text = ""


class OfficeOpened(OfficeTerms):
    """A new office, hosted by a node."""

    kind: Literal["office_opened"] = "office_opened"
    node: UUID
    valid_from: date


class OfficeChanged(OfficeTerms):
    """All terms of an office anew. They show as soon as the record is applied; the day is for reading history."""

    kind: Literal["office_changed"] = "office_changed"
    valid_from: date


class OfficeClosed(Change):
    """An office ends without a successor, and its bodies with it."""

    kind: Literal["office_closed"] = "office_closed"
    code: Code
    valid_to: date


class OfficeMerged(Change):
    """An office ends and another goes on with its work.

    ``bodies`` go on too, issued for by the successor; its other bodies end. Offices below it move under the successor.
    """

    kind: Literal["office_merged"] = "office_merged"
    code: Code
    into: Code
    valid_to: date
    bodies: tuple[Code, ...] = Field(default=(), max_length=100)


class HostingMoved(Change):
    """An office is hosted by another node from a moment on."""

    kind: Literal["hosting_moved"] = "hosting_moved"
    office: Code
    node: UUID
    valid_from: Moment


class BodyTerms(Change):
    """What an issuing body is called and how its documents are marked."""

    office: Code
    code: Code
    name: Name
    regime: Literal["GOV", "PARTY", "MIL", "NA"]
    notation: Name
    place: Name
    superior_name: Text = ""
    edxml_id: Text = ""
    order: Annotated[int, Field(ge=0, le=1000)] = 0


class BodyOpened(BodyTerms):
    """A new issuing body of an office."""

    kind: Literal["body_opened"] = "body_opened"
    valid_from: date


class BodyChanged(BodyTerms):
    """All terms of a body anew."""

    kind: Literal["body_changed"] = "body_changed"
    valid_from: date


class BodyClosed(Change):
    """An issuing body ends."""

    kind: Literal["body_closed"] = "body_closed"
    office: Code
    code: Code
    valid_to: date


AnyChange = Annotated[
    DirectoryFounded
    | SuccessorAnnounced
    | SuccessorActivated
    | NodeAdded
    | KeyAdded
    | KeyRetired
    | OfficeOpened
    | OfficeChanged
    | OfficeClosed
    | OfficeMerged
    | HostingMoved
    | BodyOpened
    | BodyChanged
    | BodyClosed,
    Field(discriminator="kind"),
]


def _known() -> frozenset[tuple[str, int]]:
    union = get_args(AnyChange)[0]
    return frozenset((kind.model_fields["kind"].default, 1) for kind in get_args(union))


KNOWN: Final[frozenset[tuple[str, int]]] = _known()
"""The kinds and versions this installation understands."""


def is_known(said: Any) -> bool:
    """Whether a change as JSON is of a kind and version that can be read here."""
    return isinstance(said, dict) and (said.get("kind"), said.get("version", 1)) in KNOWN


_CODES: Final[TypeAdapter[str]] = TypeAdapter(Code)


def is_code(text: str) -> bool:
    """Whether an office or a body may have this code."""
    try:
        _CODES.validate_python(text)
    except ValidationError:
        return False
    return True
