"""Thirty seconds after a visit: what happened, apart from what one makes of it; and what is agreed next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.journal import operations as journal
from core.pathways import workflow
from core.pathways.enums import EncounterKind, WithWhom
from core.pathways.models import Appointment, Encounter, Pathway
from core.pathways.operations.transitions import CannotMove, lock_open_pathway
from core.people.models import User


@dataclass(frozen=True, kw_only=True)
class Told:
    """One contact, as it is told in a line; `judgement` is the author's own and is shown as such."""

    kind: EncounterKind
    with_whom: WithWhom
    on: date
    facts: str
    judgement: str = ""
    minutes: int | None = None
    reached: bool = True


@transaction.atomic
def log_encounter(*, pathway: Pathway, told: Told, by: User, at: datetime) -> Encounter:
    """Raises CannotMove."""
    locked = lock_open_pathway(pathway.pk)
    if told.on > timezone.localdate(at):
        raise CannotMove("Ce qui est à venir est un rendez-vous.")
    if not told.facts.strip():
        raise CannotMove("Dites en une ligne ce qui s’est passé.")
    encounter = Encounter.objects.create(
        pathway=locked,
        kind=told.kind,
        with_whom=told.with_whom,
        on=told.on,
        minutes=told.minutes,
        reached=told.reached,
        facts=told.facts.strip(),
        judgement=told.judgement.strip(),
        by=by,
        noted_at=at,
    )
    journal.record(
        actor=by, act="pathways.encounter_logged", target=encounter, at=at, child_id=locked.child_id
    )
    return encounter


@transaction.atomic
def plan_appointment(
    *, pathway: Pathway, when: datetime, venue: str, with_whom: WithWhom, user: User, by: User, at: datetime
) -> Appointment:
    """Raises CannotMove."""
    locked = lock_open_pathway(pathway.pk)
    if when < at - timedelta(days=1):
        raise CannotMove("Ce rendez-vous est passé : notez plutôt le contact.")
    if not venue.strip():
        raise CannotMove("Dites où.")
    appointment = Appointment.objects.create(
        pathway=locked, at=when, venue=venue.strip(), with_whom=with_whom, user=user
    )
    journal.record(
        actor=by, act="pathways.appointment_planned", target=appointment, at=at, child_id=locked.child_id
    )
    return appointment


@transaction.atomic
def close_appointment(
    *, appointment: Appointment, name: str, outcome: str, by: User, at: datetime
) -> Appointment:
    """`name` of the workflow: kept, missed, cancelled. Raises CannotMove."""
    lock_open_pathway(appointment.pathway_id)
    locked = (
        Appointment.objects.select_for_update(of=("self",)).select_related("pathway").get(pk=appointment.pk)
    )
    transition = workflow.APPOINTMENT[name]
    if locked.state not in transition.sources:
        raise CannotMove(f"Ce rendez-vous est « {locked.get_state_display()} ».")
    if name != "cancel" and timezone.localdate(locked.at) > timezone.localdate(at):
        raise CannotMove("Ce rendez-vous est à venir.")
    locked.state, locked.outcome = transition.target, outcome.strip()
    locked.save(update_fields=["state", "outcome"])
    journal.record(
        actor=by,
        act=f"pathways.appointment_{name}",
        target=locked,
        at=at,
        child_id=locked.pathway.child_id,
        fields=["state", "outcome"],
    )
    return locked
