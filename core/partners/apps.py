from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "core.partners"
    label = "partners"

    def ready(self) -> None:
        from core.journal import words
        from core.partners.words import ACTS

        words.register_acts(ACTS)
