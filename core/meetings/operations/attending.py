"""Who came, for which organisation; nobody hears a name before having signed the charter."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.journal import operations as journal
from core.meetings import queries
from core.meetings.enums import Attendance
from core.meetings.models import Meeting, Presence
from core.meetings.operations.moving import CannotMeet, lock_meeting
from core.meetings.permissions import can_sit
from core.meetings.workflow import OPENING_FILES
from core.people import operations as people_operations
from core.people import queries as people
from core.people.models import User
from core.people.operations.charter import AlreadySigned


@transaction.atomic
def note_attendance(
    *, presence: Presence, attendance: Attendance, organisation: str, by: User, at: datetime
) -> Presence:
    """Raises CannotMeet for somebody present whose charter is not in force."""
    _in_session(presence.meeting_id)
    locked = Presence.objects.select_for_update(of=("self",)).select_related("user").get(pk=presence.pk)
    if (locked.attendance, locked.organisation) == (attendance, organisation):
        return locked
    if attendance == Attendance.PRESENT and not _signed(locked, timezone.localdate(at)):
        raise CannotMeet(f"{locked.name} n’a pas signé la charte en vigueur. Notez d’abord sa signature.")
    locked.attendance, locked.organisation = attendance, organisation
    locked.save(update_fields=["attendance", "organisation"])
    journal.record(
        actor=by, act="meetings.attendance", target=locked, at=at, fields=["attendance", "organisation"]
    )
    return locked


@transaction.atomic
def welcome_newcomer(
    *, meeting: Meeting, name: str, organisation: str, signed_on: date | None, by: User, at: datetime
) -> Presence:
    """Somebody without account, at the door. Raises CannotMeet without the paper of a charter that holds."""
    locked = _in_session(meeting.pk)
    today = timezone.localdate(at)
    if signed_on is None or signed_on > today:
        raise CannotMeet("La charte se signe sur papier avant d’entrer.")
    if not any(charter.in_force_on <= signed_on for charter in people.charters_that_hold(today)):
        raise CannotMeet("Ce jour-là, la charte d’aujourd’hui n’existait pas encore : elle est à signer.")
    found = locked.presences.filter(user=None, name=name, organisation=organisation).first()
    if found:
        return found
    presence = Presence.objects.create(
        meeting=locked,
        name=name,
        organisation=organisation,
        attendance=Attendance.PRESENT,
        charter_on_paper_on=signed_on,
    )
    journal.record(
        actor=by, act="meetings.newcomer", target=presence, at=at, fields=["name", "charter_on_paper_on"]
    )
    return presence


@transaction.atomic
def welcome_member(*, meeting: Meeting, user: User, signed_on: date, by: User, at: datetime) -> Presence:
    """A member who was not invited for want of a charter signs it at the door, and is present from then on.

    Raises CannotMeet.
    """
    locked = _in_session(meeting.pk)
    if not can_sit(user) or not user.present_on(timezone.localdate(at)):
        raise CannotMeet("Cette personne n’a pas de rôle en équipe pluridisciplinaire.")
    organisation = queries.organisation_names([user]).get(user.organisation_code, "")
    presence, new = Presence.objects.get_or_create(
        meeting=locked, user=user, defaults={"name": user.full_name, "organisation": organisation}
    )
    if new:
        journal.record(actor=by, act="meetings.invited", target=presence, at=at, fields=["user"])
    signed = sign_at_the_door(presence=presence, signed_on=signed_on, by=by, at=at)
    return note_attendance(
        presence=signed, attendance=Attendance.PRESENT, organisation=signed.organisation, by=by, at=at
    )


@transaction.atomic
def sign_at_the_door(*, presence: Presence, signed_on: date, by: User, at: datetime) -> Presence:
    """A guest with an account signs the current charter on paper: noted for the account too."""
    locked = Presence.objects.select_for_update(of=("self",)).select_related("user").get(pk=presence.pk)
    charter = people.current_charter(timezone.localdate(at))
    if locked.user is None or charter is None:
        raise CannotMeet("Il n’y a pas de charte à signer.")
    if signed_on > timezone.localdate(at):
        raise CannotMeet("La date de la signature est à venir.")
    if signed_on < charter.in_force_on:
        raise CannotMeet("Ce jour-là, la charte d’aujourd’hui n’existait pas encore : elle est à signer.")
    try:
        people_operations.record_paper_signature(
            person=locked.user, charter=charter, signed_on=signed_on, by=by, at=at
        )
    except AlreadySigned:
        return locked
    locked.charter_on_paper_on = signed_on
    locked.save(update_fields=["charter_on_paper_on"])
    journal.record(
        actor=by, act="meetings.charter_at_the_door", target=locked, at=at, fields=["charter_on_paper_on"]
    )
    return locked


def _in_session(meeting_id: int) -> Meeting:
    meeting = lock_meeting(meeting_id)
    if meeting.state not in OPENING_FILES:
        raise CannotMeet("La liste des présents ne se remplit pas à ce moment de la réunion.")
    return meeting


def _signed(presence: Presence, on: date) -> bool:
    return presence.user is None or people.charter_in_force(presence.user, on) is not None
