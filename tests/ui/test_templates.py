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


def test_bound_attributes_are_never_passed_through() -> None:
    """What ``:name`` binds is not escaped in ``{{ attrs }}``, so it must be a variable that the component declares."""
    loose = [
        f"{names(path)}: <c-{component} :{attribute}>"
        for path in TEMPLATES
        for component, tag in re.findall(
            r"<c-([a-z-]+)((?:\s[^<>]*?(?:\{%.*?%\}[^<>]*?)*)?)/?>", path.read_text(), re.S
        )
        if component not in {"vars", "slot"}
        for attribute in re.findall(r"\s:([a-z_-]+)\s*=", tag)
        if attribute not in _declared(component)
    ]
    assert loose == []


def _declared(component: str) -> set[str]:
    source = (SOURCE / "ui" / "templates" / "cotton" / f"{component.replace('-', '_')}.html").read_text()
    variables = re.search(r"<c-vars(.*?)/>", source, re.S)
    return set(re.findall(r"\s:?([a-z_]+)\s*=", variables.group(1))) if variables else set()
