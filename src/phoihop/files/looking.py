"""Showing a file in a page: as pictures of its pages or as plain words, whoever made it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from phoihop.core.errors import Invalid
from phoihop.core.isolation import scope
from phoihop.files.highlights import terms_of
from phoihop.files.models import Attachment, Upload
from phoihop.files.previews import PAGED, page_of, page_picture, preview_of, thumbnail
from phoihop.offices.acting import Acting

_KEPT = "private, max-age=300"
NO_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 64" width="48" height="64">'
    '<path d="M6 2h24l12 12v48H6z" fill="none" stroke="#7a8594" stroke-width="2"/>'
    '<path d="M30 2v12h12" fill="none" stroke="#7a8594" stroke-width="2"/></svg>'
)


@dataclass(frozen=True)
class Shown:
    """A file that somebody may see, and the addresses it has."""

    file: Attachment | Upload
    route: str
    arguments: tuple[Any, ...]

    def address(self, part: str = "", *more: Any) -> str:
        """Where the file, or a part of what is drawn of it, is found."""
        return reverse(f"files:{self.route}{part}", args=[*self.arguments, *more])


Fetch = Callable[[Acting], Shown]


def _reading(by: Acting) -> AbstractContextManager[None]:
    return scope("web", by.office_id, read_only=True)


def _fetched(fetch: Fetch, by: Acting) -> Shown:
    with _reading(by):
        return fetch(by)


def show_file(request: HttpRequest, by: Acting, fetch: Fetch) -> HttpResponse:
    """The page Xem. What cannot be shown says why, and offers the file itself."""
    shown = _fetched(fetch, by)
    context: dict[str, Any] = {
        "file": shown.file,
        "here": shown.address("_view"),
        "download": shown.address() + "?download",
    }
    context |= {"terms": terms_of(request.GET.get("q", "")), "query": request.GET.get("q", "")[:200]}
    try:
        context |= _look(shown, request.GET.get("page", ""))
    except Invalid as error:
        context["refused"] = error
    with _reading(by):
        return render(request, "files/view.html", context)


def _look(shown: Shown, asked: str) -> dict[str, Any]:
    file = shown.file
    preview = preview_of(file.sha256, file.media_type)
    if preview.kind not in PAGED:
        return {"preview": preview}
    number = min(max(int(asked) if asked.isdecimal() and len(asked) < 7 else 1, 1), preview.pages)
    look = page_of(file.sha256, file.media_type, number)
    return {
        "preview": preview,
        "look": look,
        "picture": shown.address("_page", number),
        "words": " ".join(word[0] for word in look.words),
        "before": number - 1 if number > 1 else 0,
        "after": number + 1 if number < preview.pages else 0,
    }


def send_page(by: Acting, fetch: Fetch, page: int) -> HttpResponseBase:
    """The picture of one page."""
    shown = _fetched(fetch, by)
    return _picture(page_picture(shown.file.sha256, shown.file.media_type, page).open("rb"))


def send_thumbnail(by: Acting, fetch: Fetch) -> HttpResponseBase:
    """A small picture of the first page; the outline of a sheet of paper for what cannot be shown."""
    shown = _fetched(fetch, by)
    try:
        return _picture(thumbnail(shown.file.sha256, shown.file.media_type).open("rb"))
    except Invalid:
        return HttpResponse(NO_PICTURE, content_type="image/svg+xml", headers={"Cache-Control": _KEPT})


def _picture(file: Any) -> FileResponse:
    return FileResponse(file, content_type="image/webp", headers={"Cache-Control": _KEPT})
