"""What the team decides, and what an urgency decides before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.journal import operations as journal
from core.journal.announcing import announce
from core.pathways.enums import DecisionKind, PathwayState
from core.pathways.models import Decision, FollowUp, Pathway, ReferentLink, Referral
from core.pathways.operations import referents
from core.pathways.operations.transitions import ENDED, CannotMove, lock_referral, move_referral
from core.pathways.workflow import ReferralState
from core.people.enums import Role
from core.people.models import User

# Where a decision on a referral leads.
TRANSITION_OF = {
    DecisionKind.ENTRY: "admit",
    DecisionKind.REFUSAL: "decline",
    DecisionKind.REDIRECTION: "decline",
    DecisionKind.MORE: "ask_more",
}
ON_A_PATHWAY = frozenset({DecisionKind.ADJUST, DecisionKind.RENEW, DecisionKind.SUSPEND, DecisionKind.EXIT})


@dataclass(frozen=True, slots=True)
class Task:
    """Who does what by when; `user` when who is someone with an account."""

    what: str
    who: str
    due_on: date | None = None
    user: User | None = None


@transaction.atomic
def decide_on_referral(
    *,
    referral: Referral,
    kind: DecisionKind,
    decided_on: date,
    by: User,
    at: datetime,
    reason: str = "",
    redirected_to: str = "",
    next_look_on: date | None = None,
    tasks: Iterable[Task] = (),
) -> Decision:
    """The team's decision on a situation of its agenda. Raises CannotMove."""
    locked = lock_referral(referral.pk)
    if kind not in TRANSITION_OF:
        raise CannotMove("Cette décision porte sur un parcours ouvert, pas sur une orientation.")
    decision = _decide(
        locked,
        kind=kind,
        decided_on=decided_on,
        reason=reason,
        redirected_to=redirected_to,
        next_look_on=next_look_on,
        urgent=False,
        by=by,
        at=at,
    )
    _follow_up(decision, tasks, by=by, at=at)
    _lead_on(locked, decision, TRANSITION_OF[kind], by=by, at=at)
    return decision


@transaction.atomic
def decide_on_pathway(
    *,
    pathway: Pathway,
    kind: DecisionKind,
    decided_on: date,
    by: User,
    at: datetime,
    reason: str = "",
    redirected_to: str = "",
    next_look_on: date | None = None,
    tasks: Iterable[Task] = (),
) -> Decision:
    """What the team decided for an open pathway. Raises CannotMove.

    The pathway does not move: carrying the decision out is an act of its own, which the family may have to
    sign.
    """
    locked = Pathway.objects.select_for_update(of=("self",)).get(pk=pathway.pk)
    if kind not in ON_A_PATHWAY:
        raise CannotMove("Cette décision porte sur une orientation, pas sur un parcours ouvert.")
    if locked.state == PathwayState.ENDED:
        raise CannotMove("Ce parcours est terminé : il n’y a plus rien à y décider.")
    decision = Decision.objects.create(
        child_id=locked.child_id,
        kind=kind,
        decided_on=decided_on,
        reason=reason,
        redirected_to=redirected_to,
        next_look_on=next_look_on,
        by=by,
        noted_at=at,
    )
    _note(decision, "decided", ["kind"], by=by, at=at)
    _follow_up(decision, tasks, by=by, at=at)
    return decision


@transaction.atomic
def admit_in_urgency(*, referral: Referral, reason: str, by: User, at: datetime) -> Decision:
    """The coordinator admits alone, with a reason; the next meeting ratifies.

    Raises CannotMove, ValueError.
    """
    if not reason.strip():
        raise ValueError("Une décision en urgence porte sa raison.")
    if not by.has_role(Role.COORDINATOR):
        raise CannotMove("Seule la coordination décide en urgence.")
    locked = lock_referral(referral.pk)
    decision = _decide(
        locked,
        kind=DecisionKind.ENTRY,
        decided_on=timezone.localdate(at),
        reason=reason.strip(),
        redirected_to="",
        next_look_on=None,
        urgent=True,
        by=by,
        at=at,
    )
    _lead_on(locked, decision, "admit_urgently", by=by, at=at)
    return decision


