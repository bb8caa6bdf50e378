from django.apps import AppConfig


class NationalConfig(AppConfig):
    name = "core.national"
    label = "national"

    def ready(self) -> None:
        from core.journal import words
        from core.national.words import ACTS

        words.register_acts(ACTS)
