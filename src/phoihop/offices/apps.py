from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficesConfig(AppConfig):
    name = "phoihop.offices"
    label = "offices"

    def ready(self) -> None:
        from phoihop.offices import sign_in_journal
        from phoihop.offices.administration_tabs import AdministrationTab, register_tab
        from phoihop.offices.permissions import Permission
        from phoihop.offices.shell import position_choices
        from phoihop.ui.registry import (
            PersonItem,
            register_person_item,
            register_switcher,
        )

        sign_in_journal.connect()
        register_switcher(position_choices, "offices:switch_position")
        may = Permission.OFFICE_ADMINISTER
        register_tab(AdministrationTab("accounts", _("Tài khoản"), "offices:accounts", 20, may))
        register_tab(AdministrationTab("sign_in_rules", _("Quy định đăng nhập"), "offices:sign_in_rules", 40, may))
        register_person_item(PersonItem("security", _("Bảo mật tài khoản"), "account_security", "shield-lock", 10))
        register_person_item(PersonItem("sign_out", _("Đăng xuất"), "account_logout", "logout", 20, "post"))
