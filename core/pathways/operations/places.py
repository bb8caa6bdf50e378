"""A place in a group action: proposed when it is freed, never given silently, never taken past the others."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.children.models import Child
from core.journal import operations as journal
from core.journal.announcing import announce
from core.pathways import workflow
from core.pathways.models import Action, Objective, WaitingLine
from core.pathways.operations.objectives import lock_objective
from core.pathways.operations.transitions import CannotMove
from core.pathways.places import TIME_TO_ANSWER, meets_a_forbidden_adult, room_of
from core.pathways.workflow import WaitingState
from core.people.models import User

KEPT_APART = (
    "Un adulte de cette action ne doit pas être en contact avec cet enfant. Rien n’est enregistré : "
    "voyez d’abord avec la coordination."
)


class ActionFull(CannotMove):
    """There is no place, or others wait for it. The child may wait, as the `rank`-th."""

    def __init__(self, places: int | None, ahead: int) -> None:
        self.rank = ahead + 1
        full = f"Cette action est complète ({places} places)."
        turn = (
            ""
            if not ahead
            else f" {ahead} enfant attend déjà."
            if ahead == 1
            else f" {ahead} enfants attendent déjà."
        )
        super().__init__(f"{full}{turn} L’enfant peut attendre une place : cochez « Liste d’attente ».")


def lock_action(pk: int) -> Action:
    return Action.objects.select_for_update(of=("self",)).get(pk=pk)


def lock_living(pk: int) -> Action:
    """Raises CannotMove for one that has ended."""
    action = lock_action(pk)
    if not action.is_living:
        raise CannotMove(f"Cette action est « {action.get_state_display()} ».")
    return action


def check_room(action: Action) -> None:
    """Of a locked action. Raises ActionFull."""
    room = room_of(action)
    if not room.is_open:
        raise ActionFull(room.places, room.proposed + room.waiting)


def check_apart(action: Action, child: Child, on: date) -> None:
    if meets_a_forbidden_adult(action, child, on):
        raise CannotMove(KEPT_APART)


@transaction.atomic
def wait(
    *,
    action: Action,
    child: Child,
    by: User,
    at: datetime,
    asked_at: datetime | None = None,
    objective: Objective | None = None,
    safety: str = "",
    authorised_by: str = "",
    authorised_on: date | None = None,
    authorised_until: date | None = None,
) -> WaitingLine:
    """The child waits, from `asked_at` on, which is now unless it was asked before; twice is once.

    Raises CannotMove while there is a place, for a child who has one, and where an adult is to be kept away.
    """
    if objective is not None:
        lock_objective(objective.pk)
    locked = lock_living(action.pk)
    if known := locked.waiting.living().filter(child=child).first():
        return known
    if locked.participations.current().filter(child=child).exists():
        raise CannotMove("Cet enfant participe déjà à cette action.")
    if room_of(locked).is_open:
        raise CannotMove("Il reste une place : inscrivez l’enfant sans liste d’attente.")
    check_apart(locked, child, timezone.localdate(at))
    line = WaitingLine.objects.create(
        action=locked,
        child=child,
        objective=objective,
        safety=safety.strip(),
        authorised_by=authorised_by.strip(),
        authorised_on=authorised_on,
        authorised_until=authorised_until,
        asked_at=asked_at or at,
        asked_by=by,
    )
    journal.record(actor=by, act="pathways.waiting_added", target=line, at=at, child_id=child.pk)
    return line


def propose_freed(action: Action, *, by: User, at: datetime) -> list[WaitingLine]:
    """Each free place of a locked action is proposed to whoever waits the longest; those, in turn."""
    free = room_of(action).free
    turn = action.waiting.filter(state=WaitingState.WAITING).in_turn().select_for_update(of=("self",))
    lines = list(turn if free is None else turn[:free])
    for line in lines:
        line.proposed_at = at
        line.answer_by = timezone.localdate(at) + TIME_TO_ANSWER
        move_line(line, "propose", by=by, at=at, fields=["proposed_at", "answer_by"])
        announce("pathways.place_proposed", about=line)
    return lines


@transaction.atomic
def decline_place(*, line: WaitingLine, by: User, at: datetime) -> WaitingLine:
    """The family does not want the place: it is proposed to the next. Raises CannotMove."""
    return _settle(line, "decline", by=by, at=at)


@transaction.atomic
def pass_over(*, line: WaitingLine, by: User, at: datetime) -> WaitingLine:
    """No answer, after the day that was said: the next one's turn. Raises CannotMove."""
    return _settle(line, "pass_over", by=by, at=at)


@transaction.atomic
def stop_waiting(*, line: WaitingLine, by: User, at: datetime) -> WaitingLine:
    """The child waits no more. Raises CannotMove."""
    return _settle(line, "withdraw", by=by, at=at)


@transaction.atomic
def set_places(
    *, action: Action, places: int | None, parent_places: int | None, by: User, at: datetime
) -> Action:
    """More places are proposed at once; fewer than are taken or proposed is refused. Raises CannotMove."""
    locked = lock_living(action.pk)
    room = room_of(locked)
    if places is not None and places < room.taken + room.proposed:
        raise CannotMove(
            f"{room.taken} enfant(s) participent et {room.proposed} place(s) sont proposées : "
            "il ne peut pas y en avoir moins."
        )
    parents = locked.parents.current().count()
    if parent_places is not None and parent_places < parents:
        raise CannotMove(f"{parents} parent(s) participent : il ne peut pas y avoir moins de places.")
    if (locked.places, locked.parent_places) == (places, parent_places):
        return locked
    locked.places, locked.parent_places = places, parent_places
    locked.save(update_fields=["places", "parent_places"])
    journal.record(
        actor=by, act="pathways.places_set", target=locked, at=at, fields=["places", "parent_places"]
    )
    propose_freed(locked, by=by, at=at)
    return locked


def _settle(line: WaitingLine, name: str, *, by: User, at: datetime) -> WaitingLine:
    action = lock_action(line.action_id)
    locked = lock_line(line.pk)
    on_time = locked.answer_by is not None and timezone.localdate(at) <= locked.answer_by
    if name == "pass_over" and on_time:
        raise CannotMove("La famille a encore le temps de répondre.")
    close_line(locked, name, by=by, at=at)
    if action.is_living:
        propose_freed(action, by=by, at=at)
    return locked


def lock_line(pk: int) -> WaitingLine:
    """After its action, always: two people at once never wait for each other."""
    return WaitingLine.objects.select_for_update(of=("self",)).select_related("child", "objective").get(pk=pk)


def close_line(line: WaitingLine, name: str, *, by: User, at: datetime) -> None:
    line.settled_at, line.settled_by = at, by
    move_line(line, name, by=by, at=at, fields=["settled_at", "settled_by"])


def move_line(line: WaitingLine, name: str, *, by: User, at: datetime, fields: list[str]) -> None:
    transition = workflow.WAITING[name]
    if line.state not in transition.sources:
        raise CannotMove(f"Cette attente est « {line.get_state_display()} » : cet acte n’est pas possible.")
    line.state = transition.target
    names = ["state", *fields]
    line.save(update_fields=names)
    journal.record(
        actor=by, act=f"pathways.waiting_{name}", target=line, at=at, child_id=line.child_id, fields=names
    )
