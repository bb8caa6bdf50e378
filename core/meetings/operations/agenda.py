"""The agenda, built from what was written once. Nothing nominative before the parents' agreement."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from core.journal import operations as journal
from core.meetings.models import AgendaItem, Meeting
from core.meetings.operations.moving import CannotMeet, lock_in_preparation, lock_item, lock_meeting
from core.meetings.workflow import PREPARING
from core.pathways.enums import PathwayState
from core.pathways.models import Decision, Pathway, Referral
from core.pathways.operations.transitions import lock_referral, move_referral
from core.pathways.workflow import WITH_AGREEMENT, ReferralState
from core.people.models import User
from core.ui import typography


@transaction.atomic
def put_referral(*, meeting: Meeting, referral: Referral, by: User, at: datetime) -> AgendaItem:
    """The gate: only with the parents' agreement in force. Raises CannotMeet, CannotMove.

    An urgent entry that waits for its ratification comes too, and keeps its own state.
    """
    locked_meeting = lock_in_preparation(meeting.pk)
    locked = lock_referral(referral.pk)
    if locked.state not in WITH_AGREEMENT or locked.child_id is None:
        raise CannotMeet("Sans l’accord des parents, une situation ne vient pas à l’ordre du jour.")
    if found := AgendaItem.objects.filter(meeting=locked_meeting, child_id=locked.child_id).first():
        return found
    if not unratified(locked.pk):
        move_referral(locked, "put_on_agenda", by=by, at=at)
    return _put(
        AgendaItem(
            meeting=locked_meeting,
            child_id=locked.child_id,
            referral=locked,
            facts=locked.facts,
            strengths=locked.strengths,
            tried=locked.tried,
        ),
        by=by,
        at=at,
    )


@transaction.atomic
def put_pathway(*, meeting: Meeting, pathway: Pathway, by: User, at: datetime) -> AgendaItem:
    """A pathway due for a look, from what was said when it started. Raises CannotMeet."""
    locked_meeting = lock_in_preparation(meeting.pk)
    locked = (
        Pathway.objects.select_for_update(of=("self",))
        .select_related("contract__referral")
        .get(pk=pathway.pk)
    )
    if locked.state == PathwayState.ENDED:
        raise CannotMeet("Ce parcours est terminé.")
    if found := AgendaItem.objects.filter(meeting=locked_meeting, child_id=locked.child_id).first():
        return found
    origin = locked.contract.referral
    return _put(
        AgendaItem(
            meeting=locked_meeting,
            child_id=locked.child_id,
            pathway=locked,
            facts=origin.facts if origin else "",
            strengths=origin.strengths if origin else "",
            tried=_accompanied(locked, origin.tried if origin else ""),
        ),
        by=by,
        at=at,
    )


def _accompanied(pathway: Pathway, tried: str) -> str:
    """What was tried before, then what the contract has aimed at since."""
    aims = pathway.contract.objectives.order_by("pk").values_list("text", flat=True)
    since = typography.day(pathway.started_on)
    now = f"En parcours depuis le {since} : " + " ; ".join(aims) + "." if aims else ""
    return "\n".join(filter(None, (tried, now)))


@transaction.atomic
def correct_item(
    *, item: AgendaItem, version: int, facts: str, strengths: str, tried: str, by: User, at: datetime
) -> AgendaItem:
    """Correct what will be shown. Raises CannotMeet, also when somebody else wrote meanwhile."""
    lock_in_preparation(item.meeting_id)
    locked = lock_item(item.pk)
    if locked.version != version:
        raise CannotMeet(
            "Quelqu’un a modifié cette situation entre-temps. Relisez, puis enregistrez à nouveau."
        )
    locked.facts, locked.strengths, locked.tried = facts, strengths, tried
    locked.version, locked.saved_at, locked.saved_by = version + 1, at, by
    fields = ["facts", "strengths", "tried"]
    locked.save(update_fields=[*fields, "version", "saved_at", "saved_by"])
    record(locked, "item_corrected", by=by, at=at, fields=fields)
    return locked


@transaction.atomic
def take_off(*, item: AgendaItem, by: User, at: datetime) -> None:
    """Off the agenda; the referral waits for another one. Raises CannotMeet once something was typed."""
    meeting = lock_meeting(item.meeting_id)
    if meeting.state not in PREPARING:
        raise CannotMeet("L’ordre du jour de cette réunion ne change plus.")
    locked = lock_item(item.pk)
    if locked.draft:
        raise CannotMeet("Une décision est en cours de saisie pour cette situation : effacez-la d’abord.")
    give_back(locked, by=by, at=at)


def give_back(item: AgendaItem, *, by: User, at: datetime) -> None:
    """The line goes, its referral is again among those that wait for a meeting."""
    return_referral(item, by=by, at=at)
    record(item, "item_taken_off", by=by, at=at)
    item.delete()


def return_referral(item: AgendaItem, *, by: User, at: datetime) -> None:
    if item.referral_id is None:
        return
    referral = lock_referral(item.referral_id)
    if referral.state == ReferralState.ON_AGENDA:
        move_referral(referral, "take_off_agenda", by=by, at=at)


def unratified(referral_id: int | None) -> Decision | None:
    """The urgent decision that the next meeting is to ratify."""
    if referral_id is None:
        return None
    return (
        Decision.objects.filter(referral_id=referral_id, urgent=True, ratified_on=None, cancelled_on=None)
        .order_by("-pk")
        .first()
    )


def record(item: AgendaItem, act: str, *, by: User, at: datetime, fields: list[str] | None = None) -> None:
    journal.record(
        actor=by, act=f"meetings.{act}", target=item, at=at, child_id=item.child_id, fields=fields or []
    )


def _put(item: AgendaItem, *, by: User, at: datetime) -> AgendaItem:
    last = AgendaItem.objects.filter(meeting=item.meeting).aggregate(last=Max("number"))["last"] or 0
    item.number = last + 1
    item.save()
    record(item, "item_added", by=by, at=at, fields=["facts", "strengths", "tried"])
    return item
