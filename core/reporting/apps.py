from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "core.reporting"
    label = "reporting"

    def ready(self) -> None:
        from core.journal import words
        from core.reporting.words import ACTS, PAGES

        words.register_acts(ACTS)
        words.register_pages(PAGES)
