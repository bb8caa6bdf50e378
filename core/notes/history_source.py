"""Notes in what happened during a pathway, as far as the reader may see them; and how many more there are."""

from core.children.opening import Opened
from core.notes import reach
from core.notes.enums import NOTE_FACETS
from core.notes.models import Note
from core.pathways.models import Pathway
from core.ui.shapes import Event


def events_of(pathway: Pathway, opened: Opened) -> tuple[list[Event], int]:
    """A constant number of queries. A struck note is told without its words."""
    written = Note.objects.filter(child=pathway.child_id, on__gte=pathway.started_on)
    if pathway.ended_on is not None:
        written = written.filter(on__lte=pathway.ended_on)
    seen = written.filter(reach.readable_around(opened.user, opened.reasons, NOTE_FACETS, opened.at))
    rows = list(seen.select_related("by").order_by("pk"))
    return [_event(row) for row in rows], written.count() - len(rows)


def _event(note: Note) -> Event:
    title = f"Note : {note.get_facet_display().lower()}"
    if note.struck_at is not None:
        return Event(note.on, f"{title} (barrée)", note.struck_because, note.by.full_name, icon="eraser")
    text = note.observation + (f"\n\nAvis de {note.by.full_name} : {note.opinion}" if note.opinion else "")
    return Event(note.on, title, text, note.by.full_name, icon="notebook-pen")
