"""What a pathway left behind it, by date: an exit does not come before its last trace."""

from datetime import date

from django.db.models import Max
from django.utils import timezone

from core.pathways.enums import Presence
from core.pathways.models import Attendance, Contract, Pathway
from core.pathways.workflow import AppointmentState


def last_trace(pathway: Pathway) -> date | None:
    """The last day on which somebody was met, came to a session, signed, or paused the pathway."""
    kept = pathway.appointments.filter(state=AppointmentState.KEPT)
    last_kept = kept.aggregate(last=Max("at"))["last"]
    came = Attendance.objects.filter(participation__objective__pathway=pathway, presence=Presence.PRESENT)
    signed = Contract.objects.versions_of(pathway.pk)
    days = [
        pathway.encounters.aggregate(last=Max("on"))["last"],
        came.aggregate(last=Max("session__on"))["last"],
        signed.aggregate(last=Max("completed_on"))["last"],
        pathway.reviews.aggregate(last=Max("held_on"))["last"],
        pathway.suspensions.aggregate(last=Max("since_on"))["last"],
        timezone.localdate(last_kept) if last_kept else None,
    ]
    return max((day for day in days if day is not None), default=None)
