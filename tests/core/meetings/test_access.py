"""Who reaches a meeting's situations, when, and who no longer does. Each refusal has its success twin."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.children.models import Child
from core.journal.models import Change
from core.meetings.enums import Attendance
from core.meetings.models import AgendaItem, Meeting, Presence
from core.meetings.operations import attending, closing, planning, teams
from core.meetings.operations.moving import CannotMeet
from core.people import operations
from core.people.enums import Role
from core.people.models import Charter, CharterSignature, User
from tenants.context import Place
from tests.core.meetings.making import LONG_AGO, Team1
from tests.core.pathways import making
from tests.core.pathways.making import NOW, TODAY

SignIn = Callable[[Client, Place, object], Client]
Browse = Callable[[User], Client]


@pytest.fixture
def team(in_town_a: Place) -> Team1:
    return Team1()


@pytest.fixture
def browse(team: Team1, town_a: Place, sign_in: SignIn) -> Browse:
    def browse(user: User) -> Client:
        return sign_in(Client(headers={"host": town_a.primary_host}), town_a, user)

    return browse


def url(name: str, *args: int) -> str:
    return reverse(f"meetings:{name}", args=args, urlconf="reussite.urls_town")


def status(client: Client, team: Team1) -> tuple[int, int]:
    """Of the situation's page, then of the draft minutes."""
    pk = team.meeting.pk
    return client.get(url("live", pk, 1)).status_code, client.get(url("pdf", pk)).status_code


def test_a_member_of_another_team_finds_nothing(team: Team1, browse: Browse) -> None:
    other = making.user(Role.TEAM_MEMBER)
    elsewhere = teams.create_team(name="Autre équipe", by=team.coordinator, at=NOW)
    teams.add_member(team=elsewhere, user=other, since_on=LONG_AGO, by=team.coordinator, at=NOW)
    item = team.item()
    team.convene()
    team.open()
    assert status(browse(other), team) == (404, 404)
    assert not Meeting.objects.visible_to(other).exists()
    assert not Child.objects.visible_to(other, at=NOW).filter(pk=item.child_id).exists()
    assert status(browse(team.member), team) == (200, 404)
    assert Child.objects.visible_to(team.member, at=NOW).filter(pk=item.child_id).exists()


def test_a_guest_sees_who_the_child_is_and_not_where_to_find_the_family(team: Team1, browse: Browse) -> None:
    item = team.item()
    adult = item.child.guardianships.get().guardian
    adult.phone, adult.email = "06 00 00 00 99", "parent@exemple.test"
    adult.save()
    team.convene()
    seen, whole = (
        browse(user).get(f"/enfants/{item.child_id}/").content.decode()
        for user in (team.member, team.coordinator)
    )
    assert adult.last_name in seen
    assert "06 00 00 00 99" in whole
    assert "06 00 00 00 99" not in seen
    assert "parent@exemple.test" in whole
    assert "parent@exemple.test" not in seen


def test_the_excused_read_the_draft_and_nobody_reads_after_the_approval(team: Team1, browse: Browse) -> None:
    """Invited is invited: who was excused may correct the draft minutes, until they are approved."""
    excused = making.user(Role.TEAM_MEMBER)
    teams.add_member(team=team.team, user=excused, since_on=LONG_AGO, by=team.coordinator, at=NOW)
    item = team.item()
    team.convene()
    team.open()
    attending.note_attendance(
        presence=Presence.objects.get(user=excused),
        attendance=Attendance.EXCUSED,
        organisation="Mission locale",
        by=team.coordinator,
        at=NOW,
    )
    closing.close_meeting(meeting=team.meeting, by=team.coordinator, at=NOW)
    for person in (excused, team.member):
        assert status(browse(person), team) == (200, 200)
        assert "Lire le projet" in browse(person).get(url("detail", team.meeting.pk)).content.decode()
    closing.approve(meeting=team.meeting, by=team.coordinator, at=NOW)
    for person in (excused, team.member):
        assert status(browse(person), team) == (404, 404)
        page = browse(person).get(url("detail", team.meeting.pk)).content.decode()
        assert "ne sont plus visibles" in page
        assert item.child.last_name not in page
        assert not Child.objects.visible_to(person, at=NOW).filter(pk=item.child_id).exists()
    assert status(browse(team.coordinator), team) == (200, 200)


def test_a_role_that_ends_closes_the_situations_at_once(team: Team1, browse: Browse) -> None:
    team.item()
    team.convene()
    assert status(browse(team.member), team)[0] == 200
    yesterday = TODAY - timedelta(days=1)
    team.member.assignments.update(until_on=yesterday)
    making.RoleAssignment.objects.create(user=team.member, role=Role.STEERING, since_on=date(2020, 1, 1))
    team.member.forget_roles()
    assert not AgendaItem.objects.visible_to(team.member).exists()
    assert not Meeting.objects.visible_to(team.member).exists()
    assert status(browse(team.member), team) == (403, 403)


