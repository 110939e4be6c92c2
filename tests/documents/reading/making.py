"""Papers made for the tests, with what a right reading says of each, by construction: all regimes, seeded noise."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Literal

import docx
import numpy as np
import pypdfium2 as pdfium
import typst
from docx.document import Document
from docx.shared import Pt
from docx.table import _Cell
from PIL import Image, ImageDraw, ImageFilter

Form = Literal["pdf", "scan", "docx", "text"]
MEDIA = {
    "pdf": "application/pdf",
    "scan": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text": "text/plain",
}

_PLACES = ["Nghệ An", "Hà Tĩnh", "Thanh Hóa", "Quảng Trị", "Huế", "Vinh Tân", "Hưng Nguyên", "Đô Lương"]
_FAMILIES = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Võ", "Đặng", "Bùi", "Hồ", "Thái", "Cao", "Đinh"]
_MIDDLES = ["Văn", "Thị", "Đức", "Xuân", "Hữu", "Minh", "Quang", "Thanh", "Hồng", "Ngọc", "Trọng"]
_GIVEN = [
    "An",
    "Bình",
    "Cường",
    "Dũng",
    "Đức",
    "Giang",
    "Hải",
    "Hùng",
    "Khánh",
    "Lan",
    "Nam",
    "Phúc",
    "Sơn",
    "Tùng",
    "Vinh",
]
_RANKS = ["Thiếu tướng", "Trung tướng", "Đại tá", "Thượng tá"]
_ABOUT = [
    "tăng cường phối hợp ứng phó bão số {n} và mưa lũ trên địa bàn tỉnh",
    "tổ chức diễn tập phòng thủ dân sự năm 2026",
    "phối hợp rà soát, thống kê thiệt hại do thiên tai gây ra tại các xã ven biển",
    "tình hình thực hiện quy chế phối hợp quý {n} và nhiệm vụ trọng tâm thời gian tới",
    "kiện toàn Ban Chỉ huy phòng thủ dân sự cấp xã",
    "chuẩn bị nội dung hội nghị giao ban các cơ quan tham mưu, giúp việc",
    "công tác trực ban, trực chỉ huy dịp nghỉ lễ",
    "cung cấp thông tin về tình hình an ninh trật tự tại khu vực giáp ranh",
    "đôn đốc chế độ báo cáo định kỳ về phòng, chống cháy rừng mùa khô",
    "sơ kết 05 năm thực hiện chương trình phối hợp giữa Quân khu và các tỉnh",
]
_BODY = (
    "Thực hiện ý kiến chỉ đạo của cấp trên và căn cứ tình hình thực tế tại địa phương, cơ quan đề nghị các đơn vị "
    "có liên quan khẩn trương triển khai những nội dung sau đây, bảo đảm đúng thời hạn và đúng thẩm quyền được giao. "
)
_TYPES = {
    "QĐ": "Quyết định", "KH": "Kế hoạch", "BC": "Báo cáo", "TB": "Thông báo", "TTr": "Tờ trình", "CT": "Chỉ thị",
    "CĐ": "Công điện", "HD": "Hướng dẫn", "CTr": "Chương trình", "NQ": "Nghị quyết", "PA": "Phương án",
}  # fmt: skip
_URGENT = {"KHẨN": "urgent", "THƯỢNG KHẨN": "very_urgent", "HỎA TỐC": "express"}


@dataclass(frozen=True)
class Body:
    """An issuing body: what stands above it, itself, its part of the notation, and how it signs."""

    regime: Literal["GOV", "PARTY", "MIL"]
    superior: tuple[str, ...]
    issuer: tuple[str, ...]
    short: str
    signs: tuple[tuple[str, ...], ...]


_BODIES = [
    Body("GOV", (), ("ỦY BAN NHÂN DÂN", "TỈNH NGHỆ AN"), "UBND", (("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), ("CHỦ TỊCH",),
         ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"), ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"))),
    Body("GOV", ("UBND TỈNH HÀ TĨNH",), ("SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG",), "SNNMT", (("GIÁM ĐỐC",),
         ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"))),
    Body("GOV", ("ỦY BAN NHÂN DÂN", "TỈNH THANH HÓA"), ("VĂN PHÒNG",), "VP", (("CHÁNH VĂN PHÒNG",),
         ("KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"))),
    Body("GOV", (), ("ỦY BAN NHÂN DÂN", "XÃ HƯNG NGUYÊN"), "UBND", (("CHỦ TỊCH",), ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"))),
    Body("GOV", (), ("HỘI ĐỒNG NHÂN DÂN", "TỈNH QUẢNG TRỊ"), "HĐND", (("CHỦ TỊCH",),
         ("TM. HỘI ĐỒNG NHÂN DÂN", "CHỦ TỊCH"))),
    Body("PARTY", (), ("TỈNH ỦY NGHỆ AN",), "TU", (("T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ"), ("T/M TỈNH ỦY", "BÍ THƯ"))),
    Body("PARTY", ("TỈNH ỦY HÀ TĨNH",), ("VĂN PHÒNG",), "VPTU", (("CHÁNH VĂN PHÒNG",),
         ("K/T CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"))),
    Body("PARTY", ("ĐẢNG BỘ TỈNH QUẢNG TRỊ",), ("ĐẢNG ỦY XÃ VĨNH LINH",), "ĐU", (("T/M ĐẢNG ỦY", "BÍ THƯ"),)),
    Body("MIL", ("BỘ QUỐC PHÒNG",), ("QUÂN KHU 4",), "BTL", (("TƯ LỆNH",), ("KT. TƯ LỆNH", "PHÓ TƯ LỆNH"))),
    Body("MIL", ("QUÂN KHU 4",), ("BỘ CHỈ HUY QUÂN SỰ", "TỈNH NGHỆ AN"), "BCH", (("CHỈ HUY TRƯỞNG",),
         ("KT. CHỈ HUY TRƯỞNG", "PHÓ CHỈ HUY TRƯỞNG"))),
]  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A made paper and its right reading."""

    body: Body
    number: int | None
    short: str
    day: date
    place: str
    type_name: str
    abstract: str
    urgency: str
    signs: tuple[str, ...]
    rank: str
    signer: str
    recipients: tuple[str, ...]
    paragraphs: int
    form: Form

    @property
    def code(self) -> str:
        letter = self.type_name == "Công văn"
        sign = "-" if self.body.regime == "PARTY" else "/"
        between = "/" if self.body.regime == "PARTY" else "-"
        notation = (
            f"{self.body.short}{between}TH"
            if letter and self.body.regime != "PARTY"
            else f"{self.short}{between}{self.body.short}"
        )
        return f"{'' if self.number is None else f'{self.number:02d}'}{sign}{notation}"

    @property
    def day_line(self) -> str:
        month = f"{self.day.month:02d}" if self.day.month < 3 else str(self.day.month)
        return f"{self.place}, ngày {self.day.day:02d} tháng {month} năm {self.day.year}"

    @property
    def expected(self) -> dict[str, str]:
        own = self.signs[-1]
        return {
            "code": self.code,
            "dated": self.day.isoformat(),
            "place": self.place,
            "issuer": " ".join(self.body.issuer),
            "type_name": self.type_name,
            "abstract": self.abstract,
            "signer": self.signer,
            "position": own,
            "urgency": _URGENT.get(self.urgency, "normal"),
            "recipients": "\n".join(self.recipients),
        }


