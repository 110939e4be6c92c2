"""The people of a journey: each has a browser of their own, and everything that goes wrong in it is remembered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypedDict, Unpack
from uuid import UUID

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    StorageState,
    ViewportSize,
    expect,
)

from phoihop.offices.directory import OfficeSpec, PersonSpec, PositionSpec
from tests.cast import NGHE_AN, NGHE_AN_PARTY, PASSWORD
from tests.journeys.serving import Site

DESKTOP: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
TWO_POSITIONS = PersonSpec(
    "kiemnhiem",
    "Cán bộ kiêm nhiệm",
    (
        PositionSpec(NGHE_AN.code, "Chuyên viên kiêm nhiệm", ("specialist",)),
        PositionSpec(NGHE_AN_PARTY.code, "Chuyên viên kiêm nhiệm", ("specialist",)),
    ),
)
# The browser says these of a page that was left while something was still on its way.
_LEFT = ("net::ERR_ABORTED", "NS_BINDING_ABORTED")


# Statuses are judged where a test can say that it expects one; the other is how software rendering feels about itself.
_NOT_OURS = ("Failed to load resource", "GL Driver Message")


class Looks(TypedDict, total=False):
    """How a context differs from the ordinary desktop."""

    viewport: ViewportSize
    has_touch: bool
    color_scheme: str
    locale: str


@dataclass
class Watch:
    """Remembers what must not happen: errors of script and policy, failed requests, requests to other hosts."""

    site: Site
    problems: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def follow(self, context: BrowserContext) -> None:
        """Watch every page of a context, also those opened later."""
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))
        context.on("request", self._asked)
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"} and not any(words in said.text for words in _NOT_OURS):
            self.problems.append(f"console: {said.text} ({said.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        if not self.site.owns(request.url):
            self.problems.append(f"other host: {request.url}")

    def _failed(self, request: Request) -> None:
        if (request.failure or "") not in _LEFT:
            self.problems.append(f"failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.problems.append(f"answered {response.status}: {response.request.method} {response.url}")


class Person:
    """One member of the cast at a browser of their own."""

    def __init__(self, context: BrowserContext, site: Site, watch: Watch) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.watch = watch
        self.origin = site.origin
        self._site = site

    def opens(self, path: str) -> None:
        """Go to an address of the installation."""
        self.page.goto(self.origin + path)

    def signs_in(self, username: str) -> None:
        """Type name and password on the page that is open."""
        self.page.get_by_label("Tên đăng nhập").fill(username)
        self.page.get_by_label("Mật khẩu").fill(PASSWORD)
        self.page.get_by_role("button", name="Đăng nhập").click()

    def opens_beside(self) -> Person:
        """The same page in a second window of the same browser."""
        beside = Person(self.context, self._site, self.watch)
        beside.page.goto(self.page.url)
        return beside

    def presses(self, name: str, *, within: str = "main") -> None:
        """Click the button or link with exactly this name."""
        place = self.page.locator(within)
        button = place.get_by_role("button", name=name, exact=True).or_(
            place.get_by_role("link", name=name, exact=True)
        )
        button.first.click()

    def confirms(self, name: str) -> None:
        """Click the button with this name in the dialog that is open."""
        self.presses(name, within="dialog[open]")

    def reads(self, text: str) -> None:
        """The page says this, or will in a moment."""
        expect(self.page.locator("main")).to_contain_text(text)

    def picks(self, field: str, words: str) -> None:
        """Choose an office by some letters of its name."""
        box = self.page.get_by_role("combobox", name=field)
        box.fill(words)
        box.press("Enter")

    def marks_page(self) -> None:
        """Leave a mark that loading the page anew would remove."""
        self.page.evaluate("window.markedByTest = true")

    def still_has_marked_page(self) -> bool:
        """Whether the page has changed without being loaded anew."""
        return bool(self.page.evaluate("window.markedByTest === true"))


class Cast:
    """Gives each member of the cast a browser. A person signs in once; further browsers of theirs are signed in."""

    def __init__(self, browser: Browser, site: Site, things: Mapping[str, UUID]) -> None:
        self._browser = browser
        self._site = site
        self.things = things
        self._signed_in: dict[str, StorageState] = {}

    @contextmanager
    def play(self) -> Iterator[Stage]:
        """A stage for one test: its browsers are closed afterwards, and their problems fail it."""
        stage = Stage(self, Watch(self._site))
        try:
            yield stage
        finally:
            stage.close()
        if stage.watch.problems:
            raise AssertionError("\n".join(stage.watch.problems))

    def context(self, watch: Watch, state: StorageState | None = None, **looks: Unpack[Looks]) -> BrowserContext:
        """A browser context that is watched."""
        options = {"viewport": DESKTOP, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", **looks}
        context = self._browser.new_context(**options, storage_state=state)  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        watch.follow(context)
        return context

    def state_of(self, username: str, watch: Watch) -> StorageState:
        """The cookies of someone who has signed in."""
        if username not in self._signed_in:
            context = self.context(watch)
            person = Person(context, self._site, watch)
            person.opens("/offices/")
            person.signs_in(username)
            expect(person.page.locator(".ph-person")).to_be_visible()
            self._signed_in[username] = context.storage_state()
            context.close()
        return self._signed_in[username]


class Stage:
    """The browsers of one test."""

    def __init__(self, cast: Cast, watch: Watch) -> None:
        self._cast = cast
        self._contexts: list[BrowserContext] = []
        self.watch = watch
        self.things = cast.things

    def person(self, key: str, office: OfficeSpec, **looks: Unpack[Looks]) -> Person:
        """A signed-in member of the cast, such as ``person("vanthu", NGHE_AN)``, at a browser of their own."""
        state = self._cast.state_of(f"{key}.{office.code.lower()}", self.watch)
        return self._enter(self._cast.context(self.watch, state, **looks))

    def visitor(self, **looks: Unpack[Looks]) -> Person:
        """Someone who has not signed in."""
        return self._enter(self._cast.context(self.watch, **looks))

    def _enter(self, context: BrowserContext) -> Person:
        self._contexts.append(context)
        return Person(context, self._cast._site, self.watch)

    def close(self) -> None:
        """Close all browsers of the test."""
        for context in self._contexts:
            context.close()
