from django.apps import AppConfig


class PlantedConfig(AppConfig):
    name = "tests.tenants.migrations.planted"
    label = "planted"
