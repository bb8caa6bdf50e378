from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "core.returns"
    label = "returns"

    def ready(self) -> None:
        from core.journal import words
        from core.returns.words import ACTS

        words.register_acts(ACTS)
