from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from phoihop.ui.registry import NavigationItem, register_navigation


class TerritoryConfig(AppConfig):
    name = "phoihop.territory"
    label = "territory"

    def ready(self) -> None:
        register_navigation(
            NavigationItem(key="territory", label=_("Địa bàn"), url_name="territory:provinces", icon="map-2", order=900)
        )
