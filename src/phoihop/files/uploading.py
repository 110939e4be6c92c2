"""The cap on what a form may send, applied before any of it is written to the disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Spools files of people who act for an office, up to ``REQUEST_MAX_BYTES`` a request.

    Looking for the CSRF token reads the whole form before any view can refuse it; without this, whoever can reach the
    server could fill its disk without signing in.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: Mapping[str, Any],  # noqa: N803  # the name Django calls it by
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Raise RequestDataTooBig by the length the request states; Django reads no further than that."""
        known = self.request is not None and getattr(self.request, "acting", None) is not None
        most = settings.REQUEST_MAX_BYTES if known else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if content_length > most:
            raise RequestDataTooBig(f"a form of {content_length} bytes, at most {most}")
