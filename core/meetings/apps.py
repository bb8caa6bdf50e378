from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "core.meetings"
    label = "meetings"

    def ready(self) -> None:
        from core.children import access
        from core.meetings import access_source, exports
        from core.sheets import lists

        lists.register(exports.MEETINGS)
        access.register(access_source.grants)
