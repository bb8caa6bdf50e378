from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "core.notifications"
    label = "notifications"

    def ready(self) -> None:
        from core.journal import words as log_words
        from core.notifications import queries, today, words
        from core.notifications.today import doing, entries, following, funding, keeping, leaving, sitting
        from core.ui import bell

        bell.register(queries.bell)
        for module in (doing, entries, sitting, following, leaving, keeping, funding):
            today.register(*module.SOURCES)
        log_words.register_pages(words.PAGES)
        log_words.register_acts(words.ACTS)
