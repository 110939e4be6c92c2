"""What a strict content security policy forbids in a page, found by reading it as a browser does."""

from __future__ import annotations

from html.parser import HTMLParser

_BANNED_HTMX = ("hx-on", "data-hx-on")


class _Reader(HTMLParser):
    """Collects what the policy would block, and forms that would be refused for want of a token."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open_form: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.found += [f"<{tag} {name}>" for name in said if _is_inline(name)]
        self.found += [f"<{tag} {name}={value}>" for name, value in said.items() if _runs(name, value)]
        if tag == "style" or (tag == "script" and not said.get("src")):
            self.found.append(f"<{tag}> with its content in the page")
        if tag in {"script", "link", "img", "iframe", "object"}:
            self.found += [
                f"<{tag}> from elsewhere: {said[name]}" for name in ("src", "href") if _leaves(said.get(name))
            ]
        if tag == "form" and said.get("method", "").lower() == "post":
            self._open_form = said.get("action", "")
        if tag == "input" and said.get("name") == "csrfmiddlewaretoken":
            self._open_form = None

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._open_form is not None:
            self.found.append(f"<form method=post action={self._open_form}> without a CSRF token")
            self._open_form = None


def _is_inline(name: str) -> bool:
    return name == "style" or (name.startswith("on") and name.isalpha()) or name.startswith(_BANNED_HTMX)


def _runs(name: str, value: str) -> bool:
    text = value.strip().lower()
    return text.startswith(("javascript:", "js:")) or (name == "hx-trigger" and "[" in text)


def _leaves(address: str | None) -> bool:
    return bool(address) and str(address).startswith(("http:", "https:", "//"))


def blocked(html: str) -> list[str]:
    """Everything in a page that the policy or the CSRF check would stop."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found
