"""Sign-ins, failures, closed accounts, sign-outs and changes of credentials, in the journal of each of the offices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.contrib.auth.signals import user_logged_out
from django.core.cache import cache
from django.http import HttpRequest

from phoihop.audit.actions import note
from phoihop.core.clock import today
from phoihop.core.isolation import scope
from phoihop.offices.devices import browser_name, end_devices, say_ended
from phoihop.offices.models import Account, Position
from phoihop.offices.selectors import valid_on

_ONCE_IN_SECONDS = 300


@dataclass(frozen=True)
class Holder:
    """Whose account it is, as the journal of one office keeps it."""

    office_id: UUID
    person_id: UUID | None
    person_name: str
    position_title: str


def holders_of(account: Account) -> Sequence[Holder]:
    """The person behind an account, once for each office with a position today. Gate scope."""
    rows = Position.objects.filter(valid_on(today()), person__account_id=account.id).select_related("person")
    found: dict[UUID, Holder] = {}
    for row in rows:
        found.setdefault(row.office_id, Holder(row.office_id, row.person_id, row.person.full_name, row.title))
    return tuple(found.values())


def note_account(account: Account, event: str, **detail: object) -> None:
    """Write ``offices:account:<event>`` in the journal of every office the account works for."""
    with scope("gate"):
        for holder in holders_of(account):
            note(by=holder, event=f"offices:account:{event}", subject_id=account.id, **detail)


def note_failure(username: str, *, address: str) -> None:
    """A wrong password for a name that exists. Other names are nobody's, and may be a password typed too early."""
    with scope("gate"):
        account = Account.objects.filter(username__iexact=username).first()
    if account is not None:
        note_account(account, "sign_in_failed", method="password", address=address)


def note_closed(username: str, *, address: str) -> None:
    """An account was closed for some minutes; noted once while that lasts."""
    if not cache.add(f"closed-noted:{username.lower()}:{address}", "noted", timeout=_ONCE_IN_SECONDS):
        return
    with scope("gate"):
        account = Account.objects.filter(username__iexact=username).first()
    if account is not None:
        note_account(account, "locked", address=address)


def address_of(request: HttpRequest | None) -> str:
    """The address of a visitor, with the proxies this installation knows of taken off."""
    from allauth.account.adapter import get_adapter  # its settings are read only once Django is ready

    return str(get_adapter().get_client_ip(request)) if request is not None else ""


def _signed_in(request: HttpRequest, user: Account, **_more: Any) -> None:
    records = request.session.get("account_authentication_methods", [])
    methods = [str(record.get("type") or record.get("method")) for record in records]
    device = re.sub(r" \d+", "", browser_name(request.headers.get("User-Agent", "")))  # a new version is no new device
    note_account(user, "sign_in", methods=methods, address=address_of(request), device=device)


def _signed_out(request: HttpRequest, user: Account | None, **_more: Any) -> None:
    if user is None:
        return
    note_account(user, "sign_out")
    if request.session.session_key:
        with scope("gate"):
            say_ended([request.session.session_key])


def _password_changed(request: HttpRequest, user: Account, **_more: Any) -> None:
    with scope("gate"):
        Account.objects.filter(pk=user.pk).update(must_change_password=False)
        ended = end_devices(user, but=request.session.session_key)
    note_account(user, "password_change", ended=ended)


def _factor_added(user: Account, authenticator: Authenticator, **_more: Any) -> None:
    note_account(user, "second_factor_add", kind=authenticator.type)


def _factor_removed(user: Account, authenticator: Authenticator, **_more: Any) -> None:
    note_account(user, "second_factor_remove", kind=authenticator.type)


def _codes_renewed(user: Account, **_more: Any) -> None:
    note_account(user, "recovery_codes_renew")


def _factor_used(user: Account, authenticator: Authenticator, **_more: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        note_account(user, "recovery_code_use", left=len(authenticator.wrap().get_unused_codes()))


def _factor_failed(request: HttpRequest, user: Account, authenticator: Authenticator, **_more: Any) -> None:
    note_account(user, "sign_in_failed", method=authenticator.type, address=address_of(request))


def connect() -> None:
    """Listen to sign-in."""
    user_logged_in.connect(_signed_in, dispatch_uid="journal")
    user_logged_out.connect(_signed_out, dispatch_uid="journal")
    password_changed.connect(_password_changed, dispatch_uid="journal")
    authenticator_added.connect(_factor_added, dispatch_uid="journal")
    authenticator_removed.connect(_factor_removed, dispatch_uid="journal")
    authenticator_reset.connect(_codes_renewed, dispatch_uid="journal")
    authenticator_used.connect(_factor_used, dispatch_uid="journal")
    authentication_failed.connect(_factor_failed, dispatch_uid="journal")
