"""What happened in a pathway, the latest first, as far as the reader may see; and how much that is not.

It is asked for with the opened file: who holds the whole of it sees what was done with this child, whoever
did it. So the rows are the child's own, and no rule is asked again for each kind of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from core.children.opening import Opened
from core.pathways.enums import Presence
from core.pathways.known import Known
from core.pathways.models import (
    Contact,
    Decision,
    Encounter,
    ParentalAgreement,
    Pathway,
    Referral,
)
from core.pathways.workflow import AppointmentState
from core.people.models import User
from core.ui.shapes import Event

SHOWN = 20
ICONS = {
    "call": "phone",
    "interview": "messages-square",
    "home_visit": "house",
    "going_along": "footprints",
    "school": "school",
    "message": "mail",
}


# What apps above tell of a pathway: the events that this reader may see, and how many there are beside.
Source = Callable[[Pathway, Opened], tuple[list[Event], int]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Called once by an app, in its AppConfig.ready."""
    if source not in _sources:
        _sources.append(source)


@dataclass(frozen=True, slots=True)
class History:
    events: list[Event]
    hidden: int  # what exists and this reader may not see
    earlier: int  # what the short page leaves out


def history_of(known: Known, opened: Opened, *, whole: bool) -> History:
    """A constant number of queries. Raises PermissionDenied without the whole file of this very child."""
    pathway = known.pathway
    if not opened.whole or opened.child.pk != pathway.child_id:
        raise PermissionDenied
    events = [
        *_signed(known),
        *_decided(pathway),
        *_reviewed(known),
        *_met(pathway),
        *_appointments(known),
        *_sessions(known),
        *_actions(known),
        *_paused(known),
        *_ended(known),
        *_accompanied(known),
    ]
    hidden = _hidden(pathway, opened.user)
    for told, unseen in (source(pathway, opened) for source in _sources):
        events += told
        hidden += unseen
    events.sort(key=lambda event: (str(_day_of(event.at)), event.title), reverse=True)
    shown = events if whole else events[:SHOWN]
    return History(shown, hidden, len(events) - len(shown))


def _hidden(pathway: Pathway, user: User) -> int:
    """What was said before the entry, kept by who handles referrals."""
    referrals = Referral.objects.filter(child=pathway.child_id)
    kept = referrals.exclude(pk__in=Referral.objects.visible_to(user).values("pk"))
    said = (model.objects.filter(referral__in=kept).values("pk") for model in (Contact, ParentalAgreement))
    return next(said).union(*said, all=True).count()


def _signed(known: Known) -> list[Event]:
    return [
        Event(
            row.completed_on,
            "Le parcours commence" if row.is_of_entry else f"{row.get_kind_display()} en vigueur",
            icon="pen-line",
            meaning="done",
        )
        for row in known.versions
        if row.completed_on is not None
    ]


def _decided(pathway: Pathway) -> list[Event]:
    rows = Decision.objects.filter(child=pathway.child_id, cancelled_on=None).select_related("by")
    return [
        Event(row.decided_on, row.get_kind_display(), row.reason, row.by.full_name, icon="users-round")
        for row in rows.order_by("pk")
    ]


def _reviewed(known: Known) -> list[Event]:
    return [
        Event(
            row.held_on,
            "Bilan",
            row.conclusion,
            row.by.full_name if row.by else "",
            url=reverse("pathways:review", args=[row.pk]),
            icon="clipboard-check",
            meaning="done",
        )
        for row in known.held
        if row.held_on is not None
    ]


def _met(pathway: Pathway) -> list[Event]:
    """The fact first; what its author makes of it is said to be that."""
    rows = Encounter.objects.filter(pathway=pathway).select_related("by")
    return [
        Event(
            row.on,
            f"{row.get_kind_display()}, {row.get_with_whom_display().lower()}"
            + ("" if row.reached else " : n’a pas eu lieu"),
            row.facts + (f"\n\nAvis de {row.by.full_name} : {row.judgement}" if row.judgement else ""),
            row.by.full_name,
            icon=ICONS[row.kind],
            meaning="neutral" if row.reached else "attention",
        )
        for row in rows.order_by("pk")
    ]


def _appointments(known: Known) -> list[Event]:
    return [
        Event(
            row.at,
            f"Rendez-vous {row.get_state_display().lower()}",
            row.outcome,
            row.user.full_name,
            icon="calendar",
            meaning="attention" if row.state == AppointmentState.MISSED else "neutral",
        )
        for row in known.appointments
        if row.state != AppointmentState.PLANNED
    ]


def _sessions(known: Known) -> list[Event]:
    return [
        Event(
            row.session.on,
            f"{row.session.action.title} : {row.get_presence_display().lower()}",
            icon="calendar-check" if row.presence == Presence.PRESENT else "calendar-x",
            meaning="attention" if row.presence == Presence.ABSENT else "neutral",
        )
        for row in known.attendances
        if row.session.on >= known.pathway.started_on
    ]


def _actions(known: Known) -> list[Event]:
    ended = {item.action_id: item.action for item in known.participations if item.action.ended_on is not None}
    return [
        Event(
            row.ended_on,
            f"{row.title} : {row.get_state_display().lower()}",
            row.stopped_because,
            icon="flag",
        )
        for row in ended.values()
    ]


def _paused(known: Known) -> list[Event]:
    events = []
    for row in known.suspensions:
        events.append(
            Event(row.since_on, "Le parcours est suspendu", row.reason, row.by.full_name, icon="circle-pause")
        )
        if row.until_on is not None and row.until_on != known.pathway.ended_on:
            events.append(Event(row.until_on, "Le parcours reprend", icon="circle-play"))
    return events


def _ended(page: Known) -> list[Event]:
    """The exit, what the relay answered, and the news taken since."""
    known = page.exit
    if known is None:
        return []
    url = reverse("pathways:exit", args=[page.pathway.pk])
    title = f"Le parcours se termine : {known.reason_label.lower()}"
    events = [Event(known.on, title, known.words, known.by.full_name, url=url, icon="flag")]
    if known.relay_on is not None:
        title = f"Relais {known.get_relay_state_display().lower()}"
        events.append(Event(known.relay_on, title, known.relay_to, icon="handshake"))
    for look in known.looks.exclude(done_on=None).select_related("by").order_by("pk"):
        told = look.became if look.reached else "Personne n’a pu être joint."
        by = look.by.full_name if look.by else ""
        title = f"Des nouvelles, {look.months} mois après"
        events.append(Event(look.done_on, title, told, by, icon="phone"))
    return events


def _accompanied(known: Known) -> list[Event]:
    """Who took over from whom, while this pathway lasted."""
    first, last = known.pathway.started_on, known.pathway.ended_on or timezone.localdate()
    return [
        Event(
            row.on,
            f"{row.new.user.full_name} prend le relais",
            f"Jusque-là : {row.former.user.full_name}" if row.former else "",
            icon="arrow-right-left",
        )
        for row in known.hand_overs
        if first <= row.on <= min(last, timezone.localdate())
    ]


def _day_of(at: date | datetime) -> date:
    return timezone.localdate(at) if isinstance(at, datetime) else at
