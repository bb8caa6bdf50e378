from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "core.partners"
    label = "partners"

    def ready(self) -> None:
        from core.journal import words
        from core.partners import exports
        from core.partners.words import ACTS
        from core.sheets import lists

        for one in exports.LISTS:
            lists.register(one)
        words.register_acts(ACTS)
