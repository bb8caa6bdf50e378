"""Partners and meetings of a period."""

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from core.meetings.models import AgendaItem, Meeting
from core.partners.models import Agreement, Organisation
from core.reporting.indicators.moment import Moment
from core.reporting.indicators.rows.children import text
from core.reporting.indicators.rows.doings import actions_of
from core.reporting.indicators.rows.entries import referrals_of
from core.reporting.indicators.rows.source import Rows
from core.reporting.indicators.shapes import UNKNOWN


def _agreed(moment: Moment) -> "QuerySet[Agreement]":
    """In force at least one day. One that left the town's file without any end is nobody's any more."""
    return Agreement.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=moment.first),
        Q(ended_on=None) | Q(ended_on__gte=moment.first),
        Q(active=True) | Q(ends_on__isnull=False) | Q(ended_on__isnull=False),
        starts_on__lte=moment.on,
    )


def counted_partners(moment: Moment) -> "QuerySet[Organisation]":
    return Organisation.objects.filter(
        Q(pk__in=_agreed(moment).values("organisation"))
        | Q(pk__in=actions_of(moment).filter(organisation__isnull=False).values("organisation"))
        | Q(pk__in=referrals_of(moment).filter(organisation__isnull=False).values("organisation"))
    ).annotate(by_kind=F("kind"))


def counted_meetings(moment: Moment) -> "QuerySet[Meeting]":
    return Meeting.objects.filter(
        opened_at__isnull=False, starts_at__date__gte=moment.first, starts_at__date__lte=moment.on
    )


def counted_situations(moment: Moment) -> "QuerySet[AgendaItem]":
    return AgendaItem.objects.filter(meeting__in=counted_meetings(moment).values("pk")).annotate(
        by_decision=Coalesce(F("decision__kind"), text(UNKNOWN))
    )


PARTNERS = Rows("partners", counted_partners, ("kind",))
MEETINGS = Rows("meetings", counted_meetings)
SITUATIONS = Rows("situations", counted_situations, ("decision",), child="child")
