"""Convening by e-mail: when, where, and a link. No name of a child, not even how many situations."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from core.journal.announcing import announce
from core.meetings import calendar
from core.meetings.models import Meeting, Presence
from core.people import letters
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
    entry = calendar.event(
        uid=f"reunion-{meeting.pk}@{place.primary_host}",
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place=meeting.place,
        url=url,
        stamped_at=at,
        sequence=meeting.sequence,
        cancelled=cancelled,
    )
    method = "CANCEL" if cancelled else "PUBLISH"
    attached = ("reunion.ics", entry, f"text/calendar; charset=utf-8; method={method}")
    told = [guest.user for guest in guests if guest.user is not None]
    for user in told:
        values = {"meeting": meeting, "town": place, "url": url}
        letters.send(template, to=user.email, values=values, kind="convening", attachments=[attached])
    if told:
        event = f"meetings.{template.rpartition('/')[2]}"
        announce(event, about=meeting, to=told, turn=f"{at:%Y%m%d%H%M%S%f}-{told[0].pk}")
