"""Convening by e-mail: when, and a link. No name of a child, not even how many situations.

Place and team are free text, which may name a school or somebody's home: the page shows them.
"""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from core.journal.announcing import announce
from core.meetings.models import Meeting, Presence
from core.people import letters
from core.ui import icalendar
from tenants import context


def convene(meeting: Meeting, guests: Iterable[Presence], *, changed: bool, at: datetime) -> None:
    _send("meetings/emails/changed" if changed else "meetings/emails/convening", meeting, guests, at=at)


def cancel(meeting: Meeting, guests: Iterable[Presence], *, at: datetime) -> None:
    _send("meetings/emails/cancelled", meeting, guests, at=at, cancelled=True)


def withdraw(meeting: Meeting, guests: Iterable[Presence], *, at: datetime) -> None:
    """To who is no longer expected; the meeting takes place."""
    _send("meetings/emails/withdrawn", meeting, guests, at=at, cancelled=True)


def _send(
    template: str, meeting: Meeting, guests: Iterable[Presence], *, at: datetime, cancelled: bool = False
) -> None:
    place = context.require()
    url = letters.address_of(reverse("meetings:detail", args=[meeting.pk]))
    event = icalendar.Event(
        uid=f"reunion-{meeting.pk}@{place.primary_host}",
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        summary="Réunion d’équipe pluridisciplinaire",
        url=url,
        sequence=meeting.sequence,
        cancelled=cancelled,
    )
    method = "CANCEL" if cancelled else "PUBLISH"
    entry = icalendar.calendar([event], stamped_at=at, method=method)
    attached = ("reunion.ics", entry, f"{icalendar.TYPE}; method={method}")
    told = [guest.user for guest in guests if guest.user is not None]
    for user in told:
        values = {"meeting": meeting, "town": place, "url": url}
        letters.send(template, to=user.email, values=values, kind="convening", attachments=[attached])
    if told:
        told_of = f"meetings.{template.rpartition('/')[2]}"
        announce(told_of, about=meeting, to=told, turn=f"{at:%Y%m%d%H%M%S%f}-{told[0].pk}")
