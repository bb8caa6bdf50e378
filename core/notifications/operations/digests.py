"""One mail for what came in a day or a week: how many messages of each kind, and nothing else."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.notifications import quiet
from core.notifications.catalogue import CATALOGUE
from core.notifications.enums import Channel
from core.notifications.models import Notice
from core.notifications.operations.telling import unsubscribe_headers
from core.people import letters
from core.people.models import User


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    count: int


def send_digests(*, channel: Channel, at: datetime) -> int:
    """To everybody who chose `channel` and has something unseen; answers with how many. Each in one piece."""
    waiting = Notice.objects.for_digest(channel).order_by("user").values_list("user", flat=True).distinct()
    return sum(send_digest(user_id=user_id, channel=channel, at=at) for user_id in list(waiting))


@transaction.atomic
def send_digest(*, user_id: int, channel: Channel, at: datetime) -> bool:
    """The notices are marked in the transaction that writes the letter: told once, or not at all."""
    notices = list(
        Notice.objects.select_for_update(skip_locked=True, of=("self",))
        .for_digest(channel)
        .filter(user_id=user_id)
        .order_by("pk")
    )
    if not notices:
        return False
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=at)
    user = User.objects.get(pk=user_id)
    if not user.present_on(timezone.localdate(at)):
        return False
    counts = Counter(notice.event for notice in notices)
    lines = [Line(CATALOGUE[event].line, count) for event, count in counts.items() if event in CATALOGUE]
    values = {
        "lines": lines,
        "weekly": channel == Channel.WEEKLY,
        "link": letters.address_of(reverse("notifications:list")),
        "preferences": letters.address_of(reverse("notifications:preferences")),
    }
    due_at = quiet.leaving_at(at)
    letters.send(
        "notifications/emails/digest",
        to=user.email,
        values=values,
        kind="digest",
        due_at=due_at,
        headers=unsubscribe_headers(user, f"digest.{channel}"),
    )
    return True
