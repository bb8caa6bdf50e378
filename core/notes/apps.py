from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "core.notes"
    label = "notes"

    def ready(self) -> None:
        from core.children import panels
        from core.journal import words
        from core.notes import history_source
        from core.notes import panels as note_panels
        from core.notes import words as note_words
        from core.pathways import history

        panels.register(note_panels.on_file)
        history.register(history_source.events_of)
        words.register_acts(note_words.ACTS)
        words.register_pages(note_words.PAGES)
