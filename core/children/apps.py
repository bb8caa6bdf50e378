from django.apps import AppConfig


class ChildrenConfig(AppConfig):
    name = "core.children"
    label = "children"

    def ready(self) -> None:
        from core.children.words import ACTS, PAGES
        from core.journal import words

        words.register_acts(ACTS)
        words.register_pages(PAGES)
