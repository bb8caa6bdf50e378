from collections.abc import Sequence

from celery import shared_task
from django.utils import timezone

from core.notifications.operations import telling, texting


@shared_task(soft_time_limit=50, time_limit=60)
def tell(*, event: str, about: int, key: str, by: int | None = None, to: Sequence[int] = ()) -> None:
    telling.tell(event=event, about=about, key=key, by=by, to=to, at=timezone.now())


@shared_task(soft_time_limit=50, time_limit=60)
def deliver_text(*, text_id: int, what: str = "") -> None:
    """`what` is there for those who look at the outbox: the kind of message."""
    texting.deliver(text_id=text_id)
