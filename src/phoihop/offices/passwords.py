"""Checks of a new password, as Django asks for them, and passwords for somebody else to change at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from phoihop.core.ids import random_bytes
from phoihop.core.isolation import scope
from phoihop.offices.models import Account, Office
from phoihop.offices.password_rules import ALONE_LENGTH, BESIDE_LENGTH, MOST_LENGTH, is_guessable, same_letters
from phoihop.offices.second_factor import has_second_factor

_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"
"""Thirty-two signs that nobody confuses on paper or over the telephone."""


class LengthValidator:
    """Long enough for what stands beside it: fifteen characters alone, eight with a second factor."""

    def validate(self, password: str, user: Account | None = None) -> None:
        length = len(same_letters(password))
        needed = BESIDE_LENGTH if user is not None and has_second_factor(user) else ALONE_LENGTH
        if length < needed:
            raise ValidationError(
                _("Mật khẩu cần ít nhất %(needed)d ký tự, hiện có %(length)d. Gõ cả một câu dễ nhớ, kể cả dấu cách.")
                % {"needed": needed, "length": length},
                code="password_too_short",
            )
        if length > MOST_LENGTH:
            raise ValidationError(
                _("Mật khẩu dài quá %(most)d ký tự. Rút ngắn lại.") % {"most": MOST_LENGTH}, code="password_too_long"
            )

    def get_help_text(self) -> str:
        return ""


class GuessableValidator:
    """Not on the list of common passwords, and not made of what everybody knows of the person."""

    def validate(self, password: str, user: Account | None = None) -> None:
        plain = same_letters(password)
        if plain.lower().strip() in _common() or is_guessable(plain, words=_known_of(user)):
            raise ValidationError(
                _(
                    "Mật khẩu này dễ đoán: nằm trong danh sách hay bị dò, lặp lại, theo dãy phím, hoặc chỉ gồm tên"
                    " người, tên cơ quan. Thêm vài từ không liên quan."
                ),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return ""


@cache
def _common() -> frozenset[str]:
    """Django's list of 20,000 leaked passwords (Royce Williams, in the public domain)."""
    return frozenset(CommonPasswordValidator().passwords)


def _known_of(user: Account | None) -> Sequence[str]:
    if user is None:
        return ()
    with scope("gate"):
        offices = Office.objects.filter(people__account_id=user.id)
        names = [name for office in offices for name in (office.code, office.name, office.short_name)]
    return (user.username, user.full_name, *user.email.split("@"), *names)


def temporary_password() -> str:
    """Four groups of five signs (100 bits), to be read out once and changed at the first sign-in."""
    signs = [_LETTERS[byte % len(_LETTERS)] for byte in random_bytes(20)]
    return "-".join("".join(signs[start : start + 5]) for start in range(0, 20, 5))
