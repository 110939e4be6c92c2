from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "phoihop.notify"
    label = "notify"

    def ready(self) -> None:
        from phoihop.notify.selectors import unread_count
        from phoihop.ui.registry import register_bell

        register_bell(unread_count, "notify:list")
