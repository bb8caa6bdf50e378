"""Ends, pauses, relays and news in « Aujourd’hui »: whose they are, counts, and what is done from there."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import set_urlconf
from django.utils import timezone

from core.journal.models import ReadLine
from core.notifications import today
from core.notifications.today import Group, Reader
from core.pathways.enums import NationalExit, RelayState
from core.pathways.models import Exit
from core.pathways.operations import pausing
from core.pathways.operations.ending import Relay
from core.people.enums import Role
from core.people.models import RoleAssignment, User
from tenants.context import Place
from tests.conftest import client_of
from tests.core.pathways import ends, making
from tests.core.pathways.living import Life
from tests.core.pathways.making import NOW, TODAY

pytestmark = pytest.mark.usefixtures("in_town_a")
SignIn = Callable[[Client, Place, object], Client]
Browse = Callable[[User], Client]
Travel = Callable[[int], None]
KINDS = {
    "fins", "nouvelles", "relais-sans-reponse", "seuls", "relais-a-lire", "passages", "pauses",
}  # fmt: skip


@pytest.fixture
def browse(town_a: Place, sign_in: SignIn) -> Browse:
    return lambda user: sign_in(client_of(town_a), town_a, user)


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Travel]:
    """So many days after what the makers wrote."""

    def to(days: int) -> None:
        monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=days))

    to(0)
    yield to
    set_urlconf(None)


def groups(user: User) -> dict[str, Group]:
    set_urlconf("reussite.urls_town")
    return {group.code: group for group in today.groups_for(Reader(user, timezone.now()))}


def relayed(**values: object) -> tuple[Life, Exit]:
    life = Life(**values)
    relay = Relay(words="Le club de quartier", state=RelayState.PROPOSED)
    return life, ends.close(life, national=NationalExit.EXISTING_SCHEMES, relay=relay)


def test_a_pathway_past_its_end_leads_to_the_exit_and_stays(travel: Travel) -> None:
    life = Life()
    travel(320)
    line = groups(life.coordinator)["fins"].lines[0]
    assert (line.late, line.do_url) == (False, f"/parcours/{life.pathway.pk}/")
    travel(370)
    found = groups(life.coordinator)
    line = found["fins-passees"].lines[0]
    assert "fins" not in found
    assert (line.title, line.late) == (life.child.full_name, True)
    assert line.do_url == f"/parcours/{life.pathway.pk}/sortie/"
    assert groups(life.referent)["fins-passees"].lines[0].do_url == f"/parcours/{life.pathway.pk}/"
    assert "fins-passees" not in groups(making.user(Role.REFERENT))
    ends.close(life, at=timezone.now())
    assert "fins-passees" not in groups(life.coordinator)


def test_news_are_asked_for_by_who_is_charged_and_by_the_coordination_else(travel: Travel) -> None:
    charged, nobody = Life(), Life()
    ends.close(charged, news_by=charged.referent)
    ends.close(nobody)
    travel(100)
    assert "nouvelles" not in groups(charged.referent)
    travel(190)
    line = groups(charged.referent)["nouvelles"].lines[0]
    assert line.title == charged.child.full_name
    assert line.do_url.startswith("/apres-la-sortie/")
    assert [line.title for line in groups(nobody.coordinator)["nouvelles"].lines] == [nobody.child.full_name]
    assert "nouvelles" not in groups(nobody.referent)


def test_a_relay_is_answered_with_one_press(browse: Browse, travel: Travel) -> None:
    life, made = relayed()
    travel(20)
    assert "relais-sans-reponse" not in groups(life.coordinator)
    travel(31)
    group = groups(life.coordinator)["relais-sans-reponse"]
    assert "Le club de quartier" in group.lines[0].detail
    assert "relais-sans-reponse" not in groups(life.referent)
    url = group.lines[0].presses[0].url
    for role, status in ((Role.REFERENT, 403), (Role.SECRETARY, 403), (Role.STEERING, 403)):
        assert browse(making.user(role)).post(url, {"reponse": "accepted"}).status_code == status
    client = browse(life.coordinator)
    data = {"reponse": "accepted", "groupe": "relais-sans-reponse"}
    answer = client.post(url, data, headers={"hx-request": "true"})
    assert "le relais est accepté" in answer.text
    made.refresh_from_db()
    assert (made.relay_state, made.relay_on) == ("accepted", TODAY + timedelta(days=31))
    again = client.post(url, {**data, "reponse": "declined"}, headers={"hx-request": "true"})
    assert "n’est pas possible" in again.text
    made.refresh_from_db()
    assert made.relay_state == "accepted"


def test_a_relay_refused_waits_no_more(browse: Browse, travel: Travel) -> None:
    life, made = relayed()
    travel(31)
    assert browse(life.coordinator).post(f"/parcours/{life.pathway.pk}/sortie/reponse/").status_code == 302
    made.refresh_from_db()
    assert made.relay_state == "declined"
    assert "relais-sans-reponse" not in groups(life.coordinator)


def test_who_has_nobody_is_the_coordinations(travel: Travel) -> None:
    """Also where the link goes on and the person has left."""
    life, kept = Life(), Life()
    RoleAssignment.objects.filter(user=life.referent).update(until_on=TODAY)
    travel(1)
    group = groups(kept.coordinator)["seuls"]
    assert [line.title for line in group.lines] == [life.child.full_name]
    assert group.lines[0].do_url == f"/enfants/{life.child.pk}/relais/"
    assert "seuls" not in groups(kept.referent)


def test_a_passage_is_named_for_who_may_see_the_child_and_read_once_it_came(travel: Travel) -> None:
    life = Life()
    colleague = making.user(Role.REFERENT)
    User.objects.filter(pk=colleague.pk).update(organisation_code="un-partenaire")
    colleague = User.objects.get(pk=colleague.pk)
    ends.hand_over(life.child, colleague, by=life.coordinator)
    assert groups(life.coordinator)["passages"].lines[0].title == life.child.full_name
    line = groups(colleague)["passages"].lines[0]
    assert life.child.last_name not in str(line)
    assert line.child_id is None
    assert "relais-a-lire" not in groups(colleague)
    travel(7)
    found = groups(colleague)
    assert "passages" not in found
    assert (found["relais-a-lire"].lines[0].title, found["relais-a-lire"].lines[0].child_id) == (
        life.child.full_name,
        life.child.pk,
    )


def test_a_long_pause_is_shown_to_who_follows(travel: Travel) -> None:
    life = Life()
    pausing.suspend(
        pathway=life.pathway, since_on=TODAY, expected_on=TODAY + timedelta(days=9), reason="Un séjour.",
        by=life.coordinator, at=NOW,
    )  # fmt: skip
    travel(9)
    assert "pauses" not in groups(life.referent)
    travel(10)
    assert groups(life.referent)["pauses"].lines[0].do_url == f"/parcours/{life.pathway.pk}/reprendre/"
    assert "pauses" not in groups(Life().referent)


def everything(boss: User) -> None:
    """One more of each kind, by `boss`, as it stands eleven months later."""
    relayed(coordinator=boss)
    life = Life(coordinator=boss)
    pausing.suspend(pathway=life.pathway, since_on=TODAY, reason="Un séjour.", by=boss, at=NOW)
    RoleAssignment.objects.filter(user=Life(coordinator=boss).referent).update(until_on=TODAY)
    passed = Life(coordinator=boss)
    ends.hand_over(passed.child, boss, by=boss, on=TODAY)
    later = Life(coordinator=boss)
    ends.hand_over(later.child, making.user(Role.REFERENT), by=boss, on=TODAY + timedelta(days=400))


def test_counts_open_their_rows_in_as_many_queries_for_many(browse: Browse, travel: Travel) -> None:
    boss = making.user(Role.COORDINATOR)
    RoleAssignment.objects.create(user=boss, role=Role.REFERENT, since_on=TODAY)
    everything(boss)
    travel(320)
    client = browse(boss)
    found = groups(boss)
    assert found.keys() >= KINDS
    few = {url: queries(client, url) for url in ("/", *(f"/attente/{code}/" for code in KINDS))}
    travel(0)
    for _ in range(3):
        everything(boss)
    travel(320)
    found = groups(boss)
    for code in KINDS:
        page = client.get(f"/attente/{code}/")
        assert page.context["listing"].count == found[code].count == len(page.context["lines"]), code
        assert set(ReadLine.objects.latest_first()[0].shown) == {
            line.child_id for line in page.context["lines"] if line.child_id
        }
    assert {url: queries(client, url) for url in few} == few


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return sum("tenants_" not in one["sql"] for one in seen)
