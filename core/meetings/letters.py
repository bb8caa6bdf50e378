"""Convening by e-mail: when, where, and a link. No name of a child, not even how many situations."""

from collections.abc import Iterable
from datetime import datetime

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

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
    values = {"meeting": meeting, "town": place, "url": url}
    subject = " ".join(render_to_string(f"{template}_subject.txt", values).split())
    body = render_to_string(f"{template}_body.txt", values).strip() + "\n"
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
    for guest in guests:
        if guest.user is None:
            continue
        message = EmailMessage(
            subject, body, letters.sender(), [guest.user.email], reply_to=letters.reply_to()
        )
        method = "CANCEL" if cancelled else "PUBLISH"
        message.attach("reunion.ics", entry, f"text/calendar; charset=utf-8; method={method}")
        message.send()