@transaction.atomic
def ratify(*, decision: Decision, on: date, by: User, at: datetime, tasks: Iterable[Task] = ()) -> Decision:
    """The meeting confirms an urgent decision, and says who does what. Raises CannotMove."""
    locked = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if not locked.urgent:
        raise CannotMove("Seule une décision en urgence se ratifie.")
    locked.ratified_on = on
    locked.save(update_fields=["ratified_on"])
    _note(locked, "decision_ratified", ["ratified_on"], by=by, at=at)
    _follow_up(locked, tasks, by=by, at=at)
    return locked


@transaction.atomic
def name_referent(*, referral: Referral, user: User, since_on: date, by: User, at: datetime) -> ReferentLink:
    """Who accompanies child and family; replaces the current referent on `since_on`. Raises CannotMove."""
    locked = lock_referral(referral.pk)
    if locked.child_id is None:
        raise CannotMove("Reliez d’abord l’orientation au dossier de l’enfant.")
    if locked.state == ReferralState.ENTERED and _ended(locked):
        raise CannotMove(ENDED)
    link = referents.give(child_id=locked.child_id, to=user, on=since_on, by=by, at=at, referral=locked)
    journal.record(
        actor=by, act="pathways.referent_named", target=link, at=at, child_id=locked.child_id, fields=["user"]
    )
    announce("pathways.referent_named", about=link, by=by, to=[user])
    if locked.state == "waiting":
        move_referral(locked, "name_referent", by=by, at=at)
    return link


def _ended(referral: Referral) -> bool:
    """The pathway to which it led is over: a return is a new referral."""
    return Pathway.objects.filter(contract__referral=referral, state=PathwayState.ENDED).exists()


@transaction.atomic
def finish_follow_up(*, follow_up: FollowUp, by: User, at: datetime) -> FollowUp:
    locked = FollowUp.objects.select_for_update(of=("self",)).select_related("decision").get(pk=follow_up.pk)
    locked.done_on = timezone.localdate(at)
    locked.save(update_fields=["done_on"])
    journal.record(
        actor=by, act="pathways.follow_up_done", target=locked, at=at, child_id=locked.decision.child_id
    )
    return locked


def _decide(
    referral: Referral,
    *,
    kind: DecisionKind,
    decided_on: date,
    reason: str,
    redirected_to: str,
    next_look_on: date | None,
    urgent: bool,
    by: User,
    at: datetime,
) -> Decision:
    if referral.child_id is None:
        raise CannotMove("Reliez d’abord l’orientation au dossier de l’enfant.")
    decision = Decision.objects.create(
        child_id=referral.child_id,
        referral=referral,
        kind=kind,
        decided_on=decided_on,
        reason=reason,
        redirected_to=redirected_to,
        next_look_on=next_look_on,
        urgent=urgent,
        by=by,
        noted_at=at,
    )
    _note(decision, "decided", ["kind"], by=by, at=at)
    return decision


def _follow_up(decision: Decision, tasks: Iterable[Task], *, by: User, at: datetime) -> None:
    made = FollowUp.objects.bulk_create(
        FollowUp(decision=decision, what=task.what, who=task.who, user=task.user, due_on=task.due_on)
        for task in tasks
    )
    if made:
        _note(decision, "follow_ups_promised", ["follow_ups"], by=by, at=at)
        charged = {task.user_id: task.user for task in made if task.user is not None}
        announce("pathways.follow_up_promised", about=decision, by=by, to=charged.values())


def _note(decision: Decision, act: str, fields: list[str], *, by: User, at: datetime) -> None:
    journal.record(
        actor=by, act=f"pathways.{act}", target=decision, at=at, child_id=decision.child_id, fields=fields
    )


def _lead_on(referral: Referral, decision: Decision, transition: str, *, by: User, at: datetime) -> None:
    """Where the decision takes the referral; a declined one is closed with its reason."""
    fields = []
    if transition in ("admit", "admit_urgently"):
        referral.waiting_since = decision.decided_on
        fields = ["waiting_since"]
    elif transition == "decline":
        referral.closed_on = decision.decided_on
        referral.closing_reason = decision.redirected_to or decision.reason or decision.get_kind_display()
        fields = ["closed_on", "closing_reason"]
    move_referral(referral, transition, by=by, at=at, fields=fields)
