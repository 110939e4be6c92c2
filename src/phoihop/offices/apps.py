from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficesConfig(AppConfig):
    name = "phoihop.offices"
    label = "offices"

    def ready(self) -> None:
        from phoihop.offices import sign_in_journal
        from phoihop.offices.permissions import Permission
        from phoihop.offices.shell import position_choices
        from phoihop.ui.registry import (
            NavigationItem,
            PersonItem,
            register_navigation,
            register_person_item,
            register_switcher,
        )

        sign_in_journal.connect()
        register_switcher(position_choices, "offices:switch_position")
        register_navigation(NavigationItem("offices", _("Danh bạ văn phòng"), "offices:directory", "building", 800))
        register_navigation(
            NavigationItem("accounts", _("Người dùng"), "offices:accounts", "users", 810, Permission.OFFICE_ADMINISTER)
        )
        register_person_item(PersonItem("security", _("Bảo mật tài khoản"), "account_security", "shield-lock", 10))
        register_person_item(PersonItem("sign_out", _("Đăng xuất"), "account_logout", "logout", 20, "post"))
