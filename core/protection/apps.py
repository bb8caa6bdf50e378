from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    name = "core.protection"
    label = "protection"
