from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "phoihop.api"
    label = "api"

    def ready(self) -> None:
        from phoihop.api.replies import forget_replies
        from phoihop.exchange.purges import Forgetting, register_forgetting

        register_forgetting(Forgetting("api", local=lambda subjects, _files: forget_replies(subjects)))
