"""Where children go to school, from when to when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from core.children.models import Child, Enrolment, School
from core.children.operations.writing import changed_fields, log, save_checked
from core.people.models import User


@dataclass(frozen=True, kw_only=True)
class Schooling:
    """A school (of the list, or another one in words), a level, a class."""

    level: str
    school: School | None = None
    other_school: str = ""
    class_name: str = ""

    def values(self) -> dict[str, object]:
        return dict(self.__dict__)


def enrol(*, by: User, at: datetime, child: Child, schooling: Schooling, since: date) -> Enrolment:
    """A new schooling from a day on; the former one ends the day before. The same twice is one.

    Raises ValidationError.
    """
    with transaction.atomic():
        Child.objects.select_for_update().get(pk=child.pk)
        present = Enrolment.objects.filter(child=child, until_on=None).first()
        if present is not None:
            if not changed_fields(present, schooling.values()):
                return present
            present.refresh_from_db()
            if since <= present.since_on:
                raise ValidationError(
                    {
                        "since_on": f"La scolarité actuelle date du {present.since_on:%d/%m/%Y}."
                        " Corrigez-la plutôt."
                    }
                )
            _end(present, on=since - timedelta(days=1), by=by, at=at)
        enrolment = Enrolment(child=child, since_on=since, **schooling.values())
        save_checked(enrolment)
        log(
            by=by,
            at=at,
            act="enrol",
            target=enrolment,
            child_ids=[child.pk],
            fields=["school", "level", "class"],
        )
    return enrolment


def correct_enrolment(
    *, by: User, at: datetime, enrolment: Enrolment, schooling: Schooling, since: date
) -> list[str]:
    """A mistake in what was written. Raises ValidationError."""
    with transaction.atomic():
        enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
        changed = changed_fields(enrolment, {**schooling.values(), "since_on": since})
        if changed:
            save_checked(enrolment)
            log(
                by=by,
                at=at,
                act="correct_enrolment",
                target=enrolment,
                child_ids=[enrolment.child_id],
                fields=changed,
            )
    return changed


def _end(enrolment: Enrolment, *, on: date, by: User, at: datetime) -> None:
    enrolment.until_on = on
    save_checked(enrolment)
    log(
        by=by,
        at=at,
        act="end_enrolment",
        target=enrolment,
        child_ids=[enrolment.child_id],
        fields=["until_on"],
    )
