from django.apps import AppConfig


class ChildrenConfig(AppConfig):
    name = "core.children"
    label = "children"

    def ready(self) -> None:
        from core.children.exports import CHILDREN
        from core.children.words import ACTS, PAGES
        from core.journal import words
        from core.sheets import lists

        words.register_acts(ACTS)
        words.register_pages(PAGES)
        lists.register(CHILDREN)
