from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "core.exchange"
    label = "exchange"

    def ready(self) -> None:
        from core.exchange.words import ACTS
        from core.journal import words

        words.register_acts(ACTS)
