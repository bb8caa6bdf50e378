from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "core.privacy"
    label = "privacy"

    def ready(self) -> None:
        from core.children import access, panels
        from core.journal import words
        from core.notifications import today
        from core.privacy import access_source, emergency_panels, today_source

        access.register(access_source.grants)
        panels.register(emergency_panels.on_file)
        words.register_acts(emergency_panels.ACTS)
        words.register_pages(emergency_panels.PAGES)
        today.register(*today_source.SOURCES)