def make(random: Random, form: Form) -> Made:
    """A paper by chance: some are not numbered yet, some name no receivers, some are urgent."""
    body = random.choice(_BODIES)
    short, type_name = random.choice([*_TYPES.items(), *[("CV", "Công văn")] * 5])
    about = random.choice(_ABOUT).format(n=random.randint(1, 9))
    if type_name == "Công văn":
        abstract = about
    else:
        lead = random.choice(["Về việc ", "Về "])
        abstract = lead + about if random.random() < 0.7 else about[0].upper() + about[1:]
    rank = random.choice(_RANKS) if body.regime == "MIL" else ""
    receivers = [f"{name} tỉnh {random.choice(_PLACES[:4])}" for name in ("Tỉnh ủy", "UBND", "Bộ CHQS", "Công an")]
    chosen = ["Như trên", *random.sample(receivers, random.randint(1, 3)), "Lưu: VT, TH"]
    return Made(
        body=body,
        number=None if random.random() < 0.08 else random.randint(1, 1900),
        short=short,
        day=date(2026, 1, 1) + timedelta(days=random.randint(0, 320)),
        place=random.choice(_PLACES),
        type_name=type_name,
        abstract=abstract,
        urgency=random.choice(list(_URGENT)) if random.random() < 0.25 else "",
        signs=random.choice(body.signs),
        rank=rank,
        signer=" ".join(random.choice(pool) for pool in (_FAMILIES, _MIDDLES, _GIVEN)),
        recipients=() if random.random() < 0.08 else tuple(chosen),
        paragraphs=random.choice([2, 3, 5, 9]),
        form=form,
    )


