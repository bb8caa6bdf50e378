"""What is done for an objective or for a group: opened, joined, started, ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.children.models import Child
from core.children.operations.files import ChildDetails, create_child
from core.journal import operations as journal
from core.partners.models import Agreement, Offer, Organisation
from core.pathways import workflow
from core.pathways.enums import ActionForm, ActionOrigin, GroupKind
from core.pathways.models import Action, Domain, Objective, Participation, Practice
from core.pathways.operations.objectives import lock_objective, search_recorded
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


@transaction.atomic
def join(
    *, action: Action, objective: Objective, on: date, by: User, at: datetime, safety: str = ""
) -> Participation:
    """A child of a pathway takes part, for one of its objectives; twice is once. Raises CannotMove."""
    locked = _lock_open(action.pk)
    aim = lock_objective(objective.pk)
    if locked.origin == ActionOrigin.MADE and not search_recorded(aim):
        raise CannotMove(SEARCH_FIRST)
    return _take(locked, aim.pathway.child, on=on, by=by, at=at, objective=aim, safety=safety.strip())


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
    safety: str = "",
) -> Participation:
    """A child for whom the parents allowed this very activity. Raises CannotMove."""
    locked = _lock_open(action.pk)
    if locked.form != ActionForm.GROUP:
        raise CannotMove("Une action individuelle sert un objectif du parcours.")
    if not authorised_by.strip():
        raise CannotMove("Dites qui a donné l’autorisation.")
    if authorised_on > timezone.localdate(at):
        raise CannotMove("L’autorisation est datée de l’avenir.")
    return _take(
        locked,
        child,
        on=on,
        by=by,
        at=at,
        safety=safety.strip(),
        authorised_by=authorised_by.strip(),
        authorised_on=authorised_on,
    )


@transaction.atomic
def welcome_guest(
    *,
    action: Action,
    child: Child | None,
    details: ChildDetails,
    distinct_from: Iterable[int],
    authorised_by: str,
    authorised_on: date,
    safety: str,
    by: User,
    at: datetime,
) -> Participation:
    """A child who comes without a pathway: a known one, or a file opened with the little that is needed.

    Raises CannotMove, and ValidationError of the file.
    """
    return join_without_pathway(
        action=action,
        child=child or create_child(by=by, at=at, details=details, distinct_from=distinct_from),
        authorised_by=authorised_by,
        authorised_on=authorised_on,
        on=timezone.localdate(at),
        safety=safety,
        by=by,
        at=at,
    )


def _take(
    action: Action, child: Child, *, on: date, by: User, at: datetime, **values: object
) -> Participation:
    known = action.participations.current().filter(child=child).first()
    if known is not None:
        return known
    taken = action.participations.current().count()
    if action.form == ActionForm.INDIVIDUAL and action.participations.exclude(child=child).exists():
        raise CannotMove("Une action individuelle est celle d’un seul enfant.")
    if action.places is not None and taken >= action.places:
        raise CannotMove("Cette action est complète.")
    participation = Participation.objects.create(action=action, child=child, since_on=on, **values)
    journal.record(actor=by, act="pathways.action_joined", target=participation, at=at, child_id=child.pk)
    return participation


@transaction.atomic
def leave(*, participation: Participation, on: date, by: User, at: datetime) -> Participation:
    """The child takes no part after that day; what was attended stays. Leaving twice is leaving once."""
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
        leave(participation=participation, on=on, by=by, at=at)
    return moved


def lock_action(pk: int) -> Action:
    return Action.objects.select_for_update(of=("self",)).get(pk=pk)


def _lock_open(pk: int) -> Action:
    action = lock_action(pk)
    if not action.is_living:
        raise CannotMove(f"Cette action est « {action.get_state_display()} ».")
    return action


def _move(action: Action, name: str, *, by: User, at: datetime, fields: list[str]) -> Action:
    transition = workflow.ACTION[name]
    if action.state not in transition.sources:
        raise CannotMove(f"Cette action est « {action.get_state_display()} » : cet acte n’est pas possible.")
    action.state = transition.target
    names = ["state", *fields]
    action.save(update_fields=names)
    journal.record(actor=by, act=f"pathways.action_{name}", target=action, at=at, fields=names)
    return action
