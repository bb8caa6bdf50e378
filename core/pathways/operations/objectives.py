"""Objectives follow the contract that all four signed; for each, existing solutions are looked for first."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.journal import operations as journal
from core.partners.models import Offer
from core.pathways import workflow
from core.pathways.enums import PathwayState, Standing
from core.pathways.models import Contract, Objective, Pathway, Solution
from core.pathways.operations.transitions import ENDED, CannotMove
from core.pathways.workflow import SolutionState
from core.people.models import User


def follow_contract(pathway: Pathway, contract: Contract, *, by: User | None, at: datetime) -> None:
    """Make the pathway's objectives those of `contract`, in the transaction of its fourth signature.

    An objective whose domain and words are carried over stays the same row, with its search and actions; one
    that comes back after an amendment without it goes on where it was.
    """
    on = contract.completed_on or timezone.localdate(at)
    known = {
        (item.domain_id, item.text): item
        for item in Objective.objects.select_for_update().filter(pathway=pathway)
    }
    kept = set()
    for line in contract.objectives.order_by("order", "pk"):
        key = (line.domain_id, line.text)
        if key in kept:
            continue
        kept.add(key)
        if key in known:
            objective = known[key]
            objective.line, objective.wished_by, objective.dropped_on = line, line.wished_by, None
            objective.save(update_fields=["line", "wished_by", "dropped_on"])
            continue
        objective = Objective.objects.create(
            pathway=pathway,
            line=line,
            domain_id=line.domain_id,
            text=line.text,
            wished_by=line.wished_by,
            since_on=on,
        )
        _note(objective, pathway, "objective_added", by=by, at=at)
    for key, objective in known.items():
        if key not in kept and objective.dropped_on is None:
            objective.dropped_on = max(on, objective.since_on)
            objective.save(update_fields=["dropped_on"])
            _note(objective, pathway, "objective_dropped", by=by, at=at)


@transaction.atomic
def say_standing(
    *, objective: Objective, standing: Standing, note: str, on: date, by: User, at: datetime
) -> Objective:
    """Where the objective stands, with the fact that shows it. Raises CannotMove."""
    locked = lock_objective(objective.pk)
    locked.standing, locked.standing_note, locked.standing_on = standing, note.strip(), on
    locked.save(update_fields=["standing", "standing_note", "standing_on"])
    _note(locked, locked.pathway, "objective_standing", by=by, at=at, fields=["standing", "standing_note"])
    return locked


@transaction.atomic
def consider(
    *, objective: Objective, offer: Offer | None = None, told: str = "", by: User, at: datetime
) -> Solution:
    """Write down an existing solution to look at: an offer of the directory, or one told in a line.

    An offer looked at twice is one line. Raises CannotMove.
    """
    locked = lock_objective(objective.pk)
    if (offer is None) == (not told.strip()):
        raise CannotMove("Choisissez une offre de l’annuaire, ou dites la solution en une ligne.")
    if offer is not None:
        known = Solution.objects.filter(objective=locked, offer=offer).first()
        if known is not None:
            return known
    solution = Solution.objects.create(objective=locked, offer=offer, told=told.strip(), by=by, noted_at=at)
    _note(solution, locked.pathway, "solution_considered", by=by, at=at)
    return solution


@transaction.atomic
def contact_solution(*, solution: Solution, on: date, by: User, at: datetime) -> Solution:
    """Raises CannotMove."""
    locked = _lock_solution(solution.pk)
    locked.contacted_on = on
    return _move(locked, "contact", by=by, at=at, fields=["contacted_on"])


@transaction.atomic
def settle_solution(
    *, solution: Solution, kept: bool, why: str, on: date, by: User, at: datetime
) -> Solution:
    """Kept or not, and why. Raises CannotMove."""
    locked = _lock_solution(solution.pk)
    if not why.strip():
        raise CannotMove("Dites en une ligne pourquoi.")
    locked.why, locked.settled_on = why.strip(), on
    return _move(locked, "keep" if kept else "set_aside", by=by, at=at, fields=["why", "settled_on"])


@transaction.atomic
def look_again(*, solution: Solution, by: User, at: datetime) -> Solution:
    """A place came free: the solution is open again. Raises CannotMove."""
    return _move(_lock_solution(solution.pk), "look_again", by=by, at=at, fields=[])


@transaction.atomic
def say_nothing_exists(*, objective: Objective, because: str, by: User, at: datetime) -> Objective:
    """The reason for which no existing scheme answers. Raises CannotMove."""
    locked = lock_objective(objective.pk)
    if not because.strip():
        raise CannotMove("Dites en une ligne pourquoi rien n’existe.")
    locked.nothing_exists = because.strip()
    locked.save(update_fields=["nothing_exists"])
    _note(locked, locked.pathway, "nothing_exists", by=by, at=at, fields=["nothing_exists"])
    return locked


def search_recorded(objective: Objective) -> bool:
    """Whether an action may be made to measure: as the trigger `existing_solutions_first` asks."""
    if objective.nothing_exists:
        return True
    return Solution.objects.filter(objective=objective, state=SolutionState.NOT_KEPT).exists()


def lock_objective(pk: int) -> Objective:
    """The objective of a pathway that goes on and whose contract in force holds it. Raises CannotMove.

    The pathway is locked with it: an exit that comes at the same moment waits, or came first.
    """
    rows = Objective.objects.select_for_update(of=("self", "pathway")).select_related("pathway")
    objective = rows.get(pk=pk)
    if objective.pathway.state == PathwayState.ENDED:
        raise CannotMove(ENDED)
    if objective.dropped_on is not None:
        raise CannotMove("Cet objectif n’est plus dans le contrat en vigueur.")
    return objective


def _lock_solution(pk: int) -> Solution:
    solution = Solution.objects.select_for_update(of=("self",)).get(pk=pk)
    lock_objective(solution.objective_id)
    return solution


def _move(solution: Solution, name: str, *, by: User, at: datetime, fields: list[str]) -> Solution:
    transition = workflow.SOLUTION[name]
    if solution.state not in transition.sources:
        raise CannotMove(
            f"Cette solution est « {solution.get_state_display()} » : cet acte n’est pas possible."
        )
    solution.state = transition.target
    names = ["state", *fields]
    solution.save(update_fields=names)
    _note(solution, solution.objective.pathway, f"solution_{name}", by=by, at=at, fields=names)
    return solution


def _note(
    target: Objective | Solution,
    pathway: Pathway,
    act: str,
    *,
    by: User | None,
    at: datetime,
    fields: list[str] | None = None,
) -> None:
    journal.record(
        actor=by,
        actor_label="" if by else "personne sans compte",
        act=f"pathways.{act}",
        target=target,
        at=at,
        child_id=pathway.child_id,
        fields=fields or [],
    )
