"""What is done for an objective or for a group: opened, joined, started, ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.children.models import Child
from core.journal import operations as journal
from core.partners.models import Agreement, Offer, Organisation
from core.pathways import workflow
from core.pathways.enums import ActionForm, ActionOrigin, GroupKind
from core.pathways.models import Action, Domain, Objective, Participation, Practice, WaitingLine
from core.pathways.operations.objectives import lock_objective, search_recorded
from core.pathways.operations.parents import close_around
from core.pathways.operations.places import (
    check_apart,
    check_room,
    close_line,
    lock_action,
    lock_line,
    lock_living,
    propose_freed,
)
from core.pathways.operations.transitions import CannotMove
from core.people.models import User

SEARCH_FIRST = (
    "Avant une action sur mesure, notez une solution existante non retenue et pourquoi, "
    "ou dites pourquoi rien n’existe."
)


@dataclass(frozen=True, kw_only=True)
class ActionDetails:
    """With an `offer`, an existing scheme of the offer's organisation; without, `wording` says how.

    A group is a workshop unless `kind` says otherwise; `places` are the children's.
    """

    title: str
    form: ActionForm
    domain: Domain
    planned_from: date
    planned_until: date | None = None
    offer: Offer | None = None
    practice: Practice | None = None
    wording: str = ""
    organisation: Organisation | None = None
    agreement: Agreement | None = None
    worker: User | None = None
    venue: str = ""
    rhythm: str = ""
    places: int | None = None
    kind: str = ""
    parent_places: int | None = None


@transaction.atomic
def open_action(
    *, details: ActionDetails, by: User, at: datetime, objective: Objective | None = None, safety: str = ""
) -> Action:
    """A planned action, and with `objective` its child in it. Raises CannotMove.

    An individual action serves an objective; one made to measure comes after the search for what exists.
    """
    if details.form == ActionForm.INDIVIDUAL and objective is None:
        raise CannotMove("Une action individuelle sert un objectif du parcours.")
    values = _values(details)
    if details.offer is not None:
        values["organisation"] = details.offer.organisation
    _check(values)
    action = Action.objects.create(
        origin=ActionOrigin.EXISTING if details.offer is not None else ActionOrigin.MADE,
        created_by=by,
        created_at=at,
        **values,
    )
    journal.record(
        actor=by,
        act="pathways.action_opened",
        target=action,
        at=at,
        child_id=objective.pathway.child_id if objective is not None else None,
    )
    if objective is not None:
        join(action=action, objective=objective, safety=safety, on=details.planned_from, by=by, at=at)
    return action


def _values(details: ActionDetails) -> dict[str, object]:
    """Its fields, models kept as they are. An outing of which nothing else is said lasts a day."""
    values = {name: getattr(details, name) for name in ActionDetails.__dataclass_fields__}
    if details.form == ActionForm.GROUP and not details.kind:
        values["kind"] = GroupKind.WORKSHOP
    if details.kind == GroupKind.OUTING and details.planned_until is None:
        values["planned_until"] = details.planned_from
    return values


def _check(values: dict[str, object]) -> None:
    organisation, agreement = values["organisation"], values["agreement"]
    if organisation is None and values["worker"] is None:
        raise CannotMove("Dites qui mène cette action : une structure, ou quelqu’un de l’équipe.")
    if values["offer"] is None and not str(values["wording"]).strip():
        raise CannotMove("Dites en quelques lignes comment on fait.")
    until = values["planned_until"]
    if (
        isinstance(until, date)
        and isinstance(values["planned_from"], date)
        and until < values["planned_from"]
    ):
        raise CannotMove("La fin prévue précède le début.")
    if values["kind"] == GroupKind.CAMP and until is None:
        raise CannotMove("Dites jusqu’à quel jour dure ce séjour.")
    if isinstance(agreement, Agreement) and agreement.organisation != organisation:
        raise CannotMove("Cette convention est celle d’une autre structure.")


@dataclass(frozen=True, kw_only=True)
class Permission:
    """What a parent allowed, for this very activity; `until` where it ends."""

    by: str
    on: date
    until: date | None = None


@transaction.atomic
def join(
    *, action: Action, objective: Objective, on: date, by: User, at: datetime, safety: str = ""
) -> Participation:
    """A child of a pathway takes part, for one of its objectives; twice is once.

    Raises CannotMove, and ActionFull where there is no place.
    """
    lock_objective(objective.pk)  # and its pathway: before the action, as an exit does
    locked = lock_living(action.pk)
    aim = _searched(locked, objective)
    values = {"objective": aim, "safety": safety.strip()}
    return _take(locked, aim.pathway.child, values, on=on, by=by, at=at)


@transaction.atomic
def join_without_pathway(
    *,
    action: Action,
    child: Child,
    authorised_by: str,
    authorised_on: date,
    on: date,
    by: User,
    at: datetime,
    authorised_until: date | None = None,
    safety: str = "",
) -> Participation:
    """A child for whom the parents allowed this very activity. Raises CannotMove, ActionFull."""
    locked = lock_living(action.pk)
    allowed = _allowed(locked, Permission(by=authorised_by, on=authorised_on, until=authorised_until), at)
    return _take(locked, child, {**allowed, "safety": safety.strip()}, on=on, by=by, at=at)


def _searched(action: Action, objective: Objective) -> Objective:
    aim = lock_objective(objective.pk)
    if action.origin == ActionOrigin.MADE and not search_recorded(aim):
        raise CannotMove(SEARCH_FIRST)
    return aim


def _allowed(action: Action, permission: Permission, at: datetime) -> dict[str, object]:
    if action.form != ActionForm.GROUP:
        raise CannotMove("Une action individuelle sert un objectif du parcours.")
    return permission_fields(permission, at)


def permission_fields(permission: Permission, at: datetime) -> dict[str, object]:
    """Raises CannotMove."""
    if not permission.by.strip():
        raise CannotMove("Dites qui a donné l’autorisation.")
    if permission.on > timezone.localdate(at):
        raise CannotMove("L’autorisation est datée de l’avenir.")
    if permission.until is not None and permission.until < timezone.localdate(at):
        raise CannotMove("Cette autorisation est déjà finie : redemandez-la aux parents.")
    return {
        "authorised_by": permission.by.strip(),
        "authorised_on": permission.on,
        "authorised_until": permission.until,
    }


def _take(
    action: Action,
    child: Child,
    values: Mapping[str, object],
    *,
    on: date,
    by: User,
    at: datetime,
    in_turn: bool = False,
) -> Participation:
    """`in_turn`: the place was proposed to this child."""
    known = action.participations.current().filter(child=child).first()
    if known is not None:
        return known
    if action.form == ActionForm.INDIVIDUAL and action.participations.exclude(child=child).exists():
        raise CannotMove("Une action individuelle est celle d’un seul enfant.")
    if not in_turn:
        if action.waiting.living().filter(child=child).exists():
            raise CannotMove("Cet enfant est en liste d’attente : sa place se prend de là.")
        check_room(action)
    check_apart(action, child, timezone.localdate(at))
    participation = Participation.objects.create(action=action, child=child, since_on=on, **values)
    journal.record(actor=by, act="pathways.action_joined", target=participation, at=at, child_id=child.pk)
    return participation


@transaction.atomic
def take_place(*, line: WaitingLine, on: date, by: User, at: datetime) -> Participation:
    """The family accepts the place that was proposed. Raises CannotMove."""
    if line.objective_id is not None:
        lock_objective(line.objective_id)  # before the action, as an exit does
    action = lock_living(line.action_id)
    locked = lock_line(line.pk)
    close_line(locked, "take", by=by, at=at)
    values: dict[str, object] = {
        "authorised_by": locked.authorised_by,
        "authorised_on": locked.authorised_on,
        "authorised_until": locked.authorised_until,
        "safety": locked.safety,
    }
    if locked.objective is not None:
        values["objective"] = _searched(action, locked.objective)
    return _take(action, locked.child, values, on=on, by=by, at=at, in_turn=True)


@transaction.atomic
def leave(*, participation: Participation, on: date, by: User, at: datetime) -> Participation:
    """The child takes no part after that day; what was attended stays. Leaving twice is leaving once.

    The place is proposed to the first who waits for it.
    """
    action = lock_action(participation.action_id)
    left = _leave(participation, on=on, by=by, at=at)
    if action.is_living:
        propose_freed(action, by=by, at=at)
    return left


def leave_now(*, participation: Participation, by: User, at: datetime) -> Participation:
    """From now on: today still counts where today's roll-call already has the child."""
    today = timezone.localdate(at)
    called = participation.attendances.filter(session__on=today).exists()
    return leave(participation=participation, on=today if called else today - timedelta(days=1), by=by, at=at)


