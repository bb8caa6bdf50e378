"""Messages for the demonstration: what happened lately, this morning's reminders, and a digest.

The letters go the product's way, so that the mailbox shows what an installation sends.
"""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from core.notifications.enums import Channel
from core.notifications.models import Notice
from core.notifications.operations import digests, reminders, telling
from core.pathways.models import Contract, Referral
from core.pathways.workflow import ContractState, ReferralState
from core.people.demo import NotADemonstration

EACH = 2  # letters of a kind


def populate(*, at: datetime) -> int:
    """Fill the entered town, once, after its people and children. Returns how many messages there are now.

    Raises NotADemonstration.
    """
    if not settings.DEMO:
        raise NotADemonstration
    if Notice.objects.exists():
        return 0
    with transaction.atomic():
        for event, about in _lately():
            telling.tell(event=event, about=about.pk, key=f"{event}:{about.pk}:", at=at)
        for reminder in reminders.due(timezone.localdate(at)):
            key = f"{reminder.event}:{reminder.about.pk}:{reminder.turn}"
            telling.tell(event=reminder.event, about=reminder.about.pk, key=key, at=at)
        digests.send_digests(channel=Channel.DAILY, at=at)
        digests.send_digests(channel=Channel.WEEKLY, at=at)
    return Notice.objects.count()


def _lately() -> Iterator[tuple[str, Model]]:
    received = Referral.objects.filter(state=ReferralState.RECEIVED).order_by("-received_on", "-pk")
    sealed = Contract.objects.filter(state=ContractState.SEALED).order_by("-sealed_at", "-pk")
    signed = Contract.objects.filter(state=ContractState.COMPLETE).order_by("-completed_on", "-pk")
    for event, rows in (
        ("pathways.referral_received", received),
        ("pathways.signature_asked", sealed),
        ("pathways.contract_signed", signed),
    ):
        for row in rows[:EACH]:
            yield event, row
