"""What is written around a child and somebody is told of: without a name."""

from datetime import timedelta

from django.utils import timezone

from core.exchange.operations import returns
from core.exchange.workflow import StepKind
from core.notes.operations import private
from core.people.enums import Role
from core.people.models import User
from core.returns.operations import watching
from tenants import context, registry
from tests.core.imports import making as importing
from tests.core.pathways import making
from tests.core.pathways.making import NOW, Entry
from tests.core.protection import making as protecting
from tests.core.returns import making as surveying


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


def a_survey_is_answered(boss: User, words: str) -> None:
    """The nation opens one, waits, sends the return back with a question, and accepts it."""
    campaign, town = surveying.opened(), context.require()
    watching.watch(at=surveying.NOW + timedelta(days=70))  # six days before it is due
    for number, kind in enumerate((StepKind.SENT_BACK, StepKind.ACCEPTED), 1):
        surveying.sent(campaign, boss)
        with context.entered(registry.by_slug("national"), switching=True):
            returns.decide_return(
                campaign=campaign,
                schema=town.schema,
                kind=kind,
                number=number,
                question=words,
                by=None,
                at=surveying.NOW,
            )
        watching.watch(at=timezone.now())