def paper_set(seed: int, *, count: int = 60) -> list[tuple[Made, bytes]]:
    """``count`` papers in four forms: two fifths PDF, one fifth each scans, DOCX and text with letters misread."""
    random = Random(seed)
    forms: list[Form] = ["pdf", "pdf", "scan", "docx", "text"]
    made = [make(random, forms[index % 5]) for index in range(count)]
    writers = {"pdf": as_pdf, "scan": as_scan, "docx": as_docx, "text": as_text}
    return [(one, writers[one.form](one, random)) for one in made]


def _number_text(made: Made, random: Random) -> str:
    code = made.code if made.number is not None else f"        {made.code}"
    colon = "" if made.body.regime == "PARTY" else ":"
    return f"Số{colon} {code}" if random.random() < 0.9 else f"Số {colon}{code}"


def _motto(made: Made) -> tuple[str, ...]:
    if made.body.regime == "PARTY":
        return ("ĐẢNG CỘNG SẢN VIỆT NAM",)
    return "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"


def _quoted(text: str) -> str:
    return "#" + '"' + text.replace('"', "'") + '"'


def as_pdf(made: Made, random: Random) -> bytes:
    """Typst with fonts, sizes, spacing and margins as people choose them; a stamp over it at times."""
    font = random.choice(["Liberation Serif", "Liberation Serif", "DejaVu Serif", "Liberation Sans"])
    small = font == "DejaVu Serif"
    head, size = (9.5, 11) if small else (random.choice([12, 12.5, 13]), random.choice([13, 13.5, 14]))
    lines = {
        "superior": "\\ ".join(_quoted(one) for one in made.body.superior),
        "issuer": "\\ ".join(f"*{_quoted(one)}*" for one in made.body.issuer),
        "motto": "\\ ".join(f"*{_quoted(one)}*" for one in _motto(made)),
    }
    letter = made.type_name == "Công văn"
    regarding = "" if made.body.regime == "PARTY" else "V/v "
    under = f"\\ #v(2pt) #text({size - 1.5}pt)[#emph[{_quoted(regarding + made.abstract)}]]" if letter else ""
    urgent = f"#v(4pt) #box(stroke: 1pt + red, inset: 4pt)[#text(red)[*{made.urgency}*]]" if made.urgency else ""
    rule = "\\*" if made.body.regime == "PARTY" else "#line(length: 35%, stroke: 0.6pt)"
    near, signs, name = _ending(made, ["-", "–"][random.random() < 0.3])
    stamp = _stamp(random)
    left, right, edge = random.randint(25, 35), random.randint(14, 20), random.randint(18, 25)
    text = f"""
#set page("a4", margin: (left: {left}mm, right: {right}mm, y: {edge}mm))
#set text(font: "{font}", size: {size}pt, lang: "vi", hyphenate: false)
#set par(justify: true, first-line-indent: (amount: 1.2cm, all: true), leading: {random.choice([0.5, 0.65, 0.8])}em)
#show grid: set par(first-line-indent: 0pt, justify: false)
#show align: set par(first-line-indent: 0pt, justify: false)
{stamp}
#grid(columns: (43%, 57%), align: center, row-gutter: 6pt,
 [#text({head}pt)[{lines["superior"] + chr(92) + " " if lines["superior"] else ""}{lines["issuer"]}]
  {rule}],
 [#text({head}pt)[{lines["motto"]}] #line(length: 60%, stroke: 0.6pt)],
 [{_quoted(_number_text(made, random))}{under} {urgent}], [_{_quoted(made.day_line)}_])
#v(1em)
{_title(made)}
{"".join(chr(10) + chr(10) + _BODY * random.randint(1, 2) for _ in range(made.paragraphs))}
#v(1em)
#block(breakable: false)[#grid(columns: (46%, 54%), align: (left, center),
 [{near}], [{signs} #v({random.randint(18, 30)}mm) *{_quoted(name)}*])]
"""
    return bytes(typst.compile(text.encode()))