@pytest.mark.parametrize("role", [Role.STEERING, Role.PARTNER_WORKER, Role.SECRETARY, Role.TOWN_ADMIN])
def test_no_other_role_is_invited(team: Team1, role: Role) -> None:
    guest = making.user(role)
    with pytest.raises(CannotMeet, match="rôle"):
        planning.invite(meeting=team.meeting, user=guest, by=team.coordinator, at=NOW)
    assert not Presence.objects.exists()
    referent = making.user(Role.REFERENT)
    planning.invite(meeting=team.meeting, user=referent, by=team.coordinator, at=NOW)
    assert Presence.objects.get().user == referent


def test_who_is_taken_off_the_list_is_told_and_sees_nothing(team: Team1, browse: Browse) -> None:
    team.item()
    team.convene()
    presence = Presence.objects.get(user=team.member)
    mail.outbox.clear()
    browse(team.coordinator).post(url("uninvite", team.meeting.pk, presence.pk))
    assert not Presence.objects.filter(pk=presence.pk).exists()
    assert [sent.to for sent in mail.outbox] == [[team.member.email]]
    assert "METHOD:CANCEL" in mail.outbox[0].attachments[0][1]
    assert status(browse(team.member), team)[0] == 404
    assert Change.objects.filter(act="meetings.uninvited").exists()


def test_who_is_noted_present_stays_on_the_list(team: Team1) -> None:
    team.convene()
    team.open()
    presence = Presence.objects.get(user=team.member)
    attending.note_attendance(
        presence=presence, attendance=Attendance.PRESENT, organisation="", by=team.coordinator, at=NOW
    )
    with pytest.raises(CannotMeet, match="présent"):
        planning.uninvite(presence=presence, by=team.coordinator, at=NOW)
    assert Presence.objects.filter(pk=presence.pk).exists()


def test_a_meeting_begun_without_convening_has_its_roll_call(team: Team1) -> None:
    unsigned = making.user(Role.TEAM_MEMBER, signed=False)
    teams.add_member(team=team.team, user=unsigned, since_on=LONG_AGO, by=team.coordinator, at=NOW)
    team.open()
    assert {row.user for row in team.meeting.presences.all()} == {team.coordinator, team.member}
    assert not mail.outbox


def test_a_member_without_charter_signs_at_the_door(team: Team1, browse: Browse) -> None:
    unsigned = making.user(Role.TEAM_MEMBER, signed=False)
    seat = teams.add_member(team=team.team, user=unsigned, since_on=LONG_AGO, by=team.coordinator, at=NOW)
    team.item()
    team.convene()
    team.open()
    client = browse(team.coordinator)
    place = url("door_member", team.meeting.pk, seat.pk)
    assert place in client.get(url("presences", team.meeting.pk)).content.decode()
    too_early = client.post(place, {"signed_on": "1/1/2019"}).content.decode()
    assert "n’existait pas encore" in too_early
    assert not CharterSignature.objects.filter(user=unsigned).exists()
    assert not Presence.objects.filter(user=unsigned).exists()
    client.post(place, {"signed_on": "aujourd’hui"})
    assert Presence.objects.get(user=unsigned).attendance == Attendance.PRESENT
    assert CharterSignature.objects.get(user=unsigned).how == "paper"
    assert status(browse(unsigned), team)[0] == 200
    assert place not in client.get(url("presences", team.meeting.pk)).content.decode()


def test_a_newcomers_paper_is_that_of_a_charter_that_holds(team: Team1) -> None:
    team.convene()
    team.open()
    newcomer = {"name": "Personne Nouvelle", "organisation": "Club", "by": team.coordinator, "at": NOW}
    with pytest.raises(CannotMeet, match="n’existait pas encore"):
        attending.welcome_newcomer(meeting=team.meeting, signed_on=date(2019, 1, 1), **newcomer)  # type: ignore[arg-type]
    attending.welcome_newcomer(meeting=team.meeting, signed_on=TODAY, **newcomer)  # type: ignore[arg-type]
    assert Presence.objects.get(user=None).charter_on_paper_on == TODAY


def test_the_paper_is_asked_of_those_alone_whose_charter_is_not_in_force(team: Team1, browse: Browse) -> None:
    team.convene()
    team.open()
    row = Presence.objects.get(user=team.member)
    place = url("door_charter", team.meeting.pk, row.pk)
    client = browse(team.coordinator)
    assert place not in client.get(url("presences", team.meeting.pk)).content.decode()
    today = timezone.localdate()
    operations.publish_charter(title="Charte", text="Autre", in_force_on=today, by=None, at=timezone.now())
    client = browse(team.coordinator)
    operations.sign_charter(
        user=team.coordinator,
        charter=Charter.objects.latest("version"),
        name=team.coordinator.full_name,
        at=timezone.now(),
    )
    assert place in client.get(url("presences", team.meeting.pk)).content.decode()
