"""The week, by right; and the calendar feed, which names nobody, under attack."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import set_urlconf
from django.utils import timezone

from core.children.models import Enrolment, School
from core.journal.models import Change, ReadLine
from core.notifications.models import CalendarLink
from core.notifications.operations import calendars
from core.pathways.enums import WithWhom
from core.pathways.models import Appointment
from core.people.enums import Role
from core.people.models import Charter, RoleAssignment, User
from tenants.context import Place, entered, outside
from tests.conftest import client_of
from tests.core.meetings.making import Team1
from tests.core.partners import making as partners
from tests.core.pathways import living, making
from tests.core.pathways.living import Life
from tests.core.pathways.making import NOW, TODAY

SignIn = Callable[[Client, Place, object], Client]
Browse = Callable[[User], Client]
FIRST, LAST, SCHOOL, VENUE = "Zéphyrinette", "Quokkavoix", "École Xylocanari", "3 rue du Wombat caché"
CANARIES = (FIRST, LAST, SCHOOL, VENUE, "Zephyrinette", "Quokka", "Xylocanari", "Wombat", "théâtre")


@pytest.fixture(autouse=True)
def the_day(in_town_a: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    set_urlconf("reussite.urls_town")
    yield
    set_urlconf(None)
    cache.clear()


@pytest.fixture
def browse(town_a: Place, sign_in: SignIn) -> Browse:
    return lambda user: sign_in(client_of(town_a), town_a, user)


def appointment(life: Life, user: User | None = None, days: int = 1) -> Appointment:
    return Appointment.objects.create(
        pathway=life.pathway,
        at=NOW + timedelta(days=days),
        venue=VENUE,
        with_whom=WithWhom.FAMILY,
        user=user or life.referent,
    )


def named_life() -> Life:
    """A child whose every name is a canary, with an appointment, a session and a school."""
    life = Life()
    life.child.first_name, life.child.last_name = FIRST, LAST
    life.child.fold_names()
    life.child.save()
    school = School.objects.create(uai="0820001A", name=SCHOOL, level="elementaire", insee="82121")
    Enrolment.objects.create(child=life.child, school=school, level="ce1", since_on=TODAY)
    appointment(life)
    action = life.action(objective=life.searched(), title="Atelier théâtre", venue=SCHOOL)
    living.session(action, life.coordinator, on=TODAY + timedelta(days=2))
    return life


def entries(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/semaine/{query}")
    assert answer.status_code == 200
    return [entry.title for day in answer.context["days"] for entry in day.entries]


# --- the week -----------------------------------------------------------------------------------
def test_each_role_has_its_own_week(browse: Browse) -> None:
    life = named_life()
    team = Team1(life.coordinator)
    team.item()
    name, session, meeting = life.child.full_name, "Atelier théâtre", team.team.name
    assert entries(browse(life.referent)) == [name, session]
    assert entries(browse(making.user(Role.SECRETARY))) == [name]
    assert entries(browse(life.coordinator)) == [meeting]
    assert entries(browse(life.coordinator), "?tous=1") == [name, session, meeting]
    assert entries(browse(team.member)) == []
    team.convene()
    assert entries(browse(team.member)) == [meeting]
    assert entries(browse(partners.worker(living.association()))) == []
    for role in (Role.STEERING, Role.TOWN_ADMIN):
        assert browse(making.user(role)).get("/semaine/").status_code == 403


def test_a_partners_worker_sees_sessions_without_a_childs_name(browse: Browse) -> None:
    boss, organisation = making.user(Role.COORDINATOR), living.association()
    action = living.group(boss, organisation=organisation, title="Atelier cuisine")
    living.guest(action, boss, first_name=FIRST, last_name=LAST)
    living.session(action, boss)
    client = browse(partners.worker(organisation))
    page = client.get("/semaine/?tous=1")
    assert "Atelier cuisine" in page.text
    assert not any(word in page.text for word in (FIRST, LAST))
    assert ReadLine.objects.latest_first()[0].shown == []


def test_another_week_and_one_day(browse: Browse) -> None:
    life = named_life()
    client = browse(life.referent)
    next_week = (TODAY + timedelta(days=7)).isoformat()
    assert entries(client, f"?jour={next_week}") == []
    assert entries(client, f"?jour={(TODAY + timedelta(days=1)).isoformat()}&vue=jour") == [
        life.child.full_name
    ]
    assert entries(client, "?jour=jamais") == [life.child.full_name, "Atelier théâtre"]
    line = ReadLine.objects.latest_first()[0]
    assert (line.page, line.shown) == ("notifications:week", [life.child.pk])


def test_reviews_and_ends_stand_on_their_day(browse: Browse) -> None:
    life = Life()
    end = life.pathway.planned_end_on.isoformat()
    page = browse(life.referent).get(f"/semaine/?jour={end}&vue=jour")
    assert [entry.kind.value for day in page.context["days"] for entry in day.entries] == ["Fin prévue"]


def test_the_week_costs_the_same_with_more_in_it(browse: Browse) -> None:
    def count(client: Client) -> int:
        client.get("/semaine/?tous=1")
        with CaptureQueriesContext(connection) as seen:
            client.get("/semaine/?tous=1")
        return sum("tenants_" not in one["sql"] for one in seen)

    life = named_life()
    client = browse(life.coordinator)
    few = count(client)
    assert few <= 14
    for _ in range(5):
        appointment(Life(coordinator=life.coordinator))
    assert count(client) == few


def test_a_full_day_says_how_many_are_left(browse: Browse) -> None:
    life = Life()
    for _ in range(33):
        appointment(life)
    page = browse(life.referent).get("/semaine/")
    assert len(entries(browse(life.referent))) == 30
    assert "Voir 3 autres" in page.text.replace("\u00a0", " ")
    day = (TODAY + timedelta(days=1)).isoformat()
    assert len(entries(browse(life.referent), f"?jour={day}&vue=jour")) == 33


# --- the feed -----------------------------------------------------------------------------------
def feed(place: Place, token: str) -> object:
    return client_of(place).get(f"/agenda/{token}.ics")


def test_the_feed_says_when_and_three_words(in_town_a: Place) -> None:
    life = named_life()
    team = Team1(life.coordinator)
    team.item()
    planned = appointment(life, life.coordinator, days=3)
    token = calendars.make_link(user=life.coordinator, at=NOW)
    answer = feed(in_town_a, token)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"  # type: ignore[index]
    assert "no-store" in answer["Cache-Control"]  # type: ignore[index]
    text = answer.text.replace("\r\n ", "")  # type: ignore[attr-defined]
    assert re.findall(r"SUMMARY:(.*)\r", text) == ["Réunion d’équipe", "Rendez-vous PRE"]
    assert f"UID:appointment-{planned.pk}@" in text
    assert "LOCATION" not in text
    assert "DESCRIPTION" not in text
    day = (TODAY + timedelta(days=3)).isoformat()
    assert f"/semaine/?jour={day}" in text
    own = feed(in_town_a, calendars.make_link(user=life.referent, at=NOW)).text  # type: ignore[attr-defined]
    assert "SUMMARY:Séance" in own


def test_no_name_no_place_no_school_leaves_by_the_feed(in_town_a: Place) -> None:
    life = named_life()
    for user in (life.coordinator, life.referent, making.user(Role.SECRETARY)):
        text = feed(in_town_a, calendars.make_link(user=user, at=NOW)).text  # type: ignore[attr-defined]
        assert "BEGIN:VCALENDAR" in text
        assert not [word for word in CANARIES if word.lower() in text.lower()]


def test_the_secretarys_feed_holds_her_own_appointments_alone(in_town_a: Place) -> None:
    life = named_life()
    secretary = making.user(Role.SECRETARY)
    token = calendars.make_link(user=secretary, at=NOW)
    assert "BEGIN:VEVENT" not in feed(in_town_a, token).text  # type: ignore[attr-defined]
    appointment(life, secretary)
    assert "BEGIN:VEVENT" in feed(in_town_a, token).text  # type: ignore[attr-defined]


def test_the_secret_is_kept_as_a_hash_and_told_once(browse: Browse, in_town_a: Place) -> None:
    user = making.user(Role.REFERENT)
    client = browse(user)
    page = client.post("/semaine/agenda/creer/")
    token = re.search(r"/agenda/([^/\s\"<]+)\.ics", page.text)
    assert token is not None
    assert feed(in_town_a, token[1]).status_code == 200  # type: ignore[attr-defined]
    link = CalendarLink.objects.get()
    assert token[1] not in (link.secret_hash, str(link.__dict__))
    assert ".ics" not in client.get("/semaine/agenda/").text
    assert "no-store" in page["Cache-Control"]
    assert Change.objects.filter(act="notifications.calendar_link_made").count() == 1


def test_renewing_and_ending_close_the_former_address(in_town_a: Place) -> None:
    user = making.user(Role.REFERENT)
    first = calendars.make_link(user=user, at=NOW)
    second = calendars.make_link(user=user, at=NOW)
    assert feed(in_town_a, first).status_code == 404  # type: ignore[attr-defined]
    assert feed(in_town_a, second).status_code == 200  # type: ignore[attr-defined]
    calendars.end_link(user=user, at=NOW)
    calendars.end_link(user=user, at=NOW)
    assert feed(in_town_a, second).status_code == 404  # type: ignore[attr-defined]
    assert Change.objects.filter(act="notifications.calendar_link_ended").count() == 1


@pytest.mark.parametrize("what", ["suspended", "left", "role", "charter"])
def test_a_leaked_address_ends_with_what_lets_the_person_in(in_town_a: Place, what: str) -> None:
    user = making.user(Role.REFERENT)
    token = calendars.make_link(user=user, at=NOW)
    assert feed(in_town_a, token).status_code == 200  # type: ignore[attr-defined]
    if what == "suspended":
        User.objects.filter(pk=user.pk).update(is_active=False)
    elif what == "left":
        User.objects.filter(pk=user.pk).update(left_on=TODAY - timedelta(days=1))
    elif what == "role":
        RoleAssignment.objects.filter(user=user).update(until_on=TODAY - timedelta(days=1))
    else:
        Charter.objects.create(
            version=2, title="Charte", text="Autre", text_sha256="1" * 64, in_force_on=TODAY, published_at=NOW
        )
    assert feed(in_town_a, token).status_code == 404  # type: ignore[attr-defined]


def test_an_address_is_worth_nothing_in_another_town(town_b: Place, in_town_a: Place) -> None:
    token = calendars.make_link(user=making.user(Role.REFERENT), at=NOW)
    with outside():
        assert feed(town_b, token).status_code == 404  # type: ignore[attr-defined]
    secret = calendars.tokens.unsign(token, purpose=calendars.PURPOSE)
    with entered(town_b, switching=True):
        forged = calendars.tokens.sign(secret, purpose=calendars.PURPOSE)
    with outside():
        assert feed(town_b, forged).status_code == 404  # type: ignore[attr-defined]
    assert feed(in_town_a, token).status_code == 200  # type: ignore[attr-defined]


def test_a_forged_address_is_not_found_and_guesses_are_counted(in_town_a: Place) -> None:
    token = calendars.make_link(user=making.user(Role.REFERENT), at=NOW)
    client = client_of(in_town_a)
    answers = {client.get(f"/agenda/{token[:-2]}{number:02d}.ics").status_code for number in range(60)}
    assert answers == {404}
    assert client.get("/agenda/encore.ics").status_code == 429
    assert client.get(f"/agenda/{token}.ics").status_code == 200  # those who have theirs are not shut out


def test_who_sees_no_child_has_no_address(browse: Browse) -> None:
    for role in (Role.STEERING, Role.TOWN_ADMIN):
        assert browse(making.user(role)).get("/semaine/agenda/").status_code == 403
        assert browse(making.user(role)).post("/semaine/agenda/creer/").status_code == 403
    unsigned = making.user(Role.REFERENT, signed=False)
    assert browse(unsigned).post("/semaine/agenda/creer/").status_code == 302
    assert CalendarLink.objects.count() == 0


def test_a_session_without_an_hour_takes_the_day(in_town_a: Place) -> None:
    life = Life()
    action = life.action(objective=life.searched())
    living.session(action, life.coordinator, on=TODAY + timedelta(days=2))
    token = calendars.make_link(user=life.referent, at=NOW)
    text = feed(in_town_a, token).text  # type: ignore[attr-defined]
    assert f"DTSTART;VALUE=DATE:{TODAY + timedelta(days=2):%Y%m%d}" in text
