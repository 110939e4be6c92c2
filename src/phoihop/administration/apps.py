from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from phoihop.offices.administration_tabs import AdministrationTab, register_tab
from phoihop.offices.permissions import Permission
from phoihop.ui.registry import NavigationItem, PersonItem, register_navigation, register_person_item


class AdministrationConfig(AppConfig):
    name = "phoihop.administration"
    label = "administration"

    def ready(self) -> None:
        from phoihop.administration import delegations, journal, watching

        journal.register()
        delegations.register()
        watching.register()
        may, read = Permission.OFFICE_ADMINISTER, Permission.JOURNAL_VIEW
        register_tab(AdministrationTab("people", _("Nhân sự"), "administration:people", 10, may))
        register_tab(AdministrationTab("delegations", _("Ủy quyền"), "administration:delegations", 30, may))
        register_tab(AdministrationTab("journal", _("Nhật ký"), "administration:journal", 50, read))
        register_tab(AdministrationTab("unusual", _("Bất thường"), "administration:unusual", 60, read))
        for item in (
            NavigationItem("directory", _("Danh bạ văn phòng"), "administration:directory", "building", 800),
            NavigationItem("administration", _("Quản trị văn phòng"), "administration:people", "users", 950, may),
            NavigationItem("journal", _("Nhật ký"), "administration:journal", "history", 960, read, unless=may),
        ):
            register_navigation(item)
        register_person_item(
            PersonItem("delegations", _("Ủy quyền của tôi"), "administration:own_delegations", "key", 15)
        )
