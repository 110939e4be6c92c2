"""Every translatable text of the program, extracted with GNU gettext as Django's makemessages does it.

``python -m tests.contracts.extraction TARGET.pot`` writes the template from which a catalogue is filled.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from django.utils.translation.template import templatize

from tests.contracts.sources import PACKAGE, python_files, templates

KEYWORDS = ("_", "N_", "gettext_noop", "gettext_lazy", "lazy", "ngettext_lazy:1,2", "pgettext:1c,2", "npgettext:1c,2,3")
XGETTEXT = [
    "xgettext",
    "--language=Python",
    "--from-code=UTF-8",
    "--no-wrap",
    "--sort-by-file",
    "--add-comments=Translators",
]


def extract(target: Path) -> None:
    """Write the messages of all Python files and templates to ``target``, a .pot file.

    Raises CalledProcessError when a source cannot be read.
    """
    with tempfile.TemporaryDirectory() as scratch:
        copies = Path(scratch)
        for path in (*python_files(), *templates()):
            copy = copies / path.relative_to(PACKAGE.parent)
            copy.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text()
            copy.write_text(text if path.suffix == ".py" else templatize(text, origin=str(path)))
        (copies / "document_types.py").write_text("".join(f"N_({name!r})\n" for name in sorted(_names_of_types())))
        sources = sorted(str(path.relative_to(copies)) for path in copies.rglob("*") if path.is_file())
        keywords = [f"--keyword={keyword}" for keyword in KEYWORDS]
        subprocess.run(
            [*XGETTEXT, *keywords, f"--output={target.resolve()}", *sources],
            cwd=copies,
            check=True,
            capture_output=True,
            text=True,
        )


def _names_of_types() -> set[str]:
    """Names of document types, which are data of a rule set and shown through ``type_word``."""
    rules = tomllib.loads((PACKAGE / "dispatches" / "data" / "document_types.toml").read_text())["rules"]
    return {kind["name"] for one in rules for kind in one.get("types", ())}


if __name__ == "__main__":
    extract(Path(sys.argv[1]))
