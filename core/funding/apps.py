from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "core.funding"
    label = "funding"

    def ready(self) -> None:
        from core.children import panels
        from core.funding import exports
        from core.funding import panels as own_panels
        from core.funding.words import ACTS, PAGES
        from core.journal import words
        from core.sheets import lists

        for one in exports.LISTS:
            lists.register(one)
        panels.register(own_panels.on_file)
        words.register_acts(ACTS)
        words.register_pages(PAGES)
