"""Parents take part too: of a known child, or by a first name alone; and what ends with the action."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.children.models import Guardian
from core.journal import operations as journal
from core.pathways.models import Action, ParentParticipation, PlaceRequest
from core.pathways.operations.places import close_line, lock_living
from core.pathways.operations.transitions import CannotMove
from core.pathways.places import meets_a_forbidden_child, parents_have_room
from core.pathways.workflow import RequestState
from core.people.models import User

KEPT_AWAY = (
    "Cette personne ne doit pas être en contact avec un enfant de cette action. Rien n’est enregistré : "
    "voyez d’abord avec la coordination."
)


@transaction.atomic
def welcome_parent(
    *,
    action: Action,
    on: date,
    by: User,
    at: datetime,
    guardian: Guardian | None = None,
    first_name: str = "",
) -> ParentParticipation:
    """An adult takes part; a known one twice is once. Raises CannotMove."""
    locked = lock_living(action.pk)
    if not locked.is_group:
        raise CannotMove("Les parents participent à des actions collectives.")
    if guardian is None and not first_name.strip():
        raise CannotMove("Choisissez un parent, ou écrivez son prénom.")
    if guardian is not None:
        known = locked.parents.current().filter(guardian=guardian).first()
        if known is not None:
            return known
        if meets_a_forbidden_child(locked, guardian, timezone.localdate(at)):
            raise CannotMove(KEPT_AWAY)
    if not parents_have_room(locked):
        raise CannotMove(
            f"Il n’y a plus de place pour les parents ({locked.parent_places}). "
            "Augmentez d’abord leur nombre, ou dites-le à la famille."
        )
    parent = ParentParticipation.objects.create(
        action=locked, guardian=guardian, first_name="" if guardian else first_name.strip(), since_on=on
    )
    journal.record(actor=by, act="pathways.parent_joined", target=parent, at=at)
    return parent


@transaction.atomic
def parent_leaves(*, parent: ParentParticipation, on: date, by: User, at: datetime) -> ParentParticipation:
    """What was attended stays. Leaving twice is leaving once."""
    locked = ParentParticipation.objects.select_for_update(of=("self",)).get(pk=parent.pk)
    if locked.until_on is None:
        locked.until_on = max(on, locked.since_on)
        locked.save(update_fields=["until_on"])
        journal.record(actor=by, act="pathways.parent_left", target=locked, at=at, fields=["until_on"])
    return locked


def parent_leaves_now(*, parent: ParentParticipation, by: User, at: datetime) -> ParentParticipation:
    """From now on: today still counts where today's roll-call already has the parent."""
    today = timezone.localdate(at)
    called = parent.attendances.filter(session__on=today).exists()
    return parent_leaves(parent=parent, on=today if called else today - timedelta(days=1), by=by, at=at)


def close_around(action: Action, *, on: date, by: User, at: datetime) -> None:
    """With an action that ends: parents leave, nobody waits any more, what was asked is answered."""
    for parent in action.parents.current().order_by("pk"):
        parent_leaves(parent=parent, on=on, by=by, at=at)
    for line in action.waiting.living().in_turn():
        close_line(line, "withdraw", by=by, at=at)
    for request in action.requests.open().order_by("pk"):
        answer_request(request, RequestState.DECLINED, "L’action est terminée.", by=by, at=at)


def answer_request(
    request: PlaceRequest, state: RequestState, answer: str, *, by: User, at: datetime
) -> None:
    """Once answered, the request keeps no name: the child takes part, waits, or is nobody's business."""
    request.state, request.answer = state, answer.strip()
    request.answered_by, request.answered_at = by, at
    request.first_name = request.last_name = request.authorised_by = request.safety = ""
    request.birth_on = None
    names = ["state", "answer", "answered_by", "answered_at"]
    request.save(update_fields=[*names, "first_name", "last_name", "authorised_by", "safety", "birth_on"])
    journal.record(actor=by, act=f"pathways.place_request_{state}", target=request, at=at, fields=names)
