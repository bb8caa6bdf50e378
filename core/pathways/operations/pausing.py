"""A pathway stands still for a time, then goes on: who accompanies and what is shared stay as they are."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from core.journal import operations as journal
from core.pathways import rhythm
from core.pathways.models import Pathway, Review, Suspension
from core.pathways.operations import reviews, stopping
from core.pathways.operations.transitions import CannotMove, check_move, lock_pathway, move_pathway
from core.pathways.workflow import ReviewState
from core.people.models import User


@transaction.atomic
def suspend(
    *,
    pathway: Pathway,
    since_on: date,
    reason: str,
    by: User,
    at: datetime,
    expected_on: date | None = None,
    cancel_planned: bool = False,
) -> Suspension:
    """From `since_on` on, a day that has come. Raises CannotMove.

    With `cancel_planned`, the individual sessions, the appointments and the review of the days in between
    are cancelled.
    """
    locked = lock_pathway(pathway.pk)
    check_move(locked, "suspend")
    _check(locked, since_on, expected_on, reason, today=timezone.localdate(at))
    suspension = Suspension.objects.create(
        pathway=locked, since_on=since_on, expected_on=expected_on, reason=reason.strip(), by=by, noted_at=at
    )
    move_pathway(locked, "suspend", by=by, at=at)
    journal.record(
        actor=by,
        act="pathways.suspension_noted",
        target=suspension,
        at=at,
        child_id=locked.child_id,
        fields=["since_on", "expected_on", "reason"],
    )
    if cancel_planned:
        stopping.cancel_planned(locked, since=since_on, until=expected_on, because=PAUSED, by=by, at=at)
        _cancel_review(suspension, by=by, at=at)
    return suspension


PAUSED = "Le parcours est suspendu."


def _cancel_review(suspension: Suspension, *, by: User, at: datetime) -> None:
    """The one to come, if it is due meanwhile."""
    due = Review.objects.filter(pathway=suspension.pathway, state=ReviewState.PLANNED)
    due = due.filter(due_on__gte=suspension.since_on)
    if suspension.expected_on is not None:
        due = due.filter(due_on__lt=suspension.expected_on)
    if due.exists():
        reviews.cancel_planned(pathway=suspension.pathway, because=PAUSED, by=by, at=at)


def _check(pathway: Pathway, since_on: date, expected_on: date | None, reason: str, *, today: date) -> None:
    if since_on > today:
        raise CannotMove("La suspension est à venir : notez-la le jour où elle commence.")
    if since_on < pathway.started_on:
        raise CannotMove("La suspension précède le début du parcours.")
    former = pathway.suspensions.aggregate(last=Max("until_on"))["last"]
    if former is not None and since_on < former:
        raise CannotMove("Une autre suspension couvre déjà ce jour.")
    if expected_on is not None and expected_on < since_on:
        raise CannotMove("La reprise envisagée précède la suspension.")
    if not reason.strip():
        raise CannotMove("Dites en une ligne pourquoi.")


@transaction.atomic
def resume(*, pathway: Pathway, on: date, by: User, at: datetime) -> Suspension:
    """The pathway goes on from that day; its review is to come again. Raises CannotMove."""
    locked = lock_pathway(pathway.pk)
    suspension = Suspension.objects.select_for_update().filter(pathway=locked, until_on=None).first()
    if suspension is None:
        raise CannotMove("Ce parcours n’est pas suspendu.")
    if on > timezone.localdate(at):
        raise CannotMove("La reprise est à venir : notez-la le jour où elle a lieu.")
    if on < suspension.since_on:
        raise CannotMove("La reprise précède la suspension.")
    suspension.until_on = on
    suspension.save(update_fields=["until_on"])
    move_pathway(locked, "resume", by=by, at=at)
    settle_in = on + timedelta(days=rhythm.of_town().review_reminder_days)
    reviews.plan_again(pathway=locked, because=PAUSED, by=by, at=at, not_before=settle_in)
    return suspension
