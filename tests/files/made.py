"""Files made for tests, byte by byte where a library would be too well-behaved."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pypdfium2 as pdfium
from openpyxl import Workbook
from PIL import Image, ImageDraw, ImageFont

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
V = 'xmlns:v="urn:schemas-microsoft-com:vml"'
CORE = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


def pdf(pages: Sequence[Sequence[str]], *, title: str = "", encrypted: bool = False) -> bytes:
    """A PDF whose pages hold these lines as text, in a font that says which characters its codes stand for."""
    letters = sorted({char for lines in pages for line in lines for char in line})
    codes = {char: number for number, char in enumerate(letters, start=1)}
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", _font(), _stream(_cmap(codes))]
    kids = []
    for lines in pages:
        content = _stream(_lines(lines, codes))
        objects.append(content)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
            b" /Contents %d 0 R >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    trailer = b"/Root 1 0 R"
    if title:
        objects.append(b"<< /Title <feff%s> >>" % title.encode("utf-16-be", "surrogatepass").hex().encode())
        trailer += b" /Info %d 0 R" % len(objects)
    if encrypted:
        objects.append(b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"41" * 32, b"42" * 32))
        trailer += b" /Encrypt %d 0 R /ID [<00> <00>]" % len(objects)
    return _assembled(objects, trailer)


def pdf_with_attachment(name: str, content: bytes) -> bytes:
    """A PDF to which a file is attached."""
    document = pdfium.PdfDocument(pdf([["Kính gửi"]]))
    document.new_attachment(name).set_data(content)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _font() -> bytes:
    widths = b" ".join([b"600"] * 255)
    return (
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /FirstChar 1 /LastChar 255 /Widths [%s] /ToUnicode 4 0 R >>"
        % widths
    )


def _cmap(codes: Mapping[str, int]) -> bytes:
    pairs = b"\n".join(b"<%02x> <%s>" % (code, char.encode("utf-16-be").hex().encode()) for char, code in codes.items())
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def"
        b" 1 begincodespacerange <00> <ff> endcodespacerange %d beginbfchar\n%s\nendbfchar endcmap end end"
        % (len(codes), pairs)
    )


def _lines(lines: Sequence[str], codes: Mapping[str, int]) -> bytes:
    shown = [b"<%s> Tj T*" % bytes(codes[char] for char in line).hex().encode() for line in lines]
    return b"BT /F1 12 Tf 14 TL 60 780 Td " + b"\n".join(shown) + b" ET"


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)


def _assembled(objects: Sequence[bytes], trailer: bytes) -> bytes:
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start))
    return out.getvalue()


def picture(lines: Sequence[str], *, size: tuple[int, int] = (1240, 900)) -> Image.Image:
    """A page as a scanner gives it."""
    font = ImageFont.truetype(str(next(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"))), 44)
    image = Image.new("L", size, 255)
    drawing = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        drawing.text((120, 90 + number * 90), line, font=font, fill=0)
    return image


def scanned_pdf(lines: Sequence[str]) -> bytes:
    """A PDF that holds a picture of these lines and no text."""
    out = io.BytesIO()
    picture(lines, size=(1240, 1754)).save(out, "PDF", resolution=150)
    return out.getvalue()


def png(lines: Sequence[str]) -> bytes:
    """A picture of these lines."""
    out = io.BytesIO()
    picture(lines).save(out, "PNG")
    return out.getvalue()


def docx(parts: Mapping[str, str | bytes]) -> bytes:
    """A Word file of these parts; what a bare document needs is added."""
    out = io.BytesIO()
    whole = {"[Content_Types].xml": "<Types/>", "word/document.xml": document("Nội dung thường"), **parts}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in whole.items():
            packed.writestr(name, content)
    return out.getvalue()


def document(*paragraphs: str, inside: str = "") -> str:
    """``word/document.xml`` with these paragraphs; ``inside`` is XML put into the body as it is."""
    text = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in paragraphs)
    return f"<w:document {W} {V}><w:body>{text}{inside}</w:body></w:document>"


def part(tag: str, text: str) -> str:
    """A header or footer."""
    return f"<w:{tag} {W}><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:{tag}>"


_CELL = "<w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr><w:p><w:r><w:t>ô</w:t></w:r></w:p></w:tc>"
_TABLE = f"<w:tbl><w:tr>{_CELL}</w:tr></w:tbl>"
_DRAWN = (
    "<w:p><w:pPr><w:pStyle w:val='H1'/><w:jc w:val='center'/></w:pPr>"
    "<w:r><w:rPr><w:b/></w:rPr><w:t>Mục</w:t><w:tab/><w:br/></w:r>"
    "<w:r><w:pict><v:shape><v:textpath string='Chìm'/><v:textbox><w:txbxContent>"
    "<w:p><w:r><w:t>hộp</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
)


def remark(tag: str, text: str) -> str:
    """A part of remarks, such as ``comment`` or ``footnote``, with one of them."""
    return f"<w:{tag}s {W}><w:{tag} w:author='Lan'><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:{tag}></w:{tag}s>"


WORD_PARTS: Mapping[str, str | bytes] = {
    "word/header1.xml": part("hdr", "Đầu trang"),
    "word/footer1.xml": part("ftr", "Chân trang"),
    "word/comments.xml": remark("comment", "Ý kiến"),
    "word/footnotes.xml": remark("footnote", "Ghi chú"),
    "docProps/core.xml": f"<p {CORE}><dc:title>Báo cáo</dc:title><dc:subject>Tuần</dc:subject></p>",
    "docProps/custom.xml": "<P><property name='Loại'><v>thường</v></property></P>",
    "word/styles.xml": f"<w:styles {W}><w:style w:styleId='H1'><w:name w:val='heading 1'/></w:style></w:styles>",
    "word/document.xml": document("Kính gửi", inside=_TABLE + _DRAWN),
}
"""A Word file with some of everything the readers look at."""


def pptx(slides: Sequence[str], *, notes: str = "") -> bytes:
    """A presentation with one shape a slide."""
    drawing = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("ppt/presentation.xml", "<presentation/>")
        for number, text in enumerate(slides, start=1):
            shape = f"<p {drawing}><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p>"
            packed.writestr(f"ppt/slides/slide{number}.xml", shape)
        if notes:
            shape = f"<p {drawing}><a:p><a:r><a:t>{notes}</a:t></a:r></a:p></p>"
            packed.writestr("ppt/notesSlides/notesSlide1.xml", shape)
    return out.getvalue()


def xlsx(rows: Sequence[Sequence[object]], *, header: str = "", sheet: str = "Sheet1", title: str = "") -> bytes:
    """A workbook with one sheet."""
    book = Workbook()
    active = book.active
    assert active is not None
    active.title = sheet
    for row in rows:
        active.append(list(row))
    if header:
        assert active.oddHeader is not None
        active.oddHeader.left.text = header
    book.properties.title = title or None
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb(size: int = 300 * 1024 * 1024) -> bytes:
    """A Word file of a few hundred kilobytes whose document unfolds to ``size`` bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("word/document.xml", "w") as file:
        for _ in range(size // (1024 * 1024)):
            file.write(b" " * 1024 * 1024)
    return out.getvalue()
