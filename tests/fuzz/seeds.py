"""Seeds of the fuzz targets, written to a directory: ``python -m tests.fuzz.seeds DIRECTORY TARGET``."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

from tests.dispatches.edxml.messages import File, Message, status, zipped
from tests.files import made


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


def office_seeds(kind: str) -> dict[str, bytes]:
    """Good files of one kind of ``fuzz_office``, office files as lists of their parts."""
    if kind == "pdf":
        return {
            "plain": made.pdf([["Kính gửi: Các sở, ngành", "Trang một"]], title="Báo cáo"),
            "scan": made.scanned_pdf(["A"]),
        }
    files = {
        "word": (made.docx(made.WORD_PARTS), made.docx({"word/header1.xml": made.part("hdr", "Mật")})),
        "sheets": (made.xlsx([["Đơn vị", "Số"], ["A", 1]], header="Bảo mật", title="Số liệu"),),
        "slides": (made.pptx(["Nội dung", "Kết luận"]),),
        "names": (made.docx({}),),
    }[kind]
    return {f"{kind}-{number}": unpacked(content) for number, content in enumerate(files)}


def unpacked(content: bytes) -> bytes:
    """A zip as ``fuzz_office`` takes it: each part after its name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(name.encode(), archive.read(name).replace(b"\x00", b"")) for name in archive.namelist()]
    return b"".join(b"\x00" + name + b"\x00" + part for name, part in parts)


def main(place: Path, target: str) -> None:
    """Write the seeds of a target: ``edxml``, or ``office-KIND``."""
    place.mkdir(parents=True, exist_ok=True)
    seeds = edxml_seeds() if target == "edxml" else office_seeds(target.partition("-")[2])
    for name, data in seeds.items():
        (place / f"{name}.seed").write_bytes(data)
    kept = Path(__file__).parent / "regressions" / target
    for found in kept.iterdir() if kept.is_dir() else ():
        (place / found.name).write_bytes(found.read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
