"""The operator's commands: keys and trust are added, listed, removed; a file is looked at."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.management import call_command

from phoihop.core.errors import Conflict, Invalid, NotFound
from tests.documents.signing.authority import PASSPHRASE, issued, revocations
from tests.documents.signing.desk import SEAL, Desk, paper


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return Desk(tmp_path)


def _said(*arguments: str) -> str:
    output = StringIO()
    call_command("documents", *arguments, stdout=output)
    return output.getvalue()


def _files(desk: Desk) -> list[str]:
    files = {
        "khoa.p12": issued("UBND tỉnh Nghệ An", desk.root).packed(),
        "mat-khau": f"{PASSPHRASE}\n".encode(),
        "dau.png": SEAL,
    }
    for name, content in files.items():
        (desk.home / name).write_bytes(content)
    paths = [str(desk.home / name) for name in files]
    return ["--file", paths[0], "--passphrase-file", paths[1], "--picture", paths[2], "--width-mm", "36"]


def test_a_key_is_added_listed_removed(desk: Desk) -> None:
    add = ["certificate", "add", "con-dau", "--use", "office", "--office", "na-ubnd", *_files(desk)]
    assert "UBND tỉnh Nghệ An" in _said(*add)
    with pytest.raises(Conflict):
        _said(*add)
    assert "con-dau\tcon dấu cơ quan\tna-ubnd\tUBND tỉnh Nghệ An" in _said("certificate", "list")
    _said("certificate", "remove", "con-dau")
    assert _said("certificate", "list") == ""
    with pytest.raises(NotFound):
        _said("certificate", "remove", "con-dau")


def test_a_seal_without_a_clear_ground_is_refused(desk: Desk) -> None:
    from io import BytesIO

    from PIL import Image

    given = _files(desk)
    white = BytesIO()
    Image.new("RGB", (100, 100), "white").save(white, "PNG")
    (desk.home / "dau.png").write_bytes(white.getvalue())
    with pytest.raises(Invalid, match="nền trong suốt"):
        _said("certificate", "add", "con-dau", "--use", "office", "--office", "na-ubnd", *given)


def test_trust_is_added_listed_removed(desk: Desk) -> None:
    root, listed = desk.home / "root.pem", desk.home / "list.crl"
    root.write_bytes(desk.root.pem)
    listed.write_bytes(revocations(desk.root))
    _said("trust", "add", "root", str(root))
    _said("trust", "add", "crl", str(listed))

    lines = _said("trust", "list").splitlines()

    assert "Gốc thử nghiệm" in lines[0]
    _said("trust", "remove", lines[0].split("\t")[0])
    assert len(_said("trust", "list").splitlines()) == 1


def test_a_person_s_certificate_is_no_root(desk: Desk) -> None:
    path = desk.home / "person.pem"
    path.write_bytes(issued("Một người", desk.root).certificate.public_bytes(Encoding.PEM))
    with pytest.raises(Invalid, match="không phải của cơ quan cấp"):
        _said("trust", "add", "root", str(path))


def test_a_file_is_looked_at(desk: Desk) -> None:
    path = desk.home / "signed.pdf"
    path.write_bytes(desk.sign(paper(), desk.person()).pdf)
    said = _said("judge", str(path))
    assert "Chưa xác định" in said
    assert "nơi cấp chứng thư chưa được cài đặt là tin cậy" in said
    path.write_bytes(paper())
    assert "không có chữ ký số" in _said("judge", str(path))
