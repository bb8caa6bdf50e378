from django.apps import AppConfig


class NationalConfig(AppConfig):
    name = "core.national"
    label = "national"
