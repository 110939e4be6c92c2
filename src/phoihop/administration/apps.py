from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from phoihop.offices.permissions import Permission
from phoihop.ui.registry import NavigationItem, register_navigation


class AdministrationConfig(AppConfig):
    name = "phoihop.administration"
    label = "administration"

    def ready(self) -> None:
        from phoihop.administration import journal

        journal.register()
        register_navigation(
            NavigationItem("directory", _("Danh bạ văn phòng"), "administration:directory", "building", 800)
        )
        register_navigation(
            NavigationItem(
                "journal", _("Nhật ký"), "administration:journal", "history", 960, permission=Permission.JOURNAL_VIEW
            )
        )
        register_navigation(
            NavigationItem(
                key="administration",
                label=_("Quản trị văn phòng"),
                url_name="administration:people",
                icon="users",
                order=950,
                permission=Permission.OFFICE_ADMINISTER,
            )
        )
