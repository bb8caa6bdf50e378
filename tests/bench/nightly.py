"""A nightly job of a town, and the two ways of running it over all towns that ours is held against."""

import os
from datetime import datetime, time, timedelta

import redis
from celery import shared_task

from core.notifications.models import Notice
from core.pathways.models import Pathway, Referral
from tenants import registry, schedule
from tenants.context import entered

NAME = "bench.nightly"
DONE = "bench:done"


def work() -> None:
    """Three queries of a town, as a night's job begins; then one mark that it was done."""
    Referral.objects.count()
    Pathway.objects.count()
    Notice.objects.count()
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.incr(DONE)


@schedule.job(NAME, rhythm=schedule.Calendar(at=time(3)), allowed=timedelta(minutes=5), urgency=6)
def nightly(*, due_at: datetime) -> None:
    work()


@shared_task
def one_town() -> None:
    work()


@shared_task(platform=True, time_limit=3000, soft_time_limit=2990)
def all_towns_in_one_loop() -> None:
    for place in registry.places("town"):
        with entered(place):
            work()
