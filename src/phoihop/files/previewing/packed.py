"""Members of a zip that a stranger made: sized before they are unpacked, parsed without entities or network."""

from __future__ import annotations

import zipfile
from pathlib import Path

from lxml import etree

from phoihop.files.previewing.limits import MOST_UNPACKED_BYTES, Refused

_MOST_MEMBERS = 10_000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_packed(path: Path) -> zipfile.ZipFile:
    """The zip. Raises Refused when it would unpack to too much: Python unpacks no more than a member states."""
    with path.open("rb") as file:
        if file.read(8) == _OLD_OFFICE:  # Office wraps a document with a password in its old format
            raise Refused("encrypted")
    try:
        packed = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Refused("damaged") from error
    members = packed.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise Refused("encrypted")
    if len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED_BYTES:
        raise Refused("too_large")
    return packed


def read_xml(packed: zipfile.ZipFile, name: str) -> etree._Element | None:
    """The root of one member, or None when there is no such member. Raises Refused."""
    try:
        content = packed.read(name)
    except KeyError:
        return None
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise Refused("damaged") from error
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("damaged") from error
