"""What no template of any room may hold: what the content security policy would block, or htmx would not do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

SOURCE = Path(__file__).resolve().parents[2] / "src" / "phoihop"
TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.html"))
FORBIDDEN = {
    "inline style": re.compile(r"""<[^>]*\sstyle\s*=|<style\b""", re.I),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)|javascript:", re.I),
    "inline handler": re.compile(r"""<[^>]*\son[a-z]+\s*=""", re.I),
    "htmx handler": re.compile(r"\bhx-on\b"),
    "evaluated value": re.compile(r"""\bhx-[\w:-]+\s*=\s*["']\s*js:"""),
    "trigger filter": re.compile(r"""\bhx-trigger\s*=\s*"[^"]*\["""),
    "nameless confirmation": re.compile(r"\bhx-confirm\b"),
    "htmx 2 name": re.compile(r"\bhx-(?:disabled-elt|ext|vars|params|disinherit|sse|ws)\b"),
    "foreign address": re.compile(r"""\b(?:src|href|action|hx-\w+)\s*=\s*["'](?:https?:)?//""", re.I),
}


def names(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", TEMPLATES, ids=names)
def test_nothing_the_policy_blocks(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text())
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=names)
def test_every_template_compiles(path: Path) -> None:
    get_template(str(path.relative_to(path.parents[[p.name for p in path.parents].index("templates")])))


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color: red">',
        "<script>x()</script>",
        '<a href="javascript:x()">',
        '<button onclick="x()">',
        '<b hx-on:click="x()">',
        "<b hx-vals='js:{a: 1}'>",
        '<b hx-trigger="click[ctrlKey]">',
        '<b hx-confirm="?">',
        '<b hx-disabled-elt="this">',
        '<img src="//cdn.example/x.png">',
    ],
)
def test_the_patterns_find_what_they_are_for(bad: str) -> None:
    assert any(pattern.search(bad) for pattern in FORBIDDEN.values())
