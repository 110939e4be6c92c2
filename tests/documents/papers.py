"""Papers that the tests of documents write: one with every component, and the types of every regime."""

from __future__ import annotations

from datetime import date

from phoihop.dispatches.types import rules_for
from phoihop.documents.components import (
    Annex,
    Authority,
    Document,
    Marks,
    Number,
    Paragraph,
    Recipients,
    Signature,
    SigningAuthority,
    Urgency,
)
from phoihop.documents.describing import describe

TODAY = date(2026, 11, 23)
REGIMES = ("GOV", "PARTY", "MIL")
TEXT = """Căn cứ Luật Phòng thủ dân sự ngày 20 tháng 6 năm 2023;
Theo đề nghị của Chánh Văn phòng.
QUYẾT ĐỊNH:
Chương I
QUY ĐỊNH CHUNG
Điều 1. Kiện toàn Ban Chỉ huy phòng thủ dân sự tỉnh gồm các thành viên có tên trong danh sách kèm theo Quyết định này.
1. Trưởng ban điều hành chung mọi hoạt động của Ban Chỉ huy và chịu trách nhiệm trước Ủy ban nhân dân tỉnh về kết quả.
a) Trực tiếp chỉ huy;
Điều 2. Quyết định này có hiệu lực kể từ ngày ký và thay thế các quyết định trước đây về cùng một nội dung."""


def full_paper(regime: str = "GOV", type_key: str = "decision", *, pages: int = 1) -> Document:
    """A paper with every component; ``pages`` grows its body to about so many."""
    filler = "Một đoạn nội dung đủ dài để chiếm vài dòng trên trang giấy. " * 6
    more = "\n".join(f"{number}. {filler}" for number in range(1, 7))
    return describe(
        regime=regime,
        type_key=type_key,
        type_name="Công văn" if type_key == "letter" else "Quyết định",
        issuer="Ủy ban nhân dân tỉnh Nghệ An",
        superior="Đảng bộ tỉnh Nghệ An" if regime == "PARTY" else "",
        on=TODAY,
        number=Number("QĐ/TU" if regime == "PARTY" else "QĐ-UBND", "05"),
        place="Nghệ An",
        day=date(2026, 2, 5),
        abstract="Về việc kiện toàn Ban Chỉ huy phòng thủ dân sự tỉnh",
        text="\n".join([TEXT, *([more] * (pages - 1))]),
        addressees=("Bộ Tư lệnh Quân khu 4",) if type_key == "letter" else (),
        signatures=(
            Signature(
                "Phó Chủ tịch",
                "Nguyễn Văn An",
                (
                    SigningAuthority(Authority.COLLECTIVE, "Ủy ban nhân dân"),
                    SigningAuthority(Authority.SUPERIOR, "Chủ tịch"),
                ),
                rank="Thiếu tướng",
            ),
        ),
        recipients=Recipients(("Như Điều 2", "Thường trực Tỉnh ủy"), "VT, TH", "NVA", 25),
        marks=Marks(Urgency.EXPRESS, ("Lưu hành nội bộ",)),
        annexes=(Annex("Danh sách thành viên", (Paragraph("Ông Trần Văn Bình, Trưởng ban."),), "Phụ lục I"),),
        address="Số 03, đường Trường Thi, tỉnh Nghệ An",
    )


def all_types() -> list[tuple[str, str, str]]:
    """Every regime, key and name of a type that offices write."""
    return [(regime, one.key, one.name) for regime in (*REGIMES, "NA") for one in rules_for(regime, TODAY).types]
