"""Asking a ClamAV daemon about a file, over its INSTREAM protocol. Without one configured nothing is asked."""

from __future__ import annotations

import socket
import struct
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from phoihop.core.errors import Invalid, Unavailable

_CHUNK = 128 * 1024
_SECONDS = 120.0
_LONGEST_ANSWER = 4096


def check_for_viruses(path: Path) -> None:
    """Raise Invalid when the daemon finds something in the file, Unavailable when it cannot be asked.

    A daemon that is configured and silent stops the upload: nothing passes that was not looked at.
    """
    if not settings.CLAMD:
        return
    try:
        with _connected(settings.CLAMD) as connection, path.open("rb") as file:
            connection.sendall(b"zINSTREAM\0")
            while chunk := file.read(_CHUNK):
                connection.sendall(struct.pack("!I", len(chunk)) + chunk)
            connection.sendall(struct.pack("!I", 0))
            answer = _answer(connection)
    except OSError as error:
        raise _unavailable() from error
    _judge(answer)


def _connected(address: str) -> socket.socket:
    """``unix:/path/to/socket`` or ``tcp:host:port``."""
    scheme, _separator, place = address.partition(":")
    if scheme == "unix" and place:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(_SECONDS)
        try:
            connection.connect(place)
        except OSError:
            connection.close()
            raise
        return connection
    host, _separator, port = place.rpartition(":")
    if scheme != "tcp" or not host or not port.isdigit():
        raise ImproperlyConfigured("PHOIHOP_CLAMD must read unix:/path/to/socket or tcp:host:port")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS)


def _answer(connection: socket.socket) -> str:
    answer = b""
    while b"\0" not in answer and len(answer) < _LONGEST_ANSWER:
        piece = connection.recv(1024)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0").decode("utf-8", "replace").removeprefix("stream: ")


def _judge(answer: str) -> None:
    if answer == "OK":
        return
    if answer.endswith(" FOUND"):
        raise Invalid(
            "file_infected",
            _("Tệp có mã độc (%(name)s) nên không được nhận.") % {"name": answer.removesuffix(" FOUND")},
            remedy=_("Quét máy đang dùng, báo bộ phận kỹ thuật, rồi gửi bản sạch."),
        )
    raise _unavailable()


def _unavailable() -> Unavailable:
    return Unavailable(
        "virus_scan_unavailable",
        _("Phần quét mã độc chưa trả lời nên chưa nhận được tệp."),
        remedy=_("Thử lại sau ít phút; nếu vẫn vậy, báo người vận hành."),
    )
