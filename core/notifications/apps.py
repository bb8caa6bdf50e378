from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "core.notifications"
    label = "notifications"

    def ready(self) -> None:
        from core.notifications import queries
        from core.ui import bell

        bell.register(queries.bell)
