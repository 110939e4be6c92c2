"""``phoihop documents``: the keys that sign PDF files here, what is trusted, and a look at the signatures of a file."""

from __future__ import annotations

from argparse import ArgumentParser, _SubParsersAction
from getpass import getpass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from phoihop.core.clock import local
from phoihop.core.errors import Invalid
from phoihop.documents.signing.judging import judge
from phoihop.documents.signing.keys import (
    USES,
    SigningKey,
    Token,
    add_packed_key,
    add_token_key,
    common_name,
    list_keys,
    remove_key,
)
from phoihop.documents.signing.opening import read_token_certificate
from phoihop.documents.signing.trust import KINDS, add_trust, list_trust, remove_trust

_USES = {"person": "người ký", "office": "con dấu cơ quan", "timestamp": "dấu thời gian"}
_KINDS = {"root": "gốc", "between": "trung gian", "crl": "danh sách thu hồi", "ocsp": "trả lời OCSP"}


class Command(BaseCommand):
    help = "Chứng thư ký PDF của cơ quan; nơi cấp được tin cậy, danh sách thu hồi; xem chữ ký số của một tệp PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        subjects = parser.add_subparsers(dest="subject", required=True)
        self._of_certificates(subjects.add_parser("certificate", help="chứng thư để ký tại đây"))
        self._of_trust(subjects.add_parser("trust", help="nơi cấp được tin cậy, danh sách thu hồi"))
        judging = subjects.add_parser("judge", help="xem chữ ký số của tệp PDF")
        judging.add_argument("file", type=Path, metavar="TỆP")

    def _of_certificates(self, parser: ArgumentParser) -> None:
        verbs: _SubParsersAction[Any] = parser.add_subparsers(dest="verb", required=True)
        adding = verbs.add_parser("add", help="thêm tệp .p12 hoặc khóa trong thiết bị PKCS#11")
        adding.add_argument("name", metavar="TÊN", help="tên ngắn, chữ thường không dấu")
        adding.add_argument("--use", choices=USES, required=True)
        adding.add_argument("--office", required=True, metavar="MÃ", help="mã văn phòng")
        adding.add_argument("--person", default="", metavar="TÀI_KHOẢN", help="tài khoản của người ký")
        adding.add_argument("--file", type=Path, metavar="TỆP", help="tệp .p12 hoặc .pfx")
        adding.add_argument("--module", metavar="TỆP", help="thư viện PKCS#11 của thiết bị")
        adding.add_argument("--token", default="", metavar="NHÃN", help="nhãn của thiết bị")
        adding.add_argument("--label", default="", metavar="NHÃN", help="nhãn của khóa trong thiết bị")
        adding.add_argument("--picture", type=Path, metavar="PNG", help="hình con dấu hoặc chữ ký, nền trong suốt")
        adding.add_argument("--width-mm", type=float, default=0.0, metavar="MM", help="bề ngang thực của hình")
        adding.add_argument("--passphrase-file", type=Path, metavar="TỆP", help="tệp chứa mật khẩu hoặc mã PIN")
        verbs.add_parser("list", help="các chứng thư đã thêm")
        verbs.add_parser("remove", help="bỏ chứng thư khỏi máy này").add_argument("name", metavar="TÊN")

    def _of_trust(self, parser: ArgumentParser) -> None:
        verbs: _SubParsersAction[Any] = parser.add_subparsers(dest="verb", required=True)
        adding = verbs.add_parser("add", help="thêm chứng thư gốc, trung gian, danh sách thu hồi")
        adding.add_argument("kind", choices=KINDS)
        adding.add_argument("files", nargs="+", type=Path, metavar="TỆP")
        verbs.add_parser("list", help="những gì đang được tin cậy")
        verbs.add_parser("remove", help="thôi tin cậy").add_argument("fingerprint", metavar="DẤU_VẾT")

    def handle(self, **options: Any) -> None:
        home = Path(settings.HOME)
        {
            ("certificate", "add"): self._add_certificate,
            ("certificate", "list"): self._list_certificates,
            ("certificate", "remove"): self._remove_certificate,
            ("trust", "add"): self._add_trust,
            ("trust", "list"): self._list_trust,
            ("trust", "remove"): self._remove_trust,
            ("judge", None): self._judge,
        }[options["subject"], options.get("verb")](home, options)

    def _add_certificate(self, home: Path, options: dict[str, Any]) -> None:
        secret = _secret(options["passphrase_file"])
        look = _content(options["picture"]) if options["picture"] else None
        key = SigningKey(
            options["name"],
            options["use"],
            options["office"],
            home,
            person=options["person"],
            width_mm=options["width_mm"],
        )
        if options["file"]:
            added = add_packed_key(home, key, packed=_content(options["file"]), passphrase=secret, look=look)
        else:
            added = self._add_token(home, key, secret, look, options)
        self.stdout.write(f"Đã thêm chứng thư “{added.name}” của {common_name(added.certificate)}.")

    def _add_token(
        self, home: Path, key: SigningKey, pin: str, look: bytes | None, options: dict[str, Any]
    ) -> SigningKey:
        if not (options["module"] and options["token"] and options["label"]):
            raise Invalid("signing_key", "Cần --file, hoặc --module cùng --token và --label.")
        token = Token(options["module"], options["token"], options["label"])
        certificate = read_token_certificate(token, pin)
        placed = SigningKey(key.name, key.use, key.office, home, key.person, key.width_mm, token)
        return add_token_key(home, placed, certificate=certificate, look=look)

    def _list_certificates(self, home: Path, options: dict[str, Any]) -> None:
        for key in list_keys(home):
            certificate = key.certificate
            until = local(certificate.not_valid_after_utc)
            self.stdout.write(
                f"{key.name}\t{_USES[key.use]}\t{key.office}\t{common_name(certificate)}\thạn {until:%d/%m/%Y}"
            )

    def _remove_certificate(self, home: Path, options: dict[str, Any]) -> None:
        remove_key(home, options["name"])
        self.stdout.write(f"Đã bỏ chứng thư “{options['name']}”.")

    def _add_trust(self, home: Path, options: dict[str, Any]) -> None:
        for path in options["files"]:
            added = add_trust(home, options["kind"], _content(path))
            self.stdout.write(f"Đã thêm {_KINDS[added.kind]}: {added.about} ({added.fingerprint[:16]}).")

    def _list_trust(self, home: Path, options: dict[str, Any]) -> None:
        for one in list_trust(home):
            until = f"{local(one.until):%d/%m/%Y}" if one.until else "không ghi"
            self.stdout.write(f"{one.fingerprint[:16]}\t{_KINDS[one.kind]}\t{one.about}\thạn {until}")

    def _remove_trust(self, home: Path, options: dict[str, Any]) -> None:
        removed = remove_trust(home, options["fingerprint"])
        self.stdout.write(f"Đã bỏ {_KINDS[removed.kind]}: {removed.about}.")

    def _judge(self, home: Path, options: dict[str, Any]) -> None:
        if not options["file"].is_file():
            raise Invalid("file", f"Không có tệp {options['file']}.")
        judgements = judge(options["file"], home=home)
        if not judgements:
            self.stdout.write("Tệp không có chữ ký số.")
        for one in judgements:
            self.stdout.write(f"{one.field}: {one.headline}")
            for sentence in one.sentences:
                self.stdout.write(f"  {sentence}")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Invalid("file", f"Không đọc được tệp {path}.", remedy="Kiểm tra đường dẫn và quyền đọc.") from error


def _secret(path: Path | None) -> str:
    if path is not None:
        return _content(path).decode().rstrip("\r\n")
    return getpass("Mật khẩu tệp chứng thư hoặc mã PIN: ")
