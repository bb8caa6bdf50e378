"""Sessions in a series: every Wednesday until a day, holidays left out; each day of a camp."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from core.pathways import holidays
from core.pathways.models import Action, Session
from core.pathways.operations.places import lock_living
from core.pathways.operations.sessions import plan_session
from core.pathways.operations.transitions import CannotMove
from core.pathways.workflow import SessionState
from core.people.models import User

LONGEST = 80  # sessions in one go: more than a school year of two a week


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """From `first_on` to `last_on` both included, every so many days."""

    first_on: date
    last_on: date
    every: int = 7
    skip_holidays: bool = True

    def days(self) -> list[date]:
        """Raises CannotMove where that is no series."""
        if self.last_on < self.first_on:
            raise CannotMove("Le dernier jour précède le premier.")
        if self.every not in (1, 7, 14):
            raise CannotMove("Une série est de chaque jour, de chaque semaine ou d’une semaine sur deux.")
        count = (self.last_on - self.first_on).days // self.every + 1
        if count > LONGEST:
            raise CannotMove(f"Cela ferait {count} séances : prévoyez-en {LONGEST} au plus à la fois.")
        return [self.first_on + timedelta(days=self.every * number) for number in range(count)]


@dataclass(frozen=True, slots=True)
class Series:
    planned: list[Session]
    closed: list[date]  # left out: holidays
    known: list[date]  # left out: there is a session already


@transaction.atomic
def plan_series(
    *,
    action: Action,
    rhythm: Rhythm,
    minutes: int,
    by: User,
    at: datetime,
    starts_at: time | None = None,
    venue: str = "",
) -> Series:
    """A session on each day of the rhythm but holidays; a day that has one already keeps it.

    Raises CannotMove, also where no day is left.
    """
    locked = lock_living(action.pk)
    days = rhythm.days()
    closed = [day for day in days if rhythm.skip_holidays and holidays.is_closed(day)]
    there = locked.sessions.exclude(state=SessionState.CANCELLED).filter(starts_at=starts_at)
    known = sorted(set(there.filter(on__in=days).values_list("on", flat=True)) - set(closed))
    wanted = [day for day in days if day not in closed and day not in known]
    if not wanted:
        raise CannotMove("Aucune séance à prévoir : ce sont des vacances, ou elles sont déjà prévues.")
    planned = [
        plan_session(action=locked, on=day, minutes=minutes, starts_at=starts_at, venue=venue, by=by, at=at)
        for day in wanted
    ]
    return Series(planned, closed, known)
