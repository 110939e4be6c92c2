from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "phoihop.files"
    label = "files"

    def ready(self) -> None:
        from phoihop.files.cleaning import needed_here
        from phoihop.files.registry import register_holder

        register_holder(needed_here)
