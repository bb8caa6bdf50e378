"""From an event to the people whom it concerns: a line in the application, and the mail that they chose."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.notifications import quiet
from core.notifications.catalogue import CATALOGUE, may_choose
from core.notifications.enums import Channel
from core.notifications.message import Message
from core.notifications.models import Notice, Preference
from core.notifications.operations import texting
from core.people import letters
from core.people.models import User
from tenants import outbox, tokens
from tenants.models import Effect
from tenants.outbox import EffectRefused

UNSUBSCRIBE = "unsubscribe"
# What the link of a digest ends: everything that would have come in it.
DIGESTS = {"digest.daily": Channel.DAILY, "digest.weekly": Channel.WEEKLY}
KEPT = timedelta(days=365)
KEPT_READ = timedelta(days=90)


@transaction.atomic
def tell(
    *, event: str, about: int, key: str, at: datetime, by: int | None = None, to: Iterable[int] = ()
) -> int:
    """Tell those whom the catalogue names, each once for each `key`; answers with how many.

    Who did it is not told, nor who is gone or not yet here. Raises EffectRefused for an event that no
    release knows any more.
    """
    message = CATALOGUE.get(event)
    if message is None:
        raise EffectRefused("unknown_event")
    people = _concerned(message, about, to=to, by=by, at=at)
    chosen = _channels(event, message, people)
    made = 0
    for user in people:
        channel = chosen[user.pk]
        notice, new = Notice.objects.get_or_create(
            user=user,
            key=key,
            defaults={"event": event, "about": about, "channel": channel, "made_at": at},
        )
        if new and channel == Channel.NOW:
            _write(notice, message, at=at)
        if new and message.urgent:
            texting.ask_text(notice=notice)
        made += new
    outbox.settle(Effect.DONE)
    return made


@transaction.atomic
def mark_read(*, notice: Notice, at: datetime) -> Notice:
    locked = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if locked.read_at is None:
        locked.read_at = at
        locked.save(update_fields=["read_at"])
    return locked


@transaction.atomic
def mark_all_read(*, user: User, at: datetime) -> int:
    return Notice.objects.visible_to(user).unread().update(read_at=at)


@transaction.atomic
def forget_notices(*, at: datetime) -> int:
    """Those that were read go after three months, the others after a year."""
    old = Notice.objects.filter(made_at__lt=at - KEPT) | Notice.objects.filter(read_at__lt=at - KEPT_READ)
    return old.delete()[0]


def _concerned(
    message: Message, about: int, *, to: Iterable[int], by: int | None, at: datetime
) -> list[User]:
    """Present that day, with an account that was opened; each once."""
    day = timezone.localdate(at)
    named = User.objects.filter(pk__in=list(to)).order_by("pk")
    found = {user.pk: user for user in [*named, *message.who(about, day)]}
    return [
        user
        for user in found.values()
        if user.pk != by and user.present_on(day) and user.joined_at is not None
    ]


def _channels(event: str, message: Message, people: list[User]) -> dict[int, str]:
    if message.letter:
        return dict.fromkeys((user.pk for user in people), "")
    chosen = dict.fromkeys((user.pk for user in people), str(message.default))
    if may_choose(message):
        rows = Preference.objects.filter(event=event, user__in=people)
        chosen |= dict(rows.values_list("user", "channel"))
    return chosen


def _write(notice: Notice, message: Message, *, at: datetime) -> None:
    """The letter of one message, held until the next moment of the town's day unless it is urgent."""
    values = {
        "message": message,
        "link": letters.address_of(message.url(notice.about)),
        "preferences": letters.address_of(reverse("notifications:preferences")),
        "may_choose": may_choose(message),
    }
    letters.send(
        "notifications/emails/message",
        to=notice.user.email,
        values=values,
        kind=f"notice:{notice.event}",
        due_at=None if message.urgent else quiet.leaving_at(at),
        urgent=message.urgent,
        headers=unsubscribe_headers(notice.user, notice.event) if may_choose(message) else {},
    )
    notice.mailed_at = at
    notice.save(update_fields=["mailed_at"])


def unsubscribe_headers(user: User, event: str) -> dict[str, str]:
    """RFC 8058: the reader's own program can end the mail of this kind, with one press."""
    token = tokens.sign(f"{user.pk}:{event}", purpose=UNSUBSCRIBE)
    address = letters.address_of(reverse("notifications:unsubscribe", args=[token]))
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
