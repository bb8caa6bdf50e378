"""What is written around a child and somebody is told of: without a name."""

from datetime import timedelta

from core.notes.operations import private
from core.people.enums import Role
from core.people.models import User
from tests.core.imports import making as importing
from tests.core.pathways import making
from tests.core.pathways.making import NOW, Entry
from tests.core.protection import making as protecting


def what_is_written(entry: Entry, name: str) -> None:
    """An information préoccupante that left, and private notes that end soon."""
    protecting.sent(making.user(Role.TEAM_MEMBER), child=entry.child, child_said=name)
    note = private.write_private(child=entry.child, text=name, by=entry.coordinator, at=NOW)
    private.warn_authors(at=NOW + timedelta(days=(note.ends_on - NOW.date()).days - 3))


def a_table_is_brought(boss: User, first_name: str, last_name: str) -> None:
    """The town's own table, sent under a child's name: who ran it is told that it is done."""
    importing.lists()
    row = {**importing.child(1), **importing.REFERRAL, "first_name": first_name, "last_name": f"{last_name}x"}
    importing.ran(importing.checked([row], boss), boss)
