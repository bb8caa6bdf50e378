"""What stops with a pathway, in its exit's transaction: written down, shown, and given back by an undo."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from core.journal import operations as journal
from core.pathways import versions, workflow
from core.pathways.enums import ActionForm, NationalExit
from core.pathways.models import (
    Action,
    Appointment,
    Exit,
    HandOver,
    Participation,
    Pathway,
    ReferentLink,
    Session,
    Stopped,
    Suspension,
    WaitingLine,
)
from core.pathways.operations import places, referents, reviews
from core.pathways.operations.contracts import void_contract
from core.pathways.workflow import (
    ActionState,
    AppointmentState,
    ReferralState,
    SessionState,
    WaitingState,
)
from core.people.models import User

# Neutral: a partner's worker may read it.
OVER = "Le parcours a pris fin."
UNTOLD = "La suite n’était pas notée à la fin du parcours."
# Ends at which what was running had come to its own end.
COMPLETED = frozenset({NationalExit.GOALS_MET, NationalExit.END_OF_TERM, NationalExit.AGE_LIMIT})


def stop(ending: Exit, *, by: User, at: datetime) -> list[Stopped]:
    """All of it, before the pathway itself ends: what ended does not change any more.

    A session of by then whose roll nobody called stays planned: what took place is noted afterwards too.
    """
    pathway = ending.pathway
    rows = [
        *_pause(ending),
        *_individual_actions(ending, by=by, at=at),
        *_sessions(ending, by=by, at=at),
        *_participations(ending, by=by, at=at),
        *_appointments(ending, by=by, at=at),
        *_amendment(ending, by=by, at=at),
        *_links(ending, by=by, at=at),
    ]
    _waiting(pathway, by=by, at=at)
    reviews.cancel_planned(pathway=pathway, because=OVER, by=by, at=at)
    return Stopped.objects.bulk_create(rows)


def individual_actions(pathway: Pathway) -> "QuerySet[Action]":
    """Those of this pathway alone: planned or running."""
    own = Participation.objects.filter(objective__pathway=pathway).values("action")
    return Action.objects.living().filter(form=ActionForm.INDIVIDUAL, pk__in=own).order_by("pk")


def planned_sessions(pathway: Pathway) -> "QuerySet[Session]":
    own = Participation.objects.filter(objective__pathway=pathway).values("action")
    rows = Session.objects.filter(action__form=ActionForm.INDIVIDUAL, action__in=own)
    return rows.filter(state=SessionState.PLANNED).order_by("on", "pk")


def participations(pathway: Pathway, on: date) -> "QuerySet[Participation]":
    """Of this pathway's objectives, not ended by that day."""
    going_on = Q(until_on__isnull=True) | Q(until_on__gt=on)
    return Participation.objects.filter(going_on, objective__pathway=pathway).order_by("pk")


def planned_appointments(pathway: Pathway) -> "QuerySet[Appointment]":
    return Appointment.objects.filter(pathway=pathway, state=AppointmentState.PLANNED).order_by("at", "pk")


def referent_links(pathway: Pathway, day: date) -> "QuerySet[ReferentLink]":
    """Those that go on after that day for this pathway; not the one of a new referral on its way."""
    going_on = Q(until_on__isnull=True) | Q(until_on__gt=day, until_on__gte=F("since_on"))
    rows = ReferentLink.objects.filter(going_on, child=pathway.child_id)
    return rows.exclude(referral__state=ReferralState.ADMITTED).order_by("pk")


def cancel_planned(
    pathway: Pathway, *, since: date, until: date | None, because: str, by: User, at: datetime
) -> None:
    """Individual sessions and appointments from one day to the evening before another."""
    for session in planned_sessions(pathway).select_for_update(of=("self",)).filter(on__gte=since):
        if until is None or session.on < until:
            _cancel_session(session, because, by=by, at=at)
    for appointment in planned_appointments(pathway).select_for_update(of=("self",)):
        day = timezone.localdate(appointment.at)
        if since <= day and (until is None or day < until):
            _cancel_appointment(appointment, because, by=by, at=at)


