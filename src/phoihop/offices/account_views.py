"""Pages of the office's administrator: accounts of its people, and the rule for their sign-in."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from phoihop.core.text import fold
from phoihop.offices import account_actions as actions
from phoihop.offices.account_selectors import account_of, accounts_of
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import ROLES, Permission
from phoihop.offices.security_views import confirmed
from phoihop.offices.selectors import two_step_roles_of
from phoihop.offices.web import for_office


@require_safe
@for_office(Permission.OFFICE_ADMINISTER)
def accounts(request: HttpRequest, by: Acting) -> HttpResponse:
    """The accounts of the office's people; filtered by words without diacritics."""
    words, waiting = request.GET.get("q", "").strip(), request.GET.get("waiting") == "1"
    wanted = fold(words)
    everybody = accounts_of(by)
    found = [
        one
        for one in everybody
        if wanted in fold(f"{one.name} {one.username} {' '.join(one.titles)}")
        and (one.waits_for_password or not waiting)
    ]
    context = {
        "accounts": found,
        "words": words,
        "waiting": waiting,
        "all_waiting": sum(one.waits_for_password for one in everybody),
        "next_slips": [one for one in found if one.waits_for_password][: actions.MOST_AT_ONCE] if waiting else (),
    }
    return render(request, "offices/accounts.html", context)


@require_POST
@never_cache
@for_office(Permission.OFFICE_ADMINISTER)
@confirmed
def issue_passwords(request: HttpRequest, by: Acting) -> HttpResponse:
    """First passwords of several accounts as slips to print, shown this once."""
    ids = [UUID(one) for one in request.POST.getlist("account") if _is_id(one)]
    handovers = actions.issue_passwords(ids, by=by)
    return render(request, "offices/slips.html", {"handovers": handovers, "office": by.office_name})


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_safe
@for_office(Permission.OFFICE_ADMINISTER)
def account(request: HttpRequest, by: Acting, account_id: UUID) -> HttpResponse:
    """One account, and what can be done for its owner."""
    context = {"account": account_of(account_id, by), "provider_offered": settings.OIDC_OFFERED}
    context["is_own"] = account_id == by.account_id
    return render(request, "offices/account.html", context)


@require_POST
@never_cache
@for_office(Permission.OFFICE_ADMINISTER)
@confirmed
def issue_password(request: HttpRequest, by: Acting, account_id: UUID) -> HttpResponse:
    """A password to be handed over, shown this once."""
    shown = account_of(account_id, by)
    password = actions.issue_password(account_id, by=by)
    return render(request, "offices/account_password.html", {"account": shown, "password": password})


def _clear(account_id: UUID, request: HttpRequest, by: Acting) -> str:
    actions.remove_second_factors(account_id, by=by)
    return _("Đã bỏ xác minh hai bước; lần đăng nhập sau chỉ cần mật khẩu.")


def _sign_out(account_id: UUID, request: HttpRequest, by: Acting) -> str:
    actions.sign_out_everywhere(account_id, by=by)
    return _("Đã đăng xuất tài khoản ở mọi nơi.")


def _close(account_id: UUID, request: HttpRequest, by: Acting) -> str:
    actions.close_account(account_id, by=by)
    return _("Đã khóa tài khoản.")


def _open(account_id: UUID, request: HttpRequest, by: Acting) -> str:
    actions.open_account(account_id, by=by)
    return _("Đã mở lại tài khoản.")


def _revoke_tokens(account_id: UUID, request: HttpRequest, by: Acting) -> str:
    actions.revoke_tokens(account_id, by=by)
    return _("Đã thu hồi mọi mã truy cập của tài khoản.")


def _bind(account_id: UUID, request: HttpRequest, by: Acting) -> str:
    actions.bind_identity(account_id, subject=request.POST.get("subject", ""), by=by)
    return _("Đã gắn danh tính.")


def _unbind(account_id: UUID, request: HttpRequest, by: Acting) -> str:
    actions.unbind_identities(account_id, by=by)
    return _("Đã bỏ gắn danh tính.")


_VERBS: dict[str, Callable[[UUID, HttpRequest, Acting], str]] = {
    "clear-second-factors": _clear,
    "sign-out": _sign_out,
    "revoke-tokens": _revoke_tokens,
    "close": _close,
    "open": _open,
    "bind": _bind,
    "unbind": _unbind,
}


@require_POST
@for_office(Permission.OFFICE_ADMINISTER)
@confirmed
def change_account(request: HttpRequest, by: Acting, account_id: UUID, verb: str) -> HttpResponse:
    """One of the things an administrator does for an account."""
    if verb not in _VERBS:
        raise Http404
    messages.success(request, _VERBS[verb](account_id, request, by))
    return redirect("offices:account", account_id=account_id)


@require_safe
@for_office(Permission.OFFICE_ADMINISTER)
def sign_in_rules(request: HttpRequest, by: Acting) -> HttpResponse:
    """For which roles of the office a second step is compulsory."""
    own, everywhere = two_step_roles_of(by), settings.TWO_STEP_ROLES
    roles = [
        {
            "key": key.value,
            "described": described,
            "is_on": key.value in own,
            "is_fixed": "all" in everywhere or key.value in everywhere,
        }
        for key, described in ROLES.items()
    ]
    return render(request, "offices/sign_in_rules.html", {"roles": roles})


@require_POST
@for_office(Permission.OFFICE_ADMINISTER)
@confirmed
def set_sign_in_rules(request: HttpRequest, by: Acting) -> HttpResponse:
    """Keep the choice of roles."""
    actions.set_two_step_roles(request.POST.getlist("role"), by=by)
    messages.success(
        request, _("Đã lưu. Người thuộc vai trò đã chọn phải bật xác minh hai bước trước khi làm việc tiếp.")
    )
    return redirect("offices:sign_in_rules")
