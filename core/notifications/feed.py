"""One's days as a calendar programme reads them: when, and one of three words. No name, no place."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from core.notifications import week
from core.notifications.today.shapes import Reader
from core.notifications.week import Entry, Kind, Span
from core.people import letters
from core.people.models import User
from core.ui import icalendar
from tenants import context

BEFORE, AFTER = timedelta(days=7), timedelta(days=60)
TOLD = (Kind.APPOINTMENT, Kind.SESSION, Kind.MEETING)


def feed_of(user: User, *, at: datetime) -> str:
    """What is the person's own. A place that somebody typed may be a home or a school, so none is told."""
    today = timezone.localdate(at)
    found = week.entries(Reader(user, at), Span(today - BEFORE, today + AFTER))
    own = [entry for entry in found if entry.kind in TOLD and entry.own]
    return icalendar.calendar([_event(entry) for entry in own], stamped_at=at)


def _event(entry: Entry) -> icalendar.Event:
    """Nothing of an entry but its kind, its number and its hours."""
    page = reverse("notifications:week")
    return icalendar.Event(
        uid=f"{entry.kind.name.lower()}-{entry.pk}@{context.require().primary_host}",
        starts_at=entry.starts_at or entry.on,
        ends_at=entry.ends_at,
        summary=entry.kind.value,
        url=letters.address_of(f"{page}?jour={entry.on.isoformat()}"),
    )
