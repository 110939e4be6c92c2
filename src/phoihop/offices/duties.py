"""What somebody who has signed in must do before any work."""

from __future__ import annotations

from enum import StrEnum

from phoihop.offices.acting import Acting
from phoihop.offices.models import Account


class Duty(StrEnum):
    """A page that comes before all others. The value is the name of its address."""

    CHANGE_PASSWORD = "account_change_password"  # noqa: S105  # the name of an address
    SET_UP_SECOND_STEP = "account_security"


def duty_of(account: Account, acting: Acting | None) -> Duty | None:
    """What this account owes before it may act, the most pressing first.

    A password somebody else knows, or one too short to stand alone, comes before a second step the office asks for.
    """
    if account.must_change_password or (account.has_short_password and not account.has_second_factor):
        return Duty.CHANGE_PASSWORD
    if acting is not None and acting.demands_second_step and not account.has_second_factor:
        return Duty.SET_UP_SECOND_STEP
    return None
