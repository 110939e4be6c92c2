from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "phoihop.notify"
    label = "notify"
