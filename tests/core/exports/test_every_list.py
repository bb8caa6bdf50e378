"""Every list of the town as a file: the page's link, its choices, the reader's own rows and no more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.exports.models import Export
from core.journal.models import ReadLine
from core.pathways.enums import NationalExit, Presence, RelayState, WithWhom
from core.pathways.models import Appointment
from core.pathways.operations import sessions
from core.pathways.operations.ending import Relay
from core.people.enums import Role
from core.people.models import User
from core.sheets import lists, reading
from tenants.context import Place
from tests.conftest import client_of
from tests.core.meetings.making import Team1
from tests.core.partners import making as partners
from tests.core.pathways import ends, living, making
from tests.core.pathways.living import Life
from tests.core.pathways.making import NOW, TODAY

SignIn = Callable[[Client, Place, object], Client]
Browse = Callable[[User], Client]
GIVEN = {"reason": "Préparer la réunion de rentrée.", "format": "xlsx"}


@pytest.fixture
def browse(in_town_a: Place, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> Browse:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return lambda user: sign_in(client_of(in_town_a), in_town_a, user)


def url(code: str, **choices: str) -> str:
    return reverse("exports:new", query={"liste": code, **choices}, urlconf="reussite.urls_town")


def taken(client: Client, code: str, **choices: str) -> list[list[Any]]:
    response = client.post(url(code, **choices), GIVEN)
    assert response.status_code == 200, code
    return [list(row) for row in reading.read(response.content, "a.xlsx")[0].rows[1:]]


def column(client: Client, code: str, number: int = 0, **choices: str) -> list[Any]:
    return [row[number] for row in taken(client, code, **choices)]


def test_orientations_follow_the_step_that_the_page_shows(browse: Browse) -> None:
    boss, other = making.user(Role.COORDINATOR), making.user(Role.SECRETARY)
    first = making.received(making.child(), boss)
    agreed = making.agreed(making.child(), boss, making.guardian(making.child()))
    client = browse(boss)
    assert set(column(client, "referrals")) == {str(first.child), str(agreed.child)}
    assert column(client, "referrals", etape="joindre") == [str(first.child)]
    assert ReadLine.objects.filter(page="exports:new").latest("pk").shown == [first.child_id]
    assert "etape=joindre" in client.get("/orientations/?etape=joindre").text
    assert taken(browse(other), "referrals") == []


def test_actions_name_no_child_and_presences_only_those_that_one_sees(browse: Browse) -> None:
    life, other = Life(), Life()
    for one in (life, other):
        action = one.action(objective=one.searched(), title=f"Lire {one.child.last_name}")
        session = living.session(action, one.coordinator, on=TODAY)
        marks = {action.participations.get().pk: Presence.ABSENT}
        sessions.call_roll(session=session, marks=marks, seen=0, by=one.coordinator, at=NOW)
    boss, referent = browse(life.coordinator), browse(life.referent)
    titles = {f"Lire {one.child.last_name}" for one in (life, other)}
    assert set(column(boss, "actions")) == titles
    assert column(referent, "actions") == [f"Lire {life.child.last_name}"]
    assert taken(boss, "actions", terminees="1") == []
    assert set(column(boss, "attendance", 2)) == {life.child.full_name, other.child.full_name}
    assert [row[2:4] for row in taken(referent, "attendance")] == [[life.child.full_name, "Absent·e"]]
    action = life.pathway.objectives.get().participations.get().action
    assert column(boss, "attendance", 2, action=str(action.pk)) == [life.child.full_name]
    assert f"action={action.pk}" in boss.get(f"/actions/{action.pk}/").text


def test_appointments_are_ones_own_of_that_week_without_their_place(browse: Browse) -> None:
    life, other = Life(), Life()
    for one, days in ((life, 1), (other, 1), (life, 9)):
        Appointment.objects.create(
            pathway=one.pathway, at=NOW + timedelta(days=days), venue="12 rue Cachée",
            with_whom=WithWhom.FAMILY, user=one.referent,
        )  # fmt: skip
    client = browse(life.referent)
    assert column(client, "appointments", 2) == [life.child.full_name]
    assert column(client, "appointments", 2, jour=str(TODAY + timedelta(days=9))) == [life.child.full_name]
    for day in ("9999-12-31", "0001-01-01", "jamais"):
        assert column(client, "appointments", 2, jour=day) == column(client, "appointments", 2)
    assert "Cachée" not in str(taken(client, "appointments"))
    assert len(taken(browse(life.coordinator), "appointments", tous="1")) == 2
    assert taken(browse(life.coordinator), "appointments") == []
    assert "liste=appointments" in client.get("/semaine/").text


def test_reviews_relays_and_passages(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    life, other = Life(), Life()
    relay = Relay(words="Le club de quartier", state=RelayState.PROPOSED)
    ends.close(other, national=NationalExit.EXISTING_SCHEMES, relay=relay)
    colleague = making.user(Role.REFERENT)
    ends.hand_over(life.child, colleague, by=life.coordinator, on=TODAY + timedelta(days=200))
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=90))
    boss, referent = browse(life.coordinator), browse(life.referent)
    assert column(boss, "reviews") == column(referent, "reviews") == [life.child.full_name]
    assert [row[3] for row in taken(boss, "relays")] == ["Le club de quartier"]
    assert referent.get(url("relays")).status_code == 404
    assert [row[1:] for row in taken(boss, "hand_overs")] == [
        [life.child.full_name, life.referent.full_name, colleague.full_name]
    ]
    for page, code in (("/bilans/", "reviews"), ("/apres-la-sortie/", "relays"), ("/relais/", "hand_overs")):
        assert f"liste={code}" in boss.get(page).text


def test_the_network_and_its_prices(browse: Browse) -> None:
    first, second = partners.organisation(name="=Club", provider=True), partners.organisation(name="École")
    partners.agreement(of=first, subject="Lire")
    partners.offer(of=second, label="Aide aux devoirs")
    boss = browse(making.user(Role.COORDINATOR))
    assert {"=Club", "École"} <= set(column(boss, "organisations"))
    assert column(boss, "organisations", q="club") == ["=Club"]
    assert column(boss, "agreements") == ["=Club"]
    assert "Aide aux devoirs" in column(boss, "offers")
    assert taken(boss, "offers", q="introuvable") == []
    referent = browse(making.user(Role.REFERENT))
    assert referent.get(url("agreements")).status_code == 404
    assert all(len(row) < 9 for row in taken(referent, "organisations", q="club"))
    page = boss.get(reverse("partners:organisations", urlconf="reussite.urls_town")).text
    assert "liste=organisations" in page
    assert "liste=agreements" in page
    assert "liste=offers" in boss.get(reverse("partners:directory", urlconf="reussite.urls_town")).text


def test_meetings_without_anybodys_name(browse: Browse) -> None:
    team = Team1()
    team.item()
    boss = browse(making.user(Role.COORDINATOR))
    rows = taken(boss, "meetings")
    assert [row[2] for row in rows] == [team.meeting.team.name]
    assert rows[0][4] == 1
    assert taken(boss, "meetings", passees="1") == []
    assert "liste=meetings" in boss.get("/reunions/").text
    assert not Export.objects.filter(code="meetings", names_children=True).exists()


@pytest.mark.parametrize("role", [Role.TEAM_MEMBER, Role.PARTNER_WORKER, Role.STEERING, Role.TOWN_ADMIN])
def test_nobody_else_takes_any_of_them_away(browse: Browse, role: Role) -> None:
    client = browse(making.user(role))
    for one in lists.for_roles({str(role) for role in Role}):
        assert client.post(url(one.code), GIVEN).status_code == 403, one.code
    assert not Export.objects.exists()