def _stamp(random: Random) -> str:
    at = f"dx: {random.randint(20, 80)}mm, dy: {random.randint(2, 25)}mm"
    return f"#place({at})[#circle(radius: 16mm, stroke: 1.4pt + red)]" if random.random() < 0.3 else ""


def _ending(made: Made, mark: str) -> tuple[str, str, str]:
    receivers = "\\ ".join(_quoted(f"{mark} {one}{'.' if one.startswith('Lưu') else ';'}") for one in made.recipients)
    near = f"*_Nơi nhận:_* \\ #text(11pt)[{receivers}]" if made.recipients else ""
    signs = "\\ ".join(f"*{_quoted(one)}*" for one in made.signs)
    name = f"{made.rank} {made.signer}".strip()
    return near, signs, name


def _title(made: Made) -> str:
    if made.type_name == "Công văn":
        return "#align(center)[Kính gửi: Các cơ quan, đơn vị có liên quan]"
    return (
        f"#align(center)[*{_quoted(made.type_name.upper())}* \\ *{_quoted(made.abstract)}*"
        "\n\n#line(length: 25%, stroke: 0.6pt)]"
    )


def as_scan(made: Made, random: Random) -> bytes:
    """The PDF printed, stamped and scanned: at an angle, with noise, blur, and as a poor JPEG."""
    document = pdfium.PdfDocument(as_pdf(made, random))
    pictures = []
    for page in document:
        picture = page.render(scale=random.choice([150, 170, 200]) / 72).to_pil().convert("RGB")
        pictures.append(_worn(picture, random))
        page.close()
    document.close()
    output = io.BytesIO()
    pictures[0].save(
        output, "PDF", save_all=True, append_images=pictures[1:], resolution=170, quality=random.randint(55, 80)
    )
    return output.getvalue()


