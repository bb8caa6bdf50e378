from celery import shared_task
from django.utils import timezone

from core.imports.operations import working


@shared_task(soft_time_limit=110, time_limit=120)
def work(*, import_id: int) -> None:
    working.go_on(batch_id=import_id, now=timezone.now)
