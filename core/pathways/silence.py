"""Since when a family has not been heard: nobody notices a silence, so the first page says it."""

from datetime import date, timedelta

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest, TruncDate

from core.pathways.enums import Part, PathwayState, WithWhom
from core.pathways.models import Appointment, Encounter, Pathway, Review, Signature
from core.pathways.workflow import AppointmentState, ReviewState
from tenants import context

FAMILY = (WithWhom.FAMILY, WithWhom.BOTH)
DEFAULT_WEEKS = 8


def silent_weeks() -> int:
    """`rhythm.silent_weeks` of the town's file."""
    return int(context.require().config.get("rhythm", {}).get("silent_weeks", DEFAULT_WEEKS))


def heard_on() -> Greatest:
    """The last day on which something came from the family, the start of the pathway at the earliest.

    A contact or an appointment that took place, a signature, a review held with them. A child who comes to a
    session says nothing of the parents; a school that calls neither.
    """
    met = Encounter.objects.filter(pathway=OuterRef("pk"), reached=True, with_whom__in=FAMILY)
    came = Appointment.objects.filter(
        pathway=OuterRef("pk"), state=AppointmentState.KEPT, with_whom__in=FAMILY
    )
    held = Review.objects.filter(pathway=OuterRef("pk"), state=ReviewState.HELD, with_whom__in=FAMILY)
    signed = Signature.objects.filter(contract__pathway=OuterRef("pk"), part=Part.FAMILY)
    return Greatest(
        F("started_on"),
        *(
            Coalesce(Subquery(_latest(rows, name)), F("started_on"))
            for rows, name in ((met, "on"), (held, "held_on"), (signed, "signed_on"))
        ),
        Coalesce(Subquery(_latest(came.annotate(day=TruncDate("at")), "day")), F("started_on")),
    )


def _latest(rows: "QuerySet", name: str) -> "QuerySet":  # type: ignore[type-arg]
    return rows.order_by(f"-{name}").values(name)[:1]


def silent(on: date) -> "QuerySet[Pathway]":
    """Pathways that go on and whose family was not heard for the town's number of weeks, the longest first.

    A suspended one waits on purpose. Each row has `heard_on`.
    """
    running = Pathway.objects.filter(state=PathwayState.ACTIVE).annotate(heard_on=heard_on())
    since = on - timedelta(weeks=silent_weeks())
    return running.filter(heard_on__lt=since).select_related("child").order_by("heard_on", "pk")
