"""Lines of authority as they stand above a signature: examples for those who fill in a form."""

from __future__ import annotations

from typing import Final

FOR_A_HEAD: Final = "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"
BY_AUTHORITY: Final = "TUQ. CHỦ TỊCH\nCHÁNH VĂN PHÒNG"