def _leave(participation: Participation, *, on: date, by: User, at: datetime) -> Participation:
    locked = Participation.objects.select_for_update(of=("self",)).get(pk=participation.pk)
    if locked.until_on is None:
        locked.until_on = max(on, locked.since_on)
        locked.save(update_fields=["until_on"])
        journal.record(
            actor=by,
            act="pathways.action_left",
            target=locked,
            at=at,
            child_id=locked.child_id,
            fields=["until_on"],
        )
    return locked


@transaction.atomic
def note_permission(
    *, participation: Participation, permission: Permission, by: User, at: datetime
) -> Participation:
    """The parents allow it, again or for longer. Raises CannotMove."""
    locked = Participation.objects.select_for_update(of=("self",)).get(pk=participation.pk)
    if locked.until_on is not None:
        raise CannotMove("Cet enfant ne participe plus à cette action.")
    values = permission_fields(permission, at)
    for name, value in values.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(values))
    journal.record(
        actor=by,
        act="pathways.permission_noted",
        target=locked,
        at=at,
        child_id=locked.child_id,
        fields=list(values),
    )
    return locked


@transaction.atomic
def start_action(*, action: Action, on: date, by: User, at: datetime) -> Action:
    """Raises CannotMove."""
    locked = lock_action(action.pk)
    locked.started_on = on
    return _move(locked, "start", by=by, at=at, fields=["started_on"])


