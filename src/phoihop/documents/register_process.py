"""``python -m phoihop.documents.register_process FILE``: the register on standard input (JSON) as PDF in FILE."""

from __future__ import annotations

import sys
from pathlib import Path

import typst

from phoihop.documents.measuring import font_folder
from phoihop.documents.writing.pdf import set_in_type


def main() -> None:
    """Typeset the one register given."""
    data = font_folder().parent
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_folder()])
    compiler = typst.Compiler(data / "register.typ", root=data, font_paths=fonts, ignore_system_fonts=True)
    inputs = {"register": sys.stdin.read()}
    Path(sys.argv[1]).write_bytes(set_in_type(compiler, inputs, tagged=False))


if __name__ == "__main__":
    main()
