from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DispatchesConfig(AppConfig):
    name = "phoihop.dispatches"
    label = "dispatches"

    def ready(self) -> None:
        from phoihop.dispatches import (
            attachment_texts,
            declared_lists,
            declared_registers,
            forgetting,
            in_casefiles,
            kinds,
            notices,
        )
        from phoihop.dispatches.selectors.waiting import needed_by_waiting
        from phoihop.exchange.registry import register_follower
        from phoihop.files.registry import register_holder

        register_holder(needed_by_waiting)
        kinds.register()
        notices.register()
        forgetting.register()
        declared_lists.register()
        declared_registers.register()
        in_casefiles.register()
        register_follower(notices.follow_log)
        register_follower(attachment_texts.follow_log)
        _register_pages()
        _register_withholding()


def _register_pages() -> None:
    from phoihop.dispatches.selectors.counts import waiting_count
    from phoihop.offices.permissions import Permission
    from phoihop.ui.registry import NavigationItem, register_navigation, register_search

    register_search("dispatches:search", "dispatches:palette")

    register_navigation(
        NavigationItem(
            "dispatches",
            _("Văn bản"),
            "dispatches:home",
            "file-text",
            100,
            permission=Permission.DISPATCH_VIEW,
            count=waiting_count,
        )
    )
    register_navigation(
        NavigationItem(
            "registers",
            _("Sổ văn bản"),
            "dispatches:registers",
            "file-text",
            110,
            Permission.DISPATCH_NUMBER,
        )
    )


def _register_withholding() -> None:
    from phoihop.dispatches.selectors.changes import withheld
    from phoihop.files.selectors import register_withholding

    register_withholding(lambda subjects, by: withheld(subjects, by=by))
