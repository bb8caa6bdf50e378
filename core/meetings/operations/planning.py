"""A meeting is planned, convened without any child's name, moved, cancelled."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.journal import operations as journal
from core.meetings import letters, queries
from core.meetings.enums import Attendance
from core.meetings.models import AgendaItem, Meeting, Presence, Team
from core.meetings.operations.agenda import give_back
from core.meetings.operations.moving import CannotMeet, lock_meeting, move_meeting
from core.meetings.permissions import can_sit
from core.meetings.workflow import MeetingState
from core.people import queries as people
from core.people.models import User


@transaction.atomic
def plan_meeting(
    *, team: Team, starts_at: datetime, place: str, by: User, at: datetime, **more: Any
) -> Meeting:
    """`more` may hold lasts, pace, pseudonymous."""
    meeting = Meeting.objects.create(team=team, starts_at=starts_at, place=place, **more)
    journal.record(
        actor=by, act="meetings.planned", target=meeting, at=at, fields=["starts_at", "place", *more]
    )
    return meeting


@transaction.atomic
def change_meeting(*, meeting: Meeting, by: User, at: datetime, **values: Any) -> Meeting:
    """Another day, another place: those invited are told again. Raises CannotMeet."""
    locked = lock_meeting(meeting.pk)
    if locked.state not in (MeetingState.PLANNED, MeetingState.CONVENED):
        raise CannotMeet("Cette réunion a déjà commencé.")
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    if not changed:
        return locked
    for name in changed:
        setattr(locked, name, values[name])
    tell = locked.state == MeetingState.CONVENED and {"starts_at", "place", "lasts"} & set(changed)
    if tell:
        locked.sequence += 1
    locked.save(update_fields=[*changed, "sequence"])
    journal.record(actor=by, act="meetings.changed", target=locked, at=at, fields=changed)
    if tell:
        _send(locked, changed=True, at=at)
    return locked


@transaction.atomic
def convene(*, meeting: Meeting, by: User, at: datetime) -> list[Presence]:
    """Invite the team's members whose charter is in force, by e-mail. Raises CannotMeet.

    Sent once: a second press finds the meeting convened already.
    """
    locked = lock_meeting(meeting.pk)
    locked.convened_at = at
    move_meeting(locked, "convene", by=by, at=at, fields=["convened_at"])
    if not seat_members(locked, at=at):
        raise CannotMeet("Aucun membre de l’équipe n’a signé la charte : personne ne peut être invité.")
    _send(locked, changed=False, at=at)
    return list(locked.presences.order_by("pk"))


def seat_members(meeting: Meeting, *, at: datetime) -> int:
    """Put on the list of `meeting`, which is locked, the members who may come. Returns how many may."""
    coming = [seat for seat in queries.seats(meeting.team, at=at) if seat.may_come]
    for seat in coming:
        Presence.objects.get_or_create(
            meeting=meeting,
            user=seat.user,
            defaults={"name": seat.user.full_name, "organisation": seat.organisation},
        )
    return len(coming)


@transaction.atomic
def invite(*, meeting: Meeting, user: User, by: User, at: datetime) -> Presence:
    """One more guest, for this meeting alone; told at once where the others are. Raises CannotMeet."""
    locked = lock_meeting(meeting.pk)
    if locked.state not in (MeetingState.PLANNED, MeetingState.CONVENED, MeetingState.OPEN):
        raise CannotMeet("Cette réunion est terminée.")
    if not can_sit(user) or not user.present_on(timezone.localdate(at)):
        raise CannotMeet("Cette personne n’a pas de rôle en équipe pluridisciplinaire.")
    if not people.charter_in_force(user, timezone.localdate(at)):
        raise CannotMeet("Cette personne n’a pas signé la charte en vigueur : elle ne peut pas être invitée.")
    presence, new = Presence.objects.get_or_create(
        meeting=locked,
        user=user,
        defaults={
            "name": user.full_name,
            "organisation": queries.organisation_names([user]).get(user.organisation_code, ""),
        },
    )
    if new:
        journal.record(actor=by, act="meetings.invited", target=presence, at=at, fields=["user"])
        if locked.state == MeetingState.CONVENED:
            letters.convene(locked, [presence], changed=False, at=at)
    return presence


@transaction.atomic
def uninvite(*, presence: Presence, by: User, at: datetime) -> None:
    """Off the list of one meeting, and told so: the situations close for this person. Raises CannotMeet."""
    meeting = lock_meeting(presence.meeting_id)
    locked = Presence.objects.select_for_update(of=("self",)).select_related("user").get(pk=presence.pk)
    if meeting.state not in (MeetingState.PLANNED, MeetingState.CONVENED, MeetingState.OPEN):
        raise CannotMeet("Cette réunion est terminée : la liste ne change plus.")
    if locked.attendance == Attendance.PRESENT:
        raise CannotMeet(f"{locked.name} est noté·e présent·e : la liste le garde.")
    journal.record(actor=by, act="meetings.uninvited", target=locked, at=at, fields=["user"])
    if meeting.state == MeetingState.CONVENED:
        letters.withdraw(meeting, [locked], at=at)
    locked.delete()


@transaction.atomic
def cancel(*, meeting: Meeting, by: User, at: datetime) -> Meeting:
    """Those invited are told, and the situations wait for another agenda. Raises CannotMeet."""
    locked = lock_meeting(meeting.pk)
    told = locked.state == MeetingState.CONVENED
    locked.sequence += 1
    move_meeting(locked, "cancel", by=by, at=at, fields=["sequence"])
    for item in AgendaItem.objects.filter(meeting=locked).select_related("referral").order_by("pk"):
        give_back(item, by=by, at=at)
    if told:
        letters.cancel(locked, _guests(locked), at=at)
    return locked


def _send(meeting: Meeting, *, changed: bool, at: datetime) -> None:
    letters.convene(meeting, _guests(meeting), changed=changed, at=at)


def _guests(meeting: Meeting) -> list[Presence]:
    return list(meeting.presences.filter(user__isnull=False).select_related("user").order_by("pk"))
