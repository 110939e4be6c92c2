"""The fixed cast of all tests: four offices on this node, one on another, and the people who act for them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password

from phoihop.core.ids import derived_id
from phoihop.core.isolation import scope
from phoihop.exchange.directory.actions import found_directory
from phoihop.exchange.directory.changes import NodeAdded
from phoihop.exchange.directory.keyfile import RegionKey, make_key, read_key
from phoihop.exchange.directory.loading import changes_for
from phoihop.exchange.directory.state import DirectoryState
from phoihop.exchange.keys import make_identity
from phoihop.offices.acting import Acting
from phoihop.offices.actions import add_node, load_people, position_id
from phoihop.offices.directory import BodySpec, OfficeSpec, PersonSpec, PositionSpec
from phoihop.offices.models import NodeKey
from phoihop.offices.selectors import acting_as

PASSWORD = "mot-cau-mat-khau-dai"

REGION = OfficeSpec(
    "QK4-VP",
    "Văn phòng Đảng ủy – Bộ Tư lệnh Quân khu 4",
    "Văn phòng Quân khu 4",
    (
        BodySpec("QK4-DU", "Đảng ủy Quân khu 4", "PARTY", "ĐU", "Nghệ An", edxml_id="000.00.91.A04"),
        BodySpec("QK4-BTL", "Bộ Tư lệnh Quân khu 4", "MIL", "BTL", "Nghệ An", edxml_id="000.00.90.A04"),
    ),
    region_code="QK4",
)
NGHE_AN = OfficeSpec(
    "NA-VPUBND",
    "Văn phòng UBND tỉnh Nghệ An",
    "VP UBND Nghệ An",
    (
        BodySpec("NA-UBND", "Ủy ban nhân dân tỉnh Nghệ An", "GOV", "UBND", "Nghệ An", edxml_id="000.00.00.H41"),
        BodySpec("NA-VPUBND", "Văn phòng UBND tỉnh Nghệ An", "GOV", "VPUBND", "Nghệ An"),
    ),
    parent="QK4-VP",
    province_code="40",
)
NGHE_AN_PARTY = OfficeSpec(
    "NA-VPTU",
    "Văn phòng Tỉnh ủy Nghệ An",
    "VP Tỉnh ủy Nghệ An",
    (BodySpec("NA-TU", "Tỉnh ủy Nghệ An", "PARTY", "TU", "Nghệ An"),),
    province_code="40",
)
HA_TINH = OfficeSpec(
    "HT-VPUBND",
    "Văn phòng UBND tỉnh Hà Tĩnh",
    "VP UBND Hà Tĩnh",
    (BodySpec("HT-UBND", "Ủy ban nhân dân tỉnh Hà Tĩnh", "GOV", "UBND", "Hà Tĩnh"),),
    province_code="42",
)
HUE = OfficeSpec(
    "HUE-VPUBND",
    "Văn phòng UBND thành phố Huế",
    "VP UBND Huế",
    (BodySpec("HUE-UBND", "Ủy ban nhân dân thành phố Huế", "GOV", "UBND", "Huế"),),
    province_code="46",
)
HERE = (REGION, NGHE_AN, NGHE_AN_PARTY, HA_TINH)
THERE = (HUE,)
OTHER_NODE = derived_id("node", "hue")
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)

_STAFF: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("vanthu", "Nhân viên văn thư", ("records_clerk",)),
    ("chuyenvien", "Chuyên viên", ("specialist",)),
    ("trucban", "Trực ban", ("duty_officer",)),
    ("chanhvp", "Chánh Văn phòng", ("chief_of_office",)),
    ("lanhdao", "Lãnh đạo", ("leader",)),
    ("quantri", "Quản trị văn phòng", ("office_administrator",)),
    ("vanhanh", "Vận hành máy chủ", ("node_operator",)),
    ("baotin", "Cán bộ báo tin", ("field_reporter",)),
)


def _people(office: OfficeSpec) -> list[PersonSpec]:
    signs = {
        "chanhvp": tuple((body.code, "TL. CHỦ TỊCH\nCHÁNH VĂN PHÒNG") for body in office.bodies),
        "lanhdao": tuple((body.code, "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH") for body in office.bodies),
    }
    return [
        PersonSpec(
            f"{key}.{office.code.lower()}",
            f"{title} {office.short_name}",
            (PositionSpec(office.code, title, roles, signs.get(key, ()), date(2025, 7, 1)),),
        )
        for key, title, roles in _STAFF
    ]


@cache
def password_hash() -> str:
    """One argon2 hash for the whole cast: hashing is slow on purpose."""
    return make_password(PASSWORD)


def directory_key() -> RegionKey:
    """The directory key of the region of all tests, which hold it as no node does.

    It keeps no list of what it signed: tests sign other histories on purpose.
    """
    path = settings.HOME / "keys" / "directory.key"
    return RegionKey((read_key(path) if path.exists() else make_key(path)).private)


def load_cast() -> None:
    """Put node, offices and people into the database that is pointed at: one directory record, then people."""
    own = make_identity(settings.KEYS_ROOT)
    add_node(
        node_id=own.node_id,
        name="nghe-an",
        incarnation_id=own.incarnation_id,
        public_key=own.public_key,
        is_self=True,
    )
    NodeKey.objects.using("owner").update(valid_from=LONG_AGO)
    hue = NodeAdded(
        node=OTHER_NODE, name="hue", incarnation=derived_id("incarnation", "hue"), key="00" * 32, valid_from=LONG_AGO
    )
    offices = [
        *changes_for(HERE, node_id=own.node_id, state=DirectoryState()),
        *changes_for(THERE, node_id=OTHER_NODE, state=DirectoryState()),
    ]
    found_directory(directory_key(), name="Quân khu 4", changes=[hue, *offices])
    for office in (*HERE, *THERE):
        load_people(_people(office), password_hash=password_hash(), is_demo=False)


def position(key: str, office: OfficeSpec) -> UUID:
    """The position of a member of the cast, such as ``position("vanthu", NGHE_AN)``."""
    title = next(title for name, title, _roles in _STAFF if name == key)
    return position_id(f"{key}.{office.code.lower()}", office.code, title)


def acting(key: str, office: OfficeSpec) -> Acting:
    """Who acts when this member of the cast does."""
    with scope("gate"):
        return acting_as(position(key, office))
