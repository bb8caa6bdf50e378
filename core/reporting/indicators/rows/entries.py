"""Referrals, waiting, pathways and exits of a period."""

from datetime import timedelta
from typing import Any

from django.db.models import DateField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from core.pathways.enums import AgreementKind, DecisionKind
from core.pathways.models import (
    Decision,
    ObjectiveOutcome,
    ParentalAgreement,
    Pathway,
    ReferentLink,
    Referral,
    Review,
    Suspension,
)
from core.pathways.workflow import ReferralState, ReviewState
from core.reporting.indicators.dimensions import DURATIONS
from core.reporting.indicators.moment import Moment
from core.reporting.indicators.rows.children import bracket, case, mistaken, opened_by, pathways_of, sex, text
from core.reporting.indicators.rows.source import Rows
from core.reporting.indicators.shapes import UNKNOWN

NO = (AgreementKind.REFUSED, AgreementKind.WITHDRAWN)
DAYS_A_MONTH = 365.25 / 12


def days_of(months: int) -> int:
    """From how many days on a length counts as that many months, first and last day counted."""
    return int(months * DAYS_A_MONTH)


def referrals_of(moment: Moment) -> "QuerySet[Referral]":
    return Referral.objects.filter(received_on__gte=moment.first, received_on__lte=moment.on).exclude(
        state=ReferralState.DRAFT
    )


def counted_referrals(moment: Moment) -> Any:
    return _with_answers(referrals_of(moment), moment).annotate(
        by_source=Coalesce(F("source__national"), text(UNKNOWN)), by_uptake=_uptake(moment)
    )


def counted_motives(moment: Moment) -> Any:
    """One row for each motive of a referral; a referral without any has one."""
    return _with_answers(referrals_of(moment), moment).annotate(
        by_motive=Coalesce(F("motives__national"), text(UNKNOWN)), by_uptake=_uptake(moment)
    )


def decisions_of(moment: Moment) -> "QuerySet[Decision]":
    """Of one referral, those that stood on the day."""
    kept = Q(cancelled_on=None) | Q(cancelled_on__gt=moment.on)
    return Decision.objects.filter(kept, referral=OuterRef("pk"), decided_on__lte=moment.on)


def _with_answers(referrals: "QuerySet[Referral]", moment: Moment) -> Any:
    """The last thing that the family said, and that the team decided, by that day."""
    said = ParentalAgreement.objects.filter(referral=OuterRef("pk"), said_on__lte=moment.on)
    return referrals.alias(
        last_said=Subquery(said.order_by("-said_on", "-pk").values("kind")[:1]),
        last_decided=Subquery(decisions_of(moment).order_by("-decided_on", "-pk").values("kind")[:1]),
    )


def _uptake(moment: Moment) -> Any:
    """What had become of the referral on the day, by facts that carry their date."""
    entered = Pathway.objects.filter(contract__referral=OuterRef("pk"), started_on__lte=moment.on)
    closed = Q(closed_on__lte=moment.on)
    return case(
        When(Exists(entered), then=text("entered")),
        When(last_said__in=NO, then=text("family")),
        When(closed, last_decided=DecisionKind.REDIRECTION, then=text("redirected")),
        When(closed, last_decided=DecisionKind.REFUSAL, then=text("declined")),
        When(closed, then=text("closed")),
        When(last_decided=DecisionKind.ENTRY, then=text("admitted")),
        default=text("under_way"),
    )


def counted_waits(moment: Moment) -> Any:
    """Referrals whose entry was decided in the period, with the first day of the referent, if any."""
    entries = decisions_of(moment).filter(kind=DecisionKind.ENTRY).order_by("decided_on", "pk")
    named = ReferentLink.objects.filter(referral=OuterRef("pk"), since_on__lte=moment.on)
    first = named.order_by().values("referral").annotate(first=Min("since_on")).values("first")
    return (
        _with_answers(Referral.objects.all(), moment)
        .annotate(
            admitted_on=Subquery(entries.values("decided_on")[:1], output_field=DateField()),
            named_on=Subquery(first, output_field=DateField()),
        )
        .filter(admitted_on__gte=moment.first)
        .annotate(
            by_waiting=case(
                When(named_on__isnull=False, then=text("named")),
                When(Q(closed_on__lte=moment.on) | Q(last_said__in=NO), then=text("dropped")),
                default=text("waiting"),
            )
        )
    )


def counted_pathways(moment: Moment) -> "QuerySet[Pathway]":
    ended = Q(ended_on__lte=moment.on)
    over = Q(until_on=None) | Q(until_on__gt=moment.on)
    paused = Suspension.objects.filter(over, pathway=OuterRef("pk"), since_on__lte=moment.on)
    return pathways_of(moment).annotate(
        by_sex=sex("child__sex"),
        by_bracket=bracket("child__birth_on", moment),
        by_opened=case(When(started_on__gte=moment.first, then=text("yes")), default=text("no")),
        by_standing=case(
            When(ended, then=text("ended")),
            When(Exists(paused), then=text("suspended")),
            default=text("active"),
        ),
        by_reason=case(When(ended, then=Coalesce(F("exit__national"), text(UNKNOWN))), default=text("")),
        by_duration=case(
            When(~ended | Q(ended_on=None), then=text("")), *_lengths(), default=text(DURATIONS[0][0])
        ),
    )


def _lengths() -> list[When]:
    """The longest first; a length counts its first and its last day."""
    return [
        When(ended_on__gte=F("started_on") + timedelta(days=days_of(months) - 1), then=text(code))
        for code, months, _ in reversed(DURATIONS)
        if months
    ]


def counted_reviews(moment: Moment) -> "QuerySet[Review]":
    """Due in the period. One that is not held counts while its pathway goes on, and until it is set aside."""
    set_aside = Q(state=ReviewState.CANCELLED, noted_at__date__lte=moment.on)
    held = Q(held_on__lte=moment.on)
    goes_on = Q(pathway__ended_on=None) | Q(pathway__ended_on__gte=F("due_on"))
    return (
        Review.objects.filter(held | goes_on, due_on__gte=moment.first, due_on__lte=moment.on)
        .exclude(set_aside)
        .annotate(
            by_punctuality=case(
                When(held & Q(held_on__lte=F("due_on")), then=text("on_time")),
                When(held, then=text("late")),
                default=text("not_held"),
            )
        )
    )


def counted_mistakes(moment: Moment) -> "QuerySet[Pathway]":
    """Ended in the period, as mistakes: nowhere else are they counted."""
    return opened_by(moment).filter(mistaken(moment))


def counted_outcomes(moment: Moment) -> "QuerySet[ObjectiveOutcome]":
    ended = pathways_of(moment).filter(ended_on__lte=moment.on)
    return ObjectiveOutcome.objects.filter(exit__pathway__in=ended.values("pk")).annotate(
        by_outcome=F("outcome"), by_domain=F("objective__domain__national")
    )


REFERRALS = Rows("referrals", counted_referrals, ("source", "uptake"), child="child")
MOTIVES = Rows("motives", counted_motives, ("motive", "uptake"), child="child")
WAITS = Rows("waits", counted_waits, ("waiting",), child="child")
PATHWAYS = Rows(
    "pathways",
    counted_pathways,
    ("sex", "bracket", "opened", "standing", "reason", "duration"),
    child="child",
)
MISTAKES = Rows("mistakes", counted_mistakes, child="child")
OUTCOMES = Rows("outcomes", counted_outcomes, ("outcome", "domain"), child="exit__pathway__child")
REVIEWS = Rows("reviews", counted_reviews, ("punctuality",), child="pathway__child")
