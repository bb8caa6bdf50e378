"""Releases of the demonstration: a few made-up towns, two years, one of them published for everybody."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from core.exchange.enums import Status
from core.national.enums import Recipient
from core.national.models import Release
from core.national.operations import releasing, simulating
from core.people.demo import NotADemonstration
from core.reporting import indicators

TOWNS, LABELLED = 20, 26
AMONG = ("31", "34", "59", "62", "93")  # few départements, so that few counts are small


def populate(*, at: datetime) -> int:
    """Publish one release over made-up towns, once. Returns how many releases there are.

    Raises NotADemonstration.
    """
    if not settings.DEMO:
        raise NotADemonstration
    if Release.objects.exists():
        return Release.objects.count()
    year = indicators.school_year_of(timezone.localdate(at)) - 1
    period = indicators.school_year(year)
    simulating.simulate_towns(count=TOWNS, period=period, among=AMONG)
    release = releasing.prepare_release(
        period=period,
        recipient=Recipient.PUBLIC,
        source=Status.OFFICIAL,
        labelled=LABELLED,
        active=TOWNS + 3,
        made_up=True,
        by=None,
        at=at,
    )
    release = releasing.audit_release(release=release, by=None, at=at)
    releasing.publish_release(release=release, by=None, at=at)
    return Release.objects.count()
