"""The read line of pages that tell of one's day: a list, for the widest reason to see it."""

from collections.abc import Iterable

from django.http import HttpRequest

from core.children.access import COORDINATION, SECRETARIAT, Reason, Scope
from core.journal import operations as journal
from core.notifications.today import Reader
from core.pathways.access_source import REFERENT
from core.people.enums import Role

OWN_WORK = Reason(
    "own_work",
    "Ce que cette personne a envoyé ou promis elle-même",
    "Savoir ce qui l’attend",
    Scope.IDENTITY,
)
BY_ROLE = ((Role.COORDINATOR, COORDINATION), (Role.REFERENT, REFERENT), (Role.SECRETARY, SECRETARIAT))


def note_day(request: HttpRequest, reader: Reader, shown: Iterable[int]) -> None:
    """By one's role; else by what one wrote or promised oneself, which opens no file."""
    reason = next((reason for role, reason in BY_ROLE if reader.has(role)), OWN_WORK)
    journal.read(
        actor=reader.user,
        page=request.resolver_match.view_name if request.resolver_match else "",
        at=reader.at,
        reason=reason.code,
        why=reason.why,
        purpose=reason.purpose,
        shown=shown,
    )
