"""A key inside a PKCS#11 token signs as one in a file does: a token in software stands for the USB ones."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from phoihop.core.errors import Unavailable
from phoihop.documents.signing import sign
from phoihop.documents.signing.keys import SigningKey, Token, add_token_key
from phoihop.documents.signing.opening import read_token_certificate
from tests.documents.signing.authority import NOW, issued
from tests.documents.signing.desk import Desk, paper

MODULE = next(
    (str(one) for one in Path("/usr/lib").glob("**/softhsm/libsofthsm2.so")), "/usr/lib/softhsm/libsofthsm2.so"
)
PIN = "123456"


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Token]:
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    _filled(folder)
    yield Token(MODULE, "phoihop", "khoa")
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


def _filled(folder: Path) -> None:
    import pkcs11
    from pkcs11.util.rsa import decode_rsa_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    command = ["softhsm2-util", "--init-token", "--free", "--label", "phoihop", "--pin", PIN, "--so-pin", "12345678"]
    subprocess.run(command, check=True, capture_output=True)
    desk = Desk(folder)
    identity = issued("Người ký bằng thiết bị", desk.root)
    der = identity.private.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    with pkcs11.lib(MODULE).get_token(token_label="phoihop").open(rw=True, user_pin=PIN) as session:
        marks = {pkcs11.Attribute.LABEL: "khoa", pkcs11.Attribute.ID: b"1", pkcs11.Attribute.TOKEN: True}
        session.create_object({**decode_rsa_private_key(der), **marks})
        certificate = decode_x509_certificate(identity.certificate.public_bytes(Encoding.DER))
        session.create_object({**certificate, **marks})


def _key(desk: Desk, token: Token) -> SigningKey:
    wanted = SigningKey("thiet-bi", "person", "na-ubnd", desk.home, token=token)
    return add_token_key(desk.home, wanted, certificate=read_token_certificate(token, PIN), look=None)


def test_a_token_signs(tmp_path: Path, token: Token) -> None:
    desk = Desk(tmp_path).trusting()
    signed = sign(paper(), key=_key(desk, token), secret=PIN, moment=NOW, home=desk.home)

    (one,) = desk.judge(signed.pdf)

    assert one.integrity == "intact"
    assert one.signer == "Người ký bằng thiết bị"


def test_a_wrong_pin_is_said(tmp_path: Path, token: Token) -> None:
    desk = Desk(tmp_path)
    with pytest.raises(Unavailable, match="thiết bị ký số"):
        sign(paper(), key=_key(desk, token), secret="000000", moment=NOW, home=desk.home)


def test_a_token_that_is_not_there_is_said() -> None:
    with pytest.raises(Unavailable, match="thiết bị ký số"):
        read_token_certificate(Token("/nowhere/module.so", "phoihop", "khoa"), PIN)
