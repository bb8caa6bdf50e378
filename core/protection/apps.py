from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    name = "core.protection"
    label = "protection"

    def ready(self) -> None:
        from core.children import panels
        from core.journal import reading
        from core.protection import panels as own_panels
        from core.protection.models import ConcernLine

        panels.register(own_panels.on_file)
        reading.register_lines(ConcernLine._meta.db_table)
