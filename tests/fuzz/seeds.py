"""Seeds of the fuzz targets, written to a directory: ``python -m tests.fuzz.seeds DIRECTORY``."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.dispatches.edxml.messages import File, Message, status, zipped


def edxml_seeds() -> dict[str, bytes]:
    """Messages of every kind, whole and with the faults that peers send."""
    message = Message()
    business = "<e:BussinessDocType>{}</e:BussinessDocType><e:BussinessDocReason>x</e:BussinessDocReason>"
    packed = File(name="a.zip", data=zipped({"a.txt": b"abc", "b/c.txt": b"d"}))
    return {
        "new": message.data(),
        "zipped": message.but(files=(packed,)).data(),
        "revoke": message.but(business=business.format(1)).data(),
        "update": message.but(business=business.format(2)).data(),
        "replace": message.but(business=business.format(3)).data(),
        "status": status(),
        "wide": message.text().encode("utf-16"),
        "junk": b"\x00\x01junk" + message.data(),
        "unbound": message.but(root="<edXML>").data(),
        "impossible": message.but(issued="2014/02/30", traces="").data(),
    }


def main(place: Path) -> None:
    """Write them all."""
    place.mkdir(parents=True, exist_ok=True)
    for name, data in edxml_seeds().items():
        (place / f"{name}.edxml").write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
