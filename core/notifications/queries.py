"""What the pages about messages show."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from core.children.models import Guardian
from core.notifications.catalogue import CATALOGUE, may_choose
from core.notifications.message import Message
from core.notifications.models import Notice, Preference
from core.people.models import User
from core.ui.bell import Bell
from tenants.local.models import RefusedAddress

SHOWN = 100


@dataclass(frozen=True, slots=True)
class NoticeLine:
    notice: Notice
    message: Message


def notice_lines(user: User) -> list[NoticeLine]:
    """The latest first; what a former release said and this one no longer knows is left out."""
    notices = Notice.objects.visible_to(user).latest_first()[:SHOWN]
    return [NoticeLine(one, CATALOGUE[one.event]) for one in notices if one.event in CATALOGUE]


def bell(request: HttpRequest) -> Bell | None:
    """For the head of each page: one query over an index of what is unread. None on the national site."""
    try:
        url = reverse("notifications:list")
    except NoReverseMatch:
        return None
    if not isinstance(request.user, User):
        return None
    return Bell(url, Notice.objects.visible_to(request.user).unread().count())


def kinds_of(user: User, on: date) -> list[tuple[str, Message]]:
    """Kinds of message that the person's roles may bring, and that can be put off."""
    held = user.roles_on(on)
    return [
        (event, message)
        for event, message in CATALOGUE.items()
        if may_choose(message) and message.roles & held
    ]


def always_told(user: User, on: date) -> list[Message]:
    held = user.roles_on(on)
    return [message for message in CATALOGUE.values() if not may_choose(message) and message.roles & held]


def channels_of(user: User) -> dict[str, str]:
    return dict(Preference.objects.filter(user=user).values_list("event", "channel"))


@dataclass(frozen=True, slots=True)
class Refused:
    """An address that no longer receives, and whose it is."""

    address: str
    since: datetime
    person: User | None
    adults: int  # how many adults of the town's families have it


def refused_addresses() -> list[Refused]:
    rows = list(RefusedAddress.objects.order_by("-refused_at", "pk"))
    addresses = [row.address for row in rows]
    people = {user.email: user for user in User.objects.filter(email__in=addresses)}
    adults: dict[str, int] = {}
    for email in Guardian.objects.filter(email__in=addresses).values_list("email", flat=True):
        adults[email] = adults.get(email, 0) + 1
    return [
        Refused(row.address, row.refused_at, people.get(row.address), adults.get(row.address, 0))
        for row in rows
    ]
