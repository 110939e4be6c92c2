"""An installation with keys and trust, and a paper to sign."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import typst
from PIL import Image, ImageDraw

import phoihop.documents
from phoihop.documents.signing import SignatureJudgement, Signed, Timestamping, judge, sign
from phoihop.documents.signing.keys import SigningKey, Use, add_packed_key
from phoihop.documents.signing.trust import add_trust
from tests.documents.signing.authority import NOW, PASSPHRASE, Identity, authority, issued, revocations

SIGNER = "Nguyễn Văn Đức"
_FONTS = Path(phoihop.documents.__file__).parent / "data" / "fonts"
_PAPER = """
#set page("a4", margin: (left: 30mm, right: 15mm, top: 20mm, bottom: 20mm))
#set text(font: "Liberation Serif", size: 14pt, lang: "vi")
#grid(columns: (1fr, 1fr), align: center,
  [#text(13pt)[*ỦY BAN NHÂN DÂN*\\ *TỈNH NGHỆ AN*]],
  [#text(12pt)[*CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM*]\\ *Độc lập - Tự do - Hạnh phúc*])
#v(2em)
#lorem(120)
#v(1em)
#grid(columns: (1fr, 1fr), align: (left, center),
  [#text(12pt)[_*Nơi nhận:*_\\ - Như trên;\\ - Lưu: VT.]],
  [*KT. CHỦ TỊCH*\\ *PHÓ CHỦ TỊCH* #v(28mm) *Nguyễn Văn Đức*])
"""


@cache
def paper() -> bytes:
    """A paper of one page with a signing block of 28 mm."""
    made: bytes = typst.compile(_PAPER.encode(), font_paths=[str(_FONTS)], ignore_system_fonts=True)  # type: ignore[misc]
    return made


def picture(width: int, height: int, colour: tuple[int, int, int], *, round_: bool = False) -> bytes:
    """A transparent PNG with a stroke or a ring."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    if round_:
        draw.ellipse((4, 4, width - 5, height - 5), outline=(*colour, 255), width=8)
    else:
        draw.line((8, height - 20, width // 3, 20, width // 2, height - 30, width - 8, 30), (*colour, 255), 8)
    output = io.BytesIO()
    image.save(output, "PNG")
    return output.getvalue()


SIGNATURE = picture(450, 200, (20, 40, 160))
SEAL = picture(360, 360, (200, 20, 20), round_=True)


@dataclass
class Desk:
    """A root that is trusted, with a current revocation list; keys of a person and of the office."""

    home: Path
    root: Identity = field(default_factory=authority)

    def trusting(self, *revoked: Identity, at: datetime = NOW) -> Desk:
        add_trust(self.home, "root", self.root.pem)
        add_trust(self.home, "crl", revocations(self.root, *revoked, at=at))
        return self

    def key(self, name: str, use: Use, identity: Identity, *, look: bytes | None = None, mm: float = 0) -> SigningKey:
        wanted = SigningKey(name, use, "na-ubnd", self.home, width_mm=mm)
        packed = identity.packed(self.root.certificate)
        return add_packed_key(self.home, wanted, packed=packed, passphrase=PASSPHRASE, look=look)

    def person(self, *, name: str = SIGNER, since: datetime | None = None, until: datetime | None = None) -> SigningKey:
        year = timedelta(days=365)
        identity = issued(name, self.root, since=since or NOW - year, until=until or NOW + year)
        return self.key("nguoi-ky", "person", identity, look=SIGNATURE, mm=45)

    def office(self) -> SigningKey:
        identity = issued("Ủy ban nhân dân tỉnh Nghệ An", self.root)
        return self.key("con-dau", "office", identity, look=SEAL, mm=36)

    def timestamping(self) -> Timestamping:
        return Timestamping(
            self.key("dau-gio", "timestamp", issued("Dấu thời gian", self.root, stamps=True)), PASSPHRASE
        )

    def sign(
        self,
        pdf: bytes,
        key: SigningKey,
        *,
        at: datetime = NOW,
        signer: str = "",
        timestamping: Timestamping | None = None,
    ) -> Signed:
        return sign(
            pdf, key=key, secret=PASSPHRASE, moment=at, home=self.home, signer=signer, timestamping=timestamping
        )

    def judge(self, pdf: bytes, *, at: datetime = NOW) -> tuple[SignatureJudgement, ...]:
        path = self.home / "judged.pdf"
        path.write_bytes(pdf)
        return judge(path, home=self.home, moment=at)
