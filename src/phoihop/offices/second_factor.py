"""The second step of signing in: codes of an app, recovery codes, passkeys. Built on allauth's, with our own keys."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache as shared
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.core.errors import Conflict
from phoihop.core.isolation import scope
from phoihop.offices.models import Account

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor; recovery codes only stand in for one."""
_CODE_SECONDS = 120
"""Longer than any code of an app is accepted, so that each is good once."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Secrets are kept encrypted, under a key that is not in the database; passkeys belong to this installation."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "Mã chưa đúng hoặc đã dùng rồi. Đợi mã mới, kiểm tra đồng hồ điện thoại có đúng giờ, rồi nhập lại."
        ),
    }

    def encrypt(self, text: str) -> str:
        return _cipher(settings.SECRET_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _cipher(settings.SECRET_KEY).decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise Conflict(
                "second_factor_unreadable",
                _("Máy chủ không đọc được xác minh hai bước của tài khoản này: khóa của máy chủ đã thay đổi."),
                remedy=_(
                    "Nhờ quản trị văn phòng bỏ xác minh hai bước cho tài khoản rồi đăng ký lại; nếu quản trị cũng"
                    " không vào được, người vận hành máy chủ chạy: phoihop account clear-second-factors --unreadable."
                ),
            ) from error

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Khóa số %(number)d") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": settings.PASSKEY_HOST, "name": settings.MFA_TOTP_ISSUER}


@cache
def _cipher(secret: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"phoihop second factor").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def second_factor_exists() -> Exists:
    """For annotating accounts, so that one query reads both."""
    return Exists(Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=FACTORS))


def has_second_factor(account: Account) -> bool:
    """Whether an account has a second step, as the database says now."""
    with scope("gate"):
        return bool(Authenticator.objects.filter(user_id=account.pk, type__in=FACTORS).exists())


def is_used_again(account: AbstractBaseUser, code: str) -> bool:
    """Whether this code of an app was used a moment ago. Asking uses it up."""
    digits = "".join(code.split())
    return not shared.add(f"second-factor-code:{account.pk}:{digits}", "used", timeout=_CODE_SECONDS)


def unreadable_accounts() -> Sequence[Account]:
    """Accounts with a secret that this installation's key does not open, as after ``keys/`` was lost. Gate scope."""
    adapter = SecondFactorAdapter()
    found = {
        one.user_id
        for one in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
        if not all(_is_readable(adapter, secret) for secret in _secrets(one))
    }
    return list(Account.objects.filter(pk__in=found).order_by("username"))


def _secrets(authenticator: Authenticator) -> Sequence[str]:
    data = authenticator.data
    return [*(data[key] for key in ("secret", "seed") if key in data), *data.get("migrated_codes", ())]


def _is_readable(adapter: SecondFactorAdapter, secret: str) -> bool:
    try:
        adapter.decrypt(secret)
    except Conflict:
        return False
    return True
