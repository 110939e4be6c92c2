from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "phoihop.config"
    label = "config"
