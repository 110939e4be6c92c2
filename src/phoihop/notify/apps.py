from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "phoihop.notify"
    label = "notify"

    def ready(self) -> None:
        from phoihop.exchange.purges import Forgetting, register_forgetting
        from phoihop.notify.actions import forget_notices
        from phoihop.notify.selectors import unread_count
        from phoihop.ui.registry import register_bell

        register_bell(unread_count, "notify:list")
        register_forgetting(Forgetting("notify", local=lambda subjects, _files: forget_notices(subjects)))
