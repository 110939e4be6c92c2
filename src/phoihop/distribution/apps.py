from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ROOM = "distribution"


class DistributionConfig(AppConfig):
    name = "phoihop.distribution"
    label = "distribution"

    def ready(self) -> None:
        from phoihop.distribution import notices, projections, records
        from phoihop.exchange.purges import Forgetting, register_forgetting
        from phoihop.exchange.registry import Kind, register_follower, register_kind, register_projections
        from phoihop.exchange.screening import register_readable

        register_projections(ROOM, ["distribution_publishedversion"])
        stated = (records.ListStated, projections.project_stated)
        register_kind(Kind(records.STATED, 1, ROOM, "distribution_list", *stated, by_owner=True))
        register_readable(records.STATED, projections.readable)
        register_forgetting(Forgetting(ROOM, rows=projections.forget))
        register_follower(notices.follow_log)
        notices.register()
        _register_pages()


def _register_pages() -> None:
    from phoihop.offices.permissions import Permission
    from phoihop.ui.registry import NavigationItem, register_navigation

    register_navigation(
        NavigationItem(
            "distribution",
            _("Danh sách nơi nhận"),
            "distribution:lists",
            "address-book",
            150,
            permission=Permission.DISPATCH_VIEW,
        )
    )