def _pause(ending: Exit) -> list[Stopped]:
    open_ = Suspension.objects.select_for_update().filter(pathway=ending.pathway, until_on=None)
    rows = []
    for suspension in open_:
        suspension.until_on = ending.on
        suspension.save(update_fields=["until_on"])
        rows.append(Stopped(exit=ending, suspension=suspension))
    return rows


def _individual_actions(ending: Exit, *, by: User, at: datetime) -> list[Stopped]:
    rows = []
    for action in individual_actions(ending.pathway).select_for_update(of=("self",)):
        rows.append(Stopped(exit=ending, action=action, was_state=action.state))
        came_to_its_end = action.planned_until is not None and action.planned_until <= ending.on
        finished = action.state == ActionState.RUNNING and (ending.national in COMPLETED or came_to_its_end)
        transition = workflow.ACTION["finish" if finished else "stop"]
        action.state, action.ended_on = transition.target, ending.on
        action.stopped_because = "" if finished else OVER
        action.save(update_fields=["state", "ended_on", "stopped_because"])
        _note(action, f"action_{transition.name}", ending.pathway, by=by, at=at)
    return rows


def _sessions(ending: Exit, *, by: User, at: datetime) -> list[Stopped]:
    rows = []
    later = planned_sessions(ending.pathway).filter(on__gt=ending.on)
    for session in later.select_for_update(of=("self",)):
        rows.append(Stopped(exit=ending, session=session, was_state=session.state))
        _cancel_session(session, OVER, by=by, at=at, child_id=ending.pathway.child_id)
    return rows


def _participations(ending: Exit, *, by: User, at: datetime) -> list[Stopped]:
    going_on = participations(ending.pathway, ending.on)
    for pk in sorted(set(going_on.values_list("action_id", flat=True))):
        places.lock_action(pk)  # as who leaves alone does
    rows = []
    for item in going_on.select_for_update(of=("self",)):
        rows.append(Stopped(exit=ending, participation=item, was_until_on=item.until_on))
        # What was to begin later was never taken part in.
        item.until_on = max(ending.on, referents.before(item.since_on))
        item.save(update_fields=["until_on"])
        _note(item, "action_left", ending.pathway, by=by, at=at)
    return rows


def _appointments(ending: Exit, *, by: User, at: datetime) -> list[Stopped]:
    rows = []
    for appointment in planned_appointments(ending.pathway).select_for_update(of=("self",)):
        rows.append(Stopped(exit=ending, appointment=appointment, was_state=appointment.state))
        because = OVER if timezone.localdate(appointment.at) > ending.on else UNTOLD
        _cancel_appointment(appointment, because, by=by, at=at)
    return rows


def _amendment(ending: Exit, *, by: User, at: datetime) -> list[Stopped]:
    """The version in force stays to be read; what was being written or signed serves nothing any more."""
    living = versions.living_amendment(ending.pathway)
    if living is None:
        return []
    was = living.state
    void = void_contract(contract=living, reason=OVER, by=by, at=at)
    return [Stopped(exit=ending, amendment=void, was_state=was)]


def _links(ending: Exit, *, by: User, at: datetime) -> list[Stopped]:
    """The referent's link ends in the evening of the day on which the exit is noted; see ADR 0012."""
    last_day = timezone.localdate(at)
    referents.give_up_coming(ending.pathway.child_id, by=by, at=at)
    rows = []
    for link in referent_links(ending.pathway, last_day).select_for_update(of=("self",)):
        rows.append(Stopped(exit=ending, link=link, was_until_on=link.until_on))
        link.until_on = max(last_day, referents.before(link.since_on))
        link.save(update_fields=["until_on"])
        _note(link, "referent_ended", ending.pathway, by=by, at=at)
    return rows


def _waiting(pathway: Pathway, *, by: User, at: datetime) -> None:
    """It waits for no place any more, and those it had are proposed to who does."""
    for line in WaitingLine.objects.living().filter(objective__pathway=pathway).order_by("pk"):
        places.stop_waiting(line=line, by=by, at=at)
    own = Participation.objects.filter(objective__pathway=pathway).values("action")
    for action in Action.objects.living().filter(form=ActionForm.GROUP, pk__in=own).order_by("pk"):
        places.propose_freed(action, by=by, at=at)


