from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "phoihop.lists"
    label = "lists"

    def ready(self) -> None:
        from phoihop.core.machine import N_
        from phoihop.exchange.purges import Forgetting, register_forgetting
        from phoihop.files.registry import register_holder
        from phoihop.lists.exporting import forget_workbooks, needed_here
        from phoihop.notify.sentences import Sentence, register_sentences

        register_holder(needed_here)
        register_forgetting(Forgetting("lists", local=lambda subjects, _files: forget_workbooks(subjects)))
        register_sentences(
            {
                "export.done": Sentence(
                    N_("Đã xuất xong %(title)s: %(rows)s dòng"), "file-spreadsheet", "lists:export"
                ),
                "export.failed": Sentence(N_("Chưa xuất được %(title)s: %(reason)s"), "file-alert", "lists:export"),
            }
        )
