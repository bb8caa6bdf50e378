"""The coordination says by which profession somebody reads a facet; never for oneself."""

from datetime import date, datetime, timedelta

from django.db import transaction

from core.journal import operations as journal
from core.notes.enums import Profession
from core.notes.models import ProfessionHeld
from core.people.enums import Role
from core.people.models import User


class CannotSetProfession(Exception):
    """The message is French."""


@transaction.atomic
def set_profession(
    *, user: User, profession: Profession | None, since_on: date, by: User, at: datetime
) -> ProfessionHeld | None:
    """From that day; None ends the one that is noted. Raises CannotSetProfession."""
    if not by.has_role(Role.COORDINATOR, on=since_on):
        raise CannotSetProfession("La profession est notée par la coordination.")
    if user.pk == by.pk:
        raise CannotSetProfession("Votre propre profession est notée par quelqu’un d’autre.")
    User.objects.select_for_update().get(pk=user.pk)
    held = ProfessionHeld.objects.filter(user=user, until_on=None).first()
    if held is not None:
        if held.profession == profession:
            return held
        if held.since_on >= since_on:
            held.delete()  # noted by mistake the same day: nothing was read by it on an earlier one
        else:
            held.until_on = since_on - timedelta(days=1)
            held.save(update_fields=["until_on"])
    made = None
    if profession is not None:
        made = ProfessionHeld.objects.create(user=user, profession=profession, since_on=since_on, given_by=by)
    journal.record(actor=by, act="notes.profession_set", target=user, at=at, fields=["profession"])
    user.__dict__.pop("_facets_of_profession", None)
    return made
