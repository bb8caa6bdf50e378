"""What is written around a child and somebody is told of: without a name."""

from datetime import timedelta

from core.notes.operations import private
from core.people.enums import Role
from tests.core.pathways import making
from tests.core.pathways.making import NOW, Entry
from tests.core.protection import making as protecting


def what_is_written(entry: Entry, name: str) -> None:
    """An information préoccupante that left, and private notes that end soon."""
    protecting.sent(making.user(Role.TEAM_MEMBER), child=entry.child, child_said=name)
    note = private.write_private(child=entry.child, text=name, by=entry.coordinator, at=NOW)
    private.warn_authors(at=NOW + timedelta(days=(note.ends_on - NOW.date()).days - 3))