@transaction.atomic
def finish_action(*, action: Action, on: date, by: User, at: datetime) -> Action:
    """Raises CannotMove."""
    return _end(lock_action(action.pk), "finish", on=on, by=by, at=at, fields=[])


@transaction.atomic
def stop_action(*, action: Action, because: str, on: date, by: User, at: datetime) -> Action:
    """Before its end, or before its start. Raises CannotMove."""
    if not because.strip():
        raise CannotMove("Dites pourquoi l’action s’arrête.")
    locked = lock_action(action.pk)
    locked.stopped_because = because.strip()
    return _end(locked, "stop", on=on, by=by, at=at, fields=["stopped_because"])


def _end(action: Action, name: str, *, on: date, by: User, at: datetime, fields: list[str]) -> Action:
    """Nobody takes part any more, and whoever led it sees no name any more."""
    action.ended_on = on
    moved = _move(action, name, by=by, at=at, fields=["ended_on", *fields])
    for participation in action.participations.current().order_by("pk"):
        _leave(participation, on=on, by=by, at=at)
    close_around(action, on=on, by=by, at=at)
    return moved


def _move(action: Action, name: str, *, by: User, at: datetime, fields: list[str]) -> Action:
    transition = workflow.ACTION[name]
    if action.state not in transition.sources:
        raise CannotMove(f"Cette action est « {action.get_state_display()} » : cet acte n’est pas possible.")
    action.state = transition.target
    names = ["state", *fields]
    action.save(update_fields=names)
    journal.record(actor=by, act=f"pathways.action_{name}", target=action, at=at, fields=names)
    return action
