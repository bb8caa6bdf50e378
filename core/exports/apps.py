from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "core.exports"
    label = "exports"

    def ready(self) -> None:
        from core.journal import words

        words.register_acts({"exports.taken_away": "Liste exportée"})
        words.register_pages({"exports:new": "Export d’une liste"})
