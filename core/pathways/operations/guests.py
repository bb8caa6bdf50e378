"""A child who comes to a group without a pathway: welcomed by the programme, asked for by the worker."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.children.models import Child
from core.children.operations.files import ChildDetails, create_child
from core.journal import operations as journal
from core.journal.announcing import announce
from core.pathways import workflow
from core.pathways.models import Action, Objective, Participation, PlaceRequest, WaitingLine
from core.pathways.operations.actions import Permission, join, join_without_pathway, permission_fields
from core.pathways.operations.parents import answer_request
from core.pathways.operations.places import ActionFull, lock_living, wait
from core.pathways.operations.transitions import CannotMove
from core.pathways.workflow import RequestState
from core.people.models import User


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
    authorised_until: date | None = None,
    may_wait: bool = False,
    asked_at: datetime | None = None,
) -> Participation | WaitingLine:
    """A child who comes without a pathway: a known one, or a file opened with the little that is needed.

    Where there is no place the child waits if that `may_wait`, from `asked_at` on. Raises CannotMove,
    ActionFull, and ValidationError of the file.
    """
    permission = Permission(by=authorised_by, on=authorised_on, until=authorised_until)
    found = child or create_child(by=by, at=at, details=details, distinct_from=distinct_from)
    try:
        return join_without_pathway(
            action=action,
            child=found,
            authorised_by=permission.by,
            authorised_on=permission.on,
            authorised_until=permission.until,
            on=timezone.localdate(at),
            safety=safety,
            by=by,
            at=at,
        )
    except ActionFull:
        if not may_wait:
            raise
    fields = permission_fields(permission, at)
    return wait(action=action, child=found, safety=safety, asked_at=asked_at, by=by, at=at, **fields)  # type: ignore[arg-type]


@transaction.atomic
def enrol(
    *, action: Action, objective: Objective, safety: str, may_wait: bool, on: date, by: User, at: datetime
) -> Participation | WaitingLine:
    """A child of a pathway; where there is no place the child waits if that `may_wait`. Raises CannotMove."""
    try:
        return join(action=action, objective=objective, on=on, safety=safety, by=by, at=at)
    except ActionFull:
        if not may_wait:
            raise
    child = objective.pathway.child
    return wait(action=action, child=child, objective=objective, safety=safety, by=by, at=at)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The child as the worker names it, and what the parents said."""

    first_name: str
    last_name: str
    birth_on: date | None
    authorised_by: str
    authorised_on: date
    safety: str = ""


@transaction.atomic
def ask_place(*, action: Action, asked: Asked, by: User, at: datetime) -> PlaceRequest:
    """Who leads a group asks the programme for a place: nobody is enrolled yet. Raises CannotMove."""
    locked = lock_living(action.pk)
    if not locked.is_group:
        raise CannotMove("On demande une place dans une action collective.")
    permission_fields(Permission(by=asked.authorised_by, on=asked.authorised_on), at)
    request = PlaceRequest.objects.create(
        action=locked,
        first_name=asked.first_name.strip(),
        last_name=asked.last_name.strip(),
        birth_on=asked.birth_on,
        authorised_by=asked.authorised_by.strip(),
        authorised_on=asked.authorised_on,
        safety=asked.safety.strip(),
        asked_by=by,
        asked_at=at,
    )
    journal.record(actor=by, act="pathways.place_asked", target=request, at=at)
    announce("pathways.place_asked", about=request, by=by)
    return request


@transaction.atomic
def accept_request(
    *,
    request: PlaceRequest,
    child: Child | None,
    details: ChildDetails,
    distinct_from: Iterable[int],
    authorised_by: str,
    authorised_on: date,
    safety: str,
    by: User,
    at: datetime,
    authorised_until: date | None = None,
) -> Participation | WaitingLine:
    """The child takes part, or waits since the day on which the worker asked. Raises CannotMove."""
    locked = _lock_asked(request, "accept")
    found = welcome_guest(
        action=locked.action,
        child=child,
        details=details,
        distinct_from=distinct_from,
        authorised_by=authorised_by,
        authorised_on=authorised_on,
        authorised_until=authorised_until,
        safety=safety,
        may_wait=True,
        asked_at=locked.asked_at,
        by=by,
        at=at,
    )
    said = "Inscrit·e." if isinstance(found, Participation) else "En liste d’attente."
    answer_request(locked, RequestState.ACCEPTED, said, by=by, at=at)
    return found


@transaction.atomic
def decline_request(*, request: PlaceRequest, answer: str, by: User, at: datetime) -> PlaceRequest:
    """Raises CannotMove."""
    if not answer.strip():
        raise CannotMove("Dites pourquoi, en une ligne : la structure le lira.")
    locked = _lock_asked(request, "decline")
    answer_request(locked, RequestState.DECLINED, answer, by=by, at=at)
    return locked


def _lock_asked(request: PlaceRequest, name: str) -> PlaceRequest:
    lock_living(request.action_id)
    locked = PlaceRequest.objects.select_for_update(of=("self",)).select_related("action").get(pk=request.pk)
    if locked.state not in workflow.REQUEST[name].sources:
        raise CannotMove("Cette demande a déjà sa réponse.")
    return locked
