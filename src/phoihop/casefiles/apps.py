from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasefilesConfig(AppConfig):
    name = "phoihop.casefiles"
    label = "casefiles"

    def ready(self) -> None:
        from phoihop.casefiles import reminding
        from phoihop.offices.permissions import Permission
        from phoihop.ui.registry import NavigationItem, register_navigation

        reminding.register()
        register_navigation(
            NavigationItem(
                "casefiles", _("Hồ sơ công việc"), "casefiles:list", "folder", 130, permission=Permission.DISPATCH_VIEW
            )
        )
