"""Doing one thing for a page: whole or not at all, and what was refused can still be shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from phoihop.core.machine import Machine
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission

T = TypeVar("T")


def attempt(act: Callable[[], T]) -> T:
    """Run an action in a savepoint: when it raises, nothing of it stays and the page can still be drawn."""
    with transaction.atomic():
        return act()


def check_may_ever(machine: Machine[Any], verb: str, *, by: Acting) -> None:
    """Raise Forbidden when the position may never do this: who may not is told so, not what the form lacks."""
    needed = sorted({move.permission for move in machine.moves if move.verb == verb})
    if needed and not any(by.may(Permission(one)) for one in needed):
        check_may(by, Permission(needed[0]))


def back_to(request: HttpRequest, otherwise: str) -> HttpResponse:
    """Redirect to the page the form was sent from, when it names one of ours; else to ``otherwise``."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if safe else otherwise)