def _cancel_session(
    session: Session, because: str, *, by: User, at: datetime, child_id: int | None = None
) -> None:
    session.state, session.cancelled_because = workflow.SESSION["cancel"].target, because
    session.save(update_fields=["state", "cancelled_because"])
    journal.record(actor=by, act="pathways.session_cancel", target=session, at=at, child_id=child_id)


def _cancel_appointment(appointment: Appointment, because: str, *, by: User, at: datetime) -> None:
    appointment.state, appointment.outcome = workflow.APPOINTMENT["cancel"].target, because
    appointment.save(update_fields=["state", "outcome"])
    _note(appointment, "appointment_cancel", appointment.pathway, by=by, at=at)


def _note(target: "Row", act: str, pathway: Pathway, *, by: User, at: datetime) -> None:
    journal.record(actor=by, act=f"pathways.{act}", target=target, at=at, child_id=pathway.child_id)


Row = Action | Appointment | Participation | ReferentLink


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What goes on after an exit was undone, and what does not; each kind with the names that tell it."""

    actions: list[str] = field(default_factory=list)
    sessions: int = 0
    appointments: int = 0
    places: list[str] = field(default_factory=list)  # of groups
    referent: str = ""
    places_lost: list[str] = field(default_factory=list)  # they went to others meanwhile
    referent_lost: str = ""
    amendment_lost: bool = False
    waiting_lost: list[str] = field(default_factory=list)
    passage_lost: str = ""


def give_back(ending: Exit) -> GivenBack:
    """Undo of an exit: what it stopped goes on, but for a place that is taken.

    Called once the pathway is open again. A voided amendment stays void, its text is to be proposed again;
    who waited waits no more and a planned passage is planned anew: others were asked meanwhile.
    """
    rows = list(
        ending.stopped.select_related(
            "participation__action", "action", "session", "appointment", "link__user", "amendment"
        ).order_by("pk")
    )
    back = {row.pk: _restore(row) for row in rows}
    groups = [
        (row.participation.action.title, back[row.pk])
        for row in rows
        if row.participation is not None and row.participation.action.is_group
    ]
    links = [(row.link.user.full_name, back[row.pk]) for row in rows if row.link is not None]
    return GivenBack(
        actions=[row.action.title for row in rows if row.action is not None],
        sessions=sum(row.session is not None for row in rows),
        appointments=sum(row.appointment is not None for row in rows),
        places=[title for title, kept in groups if kept],
        referent=next((name for name, kept in links if kept), ""),
        places_lost=[title for title, kept in groups if not kept],
        referent_lost=next((name for name, kept in links if not kept), ""),
        amendment_lost=any(row.amendment is not None for row in rows),
        waiting_lost=_no_longer_waits(ending),
        passage_lost=_passage_given_up(ending),
    )


def _no_longer_waits(ending: Exit) -> list[str]:
    lines = WaitingLine.objects.filter(
        objective__pathway=ending.pathway, state=WaitingState.WITHDRAWN, settled_at=ending.noted_at
    )
    return list(lines.order_by("pk").values_list("action__title", flat=True))


def _passage_given_up(ending: Exit) -> str:
    passage = HandOver.objects.filter(new__child=ending.pathway.child_id, cancelled_at=ending.noted_at)
    found = passage.select_related("new__user").order_by("pk").first()
    return found.new.user.full_name if found is not None else ""


def _restore(row: Stopped) -> bool:
    if row.action is not None:
        row.action.state, row.action.ended_on, row.action.stopped_because = row.was_state, None, ""
        row.action.save(update_fields=["state", "ended_on", "stopped_because"])
    if row.session is not None:
        row.session.state, row.session.cancelled_because = row.was_state, ""
        row.session.save(update_fields=["state", "cancelled_because"])
    if row.appointment is not None:
        row.appointment.state, row.appointment.outcome = row.was_state, ""
        row.appointment.save(update_fields=["state", "outcome"])
    if row.participation is not None:
        return _go_on(row.participation, row.was_until_on)
    return row.link is None or _go_on(row.link, row.was_until_on)


def _go_on(row: Participation | ReferentLink, until_on: date | None) -> bool:
    """False where the place went to another meanwhile: in the group, or at the child's side."""
    row.until_on = until_on
    try:
        with transaction.atomic():
            row.save(update_fields=["until_on"])
    except IntegrityError:
        return False
    return True
