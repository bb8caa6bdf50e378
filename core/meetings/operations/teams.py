"""Teams and who sits in them."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.journal import operations as journal
from core.meetings.models import Team, TeamMembership
from core.meetings.operations.moving import CannotMeet
from core.meetings.permissions import can_sit
from core.people.models import User


@transaction.atomic
def create_team(*, name: str, by: User, at: datetime) -> Team:
    team = Team.objects.create(name=name)
    journal.record(actor=by, act="meetings.team_created", target=team, at=at, fields=["name"])
    return team


@transaction.atomic
def add_member(*, team: Team, user: User, since_on: date, by: User, at: datetime) -> TeamMembership:
    """Seated from `since_on`; adding a member who sits already changes nothing. Raises CannotMeet.

    The charter is asked for at each convening, not here: who has not signed is a member, and not invited.
    """
    Team.objects.select_for_update().get(pk=team.pk)
    if not can_sit(user) or not user.present_on(timezone.localdate(at)):
        raise CannotMeet("Cette personne n’a pas de rôle en équipe pluridisciplinaire.")
    if seated := TeamMembership.objects.filter(team=team, user=user, until_on=None).first():
        return seated
    membership = TeamMembership.objects.create(team=team, user=user, since_on=since_on)
    journal.record(actor=by, act="meetings.member_added", target=membership, at=at, fields=["user"])
    return membership


@transaction.atomic
def end_membership(*, membership: TeamMembership, by: User, at: datetime) -> TeamMembership:
    """From today on no longer convened; meetings that were convened keep their list."""
    locked = TeamMembership.objects.select_for_update().get(pk=membership.pk)
    locked.until_on = max(timezone.localdate(at), locked.since_on)
    locked.save(update_fields=["until_on"])
    journal.record(actor=by, act="meetings.member_ended", target=locked, at=at, fields=["until_on"])
    return locked
