"""Who else is there for the child, noted by who follows it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from core.children.models import Child
from core.journal import operations as journal
from core.notes.models import OutsidePerson
from core.people.models import User

DETAILS = ("kind", "name", "function", "organisation", "house", "phone", "since_on")


@transaction.atomic
def add_person(*, child: Child, by: User, at: datetime, **details: Any) -> OutsidePerson:
    """`details` of DETAILS. Raises IntegrityError for somebody without name nor house."""
    if unknown := set(details) - set(DETAILS):
        raise TypeError(f"{sorted(unknown)} can't be noted here.")
    made = OutsidePerson.objects.create(child=child, noted_by=by, noted_at=at, **details)
    journal.record(actor=by, act="notes.person_added", target=made, at=at, child_id=child.pk)
    return made


@transaction.atomic
def end_person(*, person: OutsidePerson, until_on: date, by: User, at: datetime) -> OutsidePerson:
    """The last day on which that person is there."""
    locked = OutsidePerson.objects.select_for_update(of=("self",)).get(pk=person.pk)
    locked.until_on = max(until_on, locked.since_on) if locked.since_on else until_on
    locked.save(update_fields=["until_on"])
    journal.record(
        actor=by,
        act="notes.person_ended",
        target=locked,
        at=at,
        child_id=locked.child_id,
        fields=["until_on"],
    )
    return locked
