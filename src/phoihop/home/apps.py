from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "phoihop.home"
    label = "home"

    def ready(self) -> None:
        from phoihop.ui.registry import NavigationItem, register_navigation

        register_navigation(NavigationItem("desk", _("Bàn làm việc"), "home:desk", "home", 0))