def _worn(picture: Image.Image, random: Random) -> Image.Image:
    draw = ImageDraw.Draw(picture)
    x, y = random.randint(picture.width // 2, picture.width * 3 // 4), random.randint(0, picture.height * 3 // 4)
    radius = picture.width // 12
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=(210, 60, 60), width=4)
    turned = picture.rotate(random.uniform(-2.0, 2.0), resample=Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    blurred = turned.filter(ImageFilter.GaussianBlur(random.uniform(0.2, 0.7)))
    grain = np.random.default_rng(random.randint(0, 10**6)).normal(
        0, random.uniform(4, 12), (blurred.height, blurred.width, 1)
    )
    return Image.fromarray(np.clip(np.asarray(blurred, dtype=np.float64) + grain, 0, 255).astype(np.uint8))


def as_docx(made: Made, random: Random) -> bytes:
    """Word: the head in a table, as nearly everybody makes it; the end in a table or behind tabs."""
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(random.choice([13, 14]))
    head = document.add_table(rows=2, cols=2)
    _cell(head.cell(0, 0), [*((one, False) for one in made.body.superior), *((one, True) for one in made.body.issuer)])
    _cell(head.cell(0, 1), [(one, True) for one in _motto(made)])
    letter = made.type_name == "Công văn"
    regarding = "" if made.body.regime == "PARTY" else "V/v "
    left = [(_number_text(made, random), False)]
    left += [(regarding + made.abstract, False)] if letter else []
    left += [(made.urgency, True)] if made.urgency else []
    _cell(head.cell(1, 0), left)
    _cell(head.cell(1, 1), [(made.day_line, False)])
    document.add_paragraph()
    _middle(document, made, letter)
    end = document.add_table(rows=1, cols=2)
    receivers = (
        [("Nơi nhận:", True), *((f"- {one};", False) for one in made.recipients)] if made.recipients else [("", False)]
    )
    _cell(end.cell(0, 0), receivers)
    name = f"{made.rank} {made.signer}".strip()
    _cell(end.cell(0, 1), [*((one, True) for one in made.signs), *[("", False)] * random.randint(2, 5), (name, True)])
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def _middle(document: Document, made: Made, letter: bool) -> None:
    if letter:
        document.add_paragraph("Kính gửi: Các cơ quan, đơn vị có liên quan")
    else:
        for text in (made.type_name.upper(), made.abstract):
            document.add_paragraph().add_run(text).bold = True
    for _index in range(made.paragraphs):
        document.add_paragraph(_BODY)


def _cell(cell: _Cell, lines: list[tuple[str, bool]]) -> None:
    for index, (text, bold) in enumerate(lines):
        paragraph = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
        paragraph.add_run(text).bold = bold


_MISREAD = {"0": "O", "1": "l", "Đ": "D", "ê": "e", "ạ": "a", "ị": "i", "ơ": "o", "ế": "ê", "ừ": "ư", "ở": "ỏ"}


def as_text(made: Made, random: Random) -> bytes:
    """What a recognition of letters yields: columns by spaces, one letter in fifty misread, lines broken anywhere."""
    left = [*made.body.superior, *made.body.issuer]
    right = [*_motto(made)]
    rows = [
        f"{(left[index] if index < len(left) else ''):<44}{right[index] if index < len(right) else ''}".rstrip()
        for index in range(max(len(left), len(right)))
    ]
    rows += ["", f"{_number_text(made, random):<40}    {made.day_line}"]
    letter = made.type_name == "Công văn"
    regarding = "" if made.body.regime == "PARTY" else "V/v "
    if letter:
        rows += _wrapped(regarding + made.abstract, 38)
    if made.urgency:
        rows += ["", made.urgency]
    rows += (
        ["", "Kính gửi: Các cơ quan, đơn vị có liên quan"]
        if letter
        else ["", made.type_name.upper(), *_wrapped(made.abstract, 64)]
    )
    rows.append("")
    for _index in range(made.paragraphs):
        rows += [*_wrapped(_BODY, 84), ""]
    near = [*(["Nơi nhận:"] if made.recipients else []), *(f"- {one};" for one in made.recipients)]
    signs = [*made.signs, "", "", "", f"{made.rank} {made.signer}".strip()]
    for index in range(max(len(near), len(signs))):
        signed = signs[index] if index < len(signs) else ""
        rows.append(f"{(near[index] if index < len(near) else ''):<48}{signed}".rstrip())
    return "\n".join(_misread(row, random) for row in rows).encode()


def _misread(row: str, random: Random) -> str:
    return "".join(_MISREAD.get(one, one) if random.random() < 0.02 else one for one in row)


def _wrapped(text: str, width: int) -> list[str]:
    rows = [""]
    for word in text.split():
        if len(rows[-1]) + len(word) + 1 > width:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    return rows


def write(folder: Path, index: int, made: Made, content: bytes) -> Path:
    """The paper as a file."""
    path = folder / f"{index:02d}.{made.form}"
    path.write_bytes(content)
    return path
