"""The worker's part, by hand: carry out the events that wait in the outbox, and read what was written."""

import email
import email.policy
from datetime import datetime
from email.message import EmailMessage

from django.urls import set_urlconf

from core.notifications.operations import telling
from tenants.local.models import OutgoingMail
from tenants.models import OutboxRow
from tests.core.pathways.making import NOW


def tell_all(at: datetime = NOW) -> int:
    """Carry out every event that was announced. Done twice, it tells nobody twice."""
    set_urlconf("reussite.urls_town")  # a request before this one took it away
    rows = OutboxRow.objects.filter(kind="event").order_by("pk")
    return sum(telling.tell(**row.payload, at=at) for row in rows)


def announced() -> list[str]:
    return [row.payload["event"] for row in OutboxRow.objects.filter(kind="event").order_by("pk")]


def letters(kind: str = "") -> list[EmailMessage]:
    """What waits for the worker, in order, of one kind or of all."""
    rows = OutgoingMail.objects.filter(kind__startswith=kind).order_by("pk")
    return [read(bytes(row.source)) for row in rows]


def read(source: bytes) -> EmailMessage:
    message = email.message_from_bytes(source, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def addressees(kind: str = "") -> list[str]:
    return [str(letter["To"]) for letter in letters(kind)]
