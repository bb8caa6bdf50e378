from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "core.notes"
    label = "notes"
