"""« Aujourd’hui »: for each role what waits, counts that open exactly their rows, acts done from there."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import set_urlconf
from django.utils import timezone

from core.journal.models import ReadLine
from core.notifications import today
from core.notifications.today import Group, Reader
from core.pathways.enums import AgreementKind, ContactKind, WithWhom
from core.pathways.models import Appointment, Contact, Decision, Encounter, FollowUp, Pathway, ReferentLink
from core.pathways.operations import following, referrals
from core.people.enums import Role
from core.people.models import User
from tenants.context import Place
from tests.conftest import client_of
from tests.core.meetings.making import Team1
from tests.core.partners import making as partners
from tests.core.pathways import living, making
from tests.core.pathways.living import Life
from tests.core.pathways.making import NOW, TODAY, Entry

pytestmark = pytest.mark.usefixtures("in_town_a")
LATER = NOW + timedelta(days=340)  # the makers plan pathways for 365
SignIn = Callable[[Client, Place, object], Client]
Browse = Callable[[User], Client]


@pytest.fixture
def browse(town_a: Place, sign_in: SignIn) -> Browse:
    return lambda user: sign_in(client_of(town_a), town_a, user)


@pytest.fixture(autouse=True)
def eleven_months_later(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the makers wrote lies back: ends are in sight, families were not heard for long."""
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    set_urlconf("reussite.urls_town")
    yield
    set_urlconf(None)


def groups(user: User) -> dict[str, Group]:
    set_urlconf("reussite.urls_town")
    return {group.code: group for group in today.groups_for(Reader(user, timezone.now()))}


def titles(user: User, code: str) -> list[str]:
    found = groups(user).get(code)
    return [line.title for line in found.lines] if found else []


def appointment(life: Life, days: int, **values: object) -> Appointment:
    return Appointment.objects.create(
        pathway=life.pathway,
        at=timezone.now() + timedelta(days=days),
        venue="12 rue Cachée",
        with_whom=WithWhom.FAMILY,
        user=values.get("user", life.referent),
    )


def promise(life: Life, user: User, days: int = 0) -> FollowUp:
    decision = Decision.objects.filter(child=life.child).order_by("pk")[0]
    due = timezone.localdate() + timedelta(days=days)
    return FollowUp.objects.create(
        decision=decision, what="Appeler l’école", who=user.full_name, user=user, due_on=due
    )


def everything_waits() -> User:
    """One of each kind for the coordinator."""
    boss = making.user(Role.COORDINATOR)
    making.received(making.child(), boss)
    contacted = making.received(making.child(), boss)
    referrals.log_contact(
        referral=contacted, kind=ContactKind.CALL, on=TODAY, reached=True, note="", by=boss, at=NOW
    )
    refused = making.received(making.child(), boss)
    referrals.record_agreement(
        referral=refused, kind=AgreementKind.REFUSED, said_on=TODAY, said_by="La mère",
        how=ContactKind.CALL, by=boss, at=NOW,
    )  # fmt: skip
    team = Team1(boss)
    team.referral()
    Entry(coordinator=boss)
    Entry(coordinator=boss, sealed=False)
    life = Life(coordinator=boss)
    appointment(life, -3, user=boss)
    promise(life, boss)
    organisation = living.association(ends_on=LATER.date() + timedelta(days=20))
    action = living.group(boss, organisation=organisation)
    living.join(action, life, objective=life.searched())
    living.session(action, boss)
    return boss


def test_each_count_opens_exactly_its_rows(browse: Browse) -> None:
    boss = everything_waits()
    found = groups(boss)
    waiting = {
        "familles", "reponses", "refus", "equipe", "signatures", "brouillons", "reunions", "suites",
        "suites-de-rendez-vous", "fins", "silences", "appels", "conventions", "ratifier",
    }  # fmt: skip
    assert waiting <= found.keys()
    client = browse(boss)
    for code in waiting:
        answer = client.get(found[code].url)
        assert answer.status_code == 200, code
        if code != "conventions":  # a list of its own, where every organisation stands
            assert len(answer.context["lines"]) == found[code].count, code
        own_page = client.get(f"/attente/{code}/")
        assert own_page.context["listing"].count == found[code].count, code


def test_the_filter_of_the_inbox_shows_one_step(browse: Browse) -> None:
    boss = making.user(Role.COORDINATOR)
    first, other = making.received(making.child(), boss), making.received(making.child(), boss)
    referrals.log_contact(
        referral=other, kind=ContactKind.CALL, on=TODAY, reached=True, note="", by=boss, at=NOW
    )
    client = browse(boss)
    assert [line.referral.pk for line in client.get("/orientations/?etape=joindre").context["lines"]] == [
        first.pk
    ]
    assert [line.referral.pk for line in client.get("/orientations/?etape=reponse").context["lines"]] == [
        other.pk
    ]
    assert len(client.get("/orientations/?etape=inventee").context["lines"]) == 2
    charged = making.user(Role.SECRETARY)
    referrals.charge_first_contact(referral=first, person=charged, by=boss, at=NOW)
    lines = browse(charged).get("/orientations/?etape=joindre").context["lines"]
    assert [line.referral.pk for line in lines] == [first.pk]
    assert browse(charged).get("/orientations/?etape=reponse").context["lines"] == []


def test_a_referent_sees_own_children_alone() -> None:
    mine, other = Life(), Life()
    for life in (mine, other):
        appointment(life, -2)
    for code in ("fins", "silences", "suites-de-rendez-vous"):
        assert titles(mine.referent, code) == [mine.child.full_name], code
    ReferentLink.objects.filter(child=mine.child).update(until_on=LATER.date() - timedelta(days=1))
    for code in ("fins", "silences"):
        assert titles(mine.referent, code) == [], code
    assert titles(mine.coordinator, "seuls") == [mine.child.full_name]


def test_signatures_say_which_part_is_missing_and_lead_to_ones_own() -> None:
    entry = Entry()
    line = groups(entry.referent)["signatures"].lines[0]
    assert "l’enfant, la famille, la coordination et la ou le référent" in line.detail
    assert line.do == "Signer"
    assert line.do_url == f"/contrats/{entry.contract.pk}/signer/referent/screen/"
    entry.sign(making.Part.REFERENT)
    line = groups(entry.referent)["signatures"].lines[0]
    assert "référent" not in line.detail
    assert line.do_url == f"/contrats/{entry.contract.pk}/"


def test_the_secretary_has_the_appointments_of_all_and_no_pathway() -> None:
    life = Life()
    appointment(life, -1)
    secretary = making.user(Role.SECRETARY)
    assert titles(secretary, "suites-de-rendez-vous") == [life.child.full_name]
    assert not {"fins", "silences", "signatures", "reunions"} & groups(secretary).keys()


def test_a_partners_worker_sees_sessions_and_what_became_of_the_referrals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    organisation = living.association()
    worker = partners.worker(organisation)
    boss = making.user(Role.COORDINATOR)
    action = living.group(boss, organisation=organisation)
    living.guest(action, boss, first_name="Cachée")
    living.session(action, boss, on=timezone.localdate() - timedelta(days=1))
    living.session(action, boss, on=timezone.localdate() + timedelta(days=4))
    making.received(making.child(), worker)
    found = groups(worker)
    assert found.keys() >= {"appels", "seances", "envoyees"}
    assert found["appels"].lines[0].do == "Faire l’appel"
    assert "reçue" in found["envoyees"].lines[0].detail.lower()
    assert "Cachée" not in str(found)
    other = partners.worker(living.association())
    assert not {"appels", "seances", "envoyees"} & groups(other).keys()


def test_a_team_member_reads_for_the_meeting_and_then_the_minutes() -> None:
    team = Team1()
    team.meeting.starts_at = timezone.now() + timedelta(days=1)
    team.meeting.save()
    item = team.item()
    assert titles(team.member, "reunions") == []
    team.convene()
    line = groups(team.member)["reunions"].lines[0]
    assert (line.do, line.child_id) == ("Lire l’ordre du jour", None)
    assert "1 situation" in line.detail.replace("\u00a0", " ")
    assert item.child.last_name not in str(line)


@pytest.mark.parametrize("role", [Role.STEERING, Role.TOWN_ADMIN])
def test_who_sees_no_child_gets_a_page_without_any(browse: Browse, role: Role) -> None:
    boss = everything_waits()
    names = [row.child.last_name for row in Pathway.objects.select_related("child")]
    before = ReadLine.objects.count()
    page = browse(making.user(role)).get("/").text
    assert not any(name in page for name in names)
    assert ReadLine.objects.count() == before
    for code in ("familles", "signatures", "fins", "silences", "appels", "suites"):
        assert browse(making.user(role)).get(f"/attente/{code}/").status_code == 404, code
        assert browse(boss).get(f"/attente/{code}/").status_code == 200, code


def test_the_read_line_holds_every_child_that_is_shown(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = everything_waits()
    browse(boss).get("/")
    line = ReadLine.objects.latest_first()[0]
    shown = {child_id for group in groups(boss).values() for child_id in group.child_ids}
    assert set(line.shown) == shown
    assert (line.page, line.reason) == ("notifications:today", "coordinator")
    worker = making.user(Role.PARTNER_WORKER)
    child = making.child()
    making.received(child, worker)
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    browse(worker).get("/")
    line = ReadLine.objects.get(actor=worker)
    assert (line.shown, line.reason) == ([child.pk], "own_work")


def test_without_the_charter_there_is_nothing_but_the_charter(browse: Browse) -> None:
    unsigned = making.user(Role.COORDINATOR, signed=False)
    child = making.child()
    making.received(child, unsigned)
    page = browse(unsigned).get("/")
    assert child.last_name not in page.text
    assert "/charte/" in page.text
    assert browse(unsigned).get("/attente/familles/")["Location"] == "/charte/"
    assert child.last_name in browse(making.user(Role.COORDINATOR)).get("/").text


def test_an_unknown_kind_is_not_found(browse: Browse) -> None:
    assert browse(making.user(Role.COORDINATOR)).get("/attente/rien/").status_code == 404


# --- done from here -----------------------------------------------------------------------------
HTMX = {"hx-request": "true"}


def test_a_promise_is_kept_without_leaving_the_page(browse: Browse) -> None:
    life = Life()
    first, second = promise(life, life.coordinator), promise(life, life.coordinator, days=1)
    client = browse(life.coordinator)
    answer = client.post(f"/suites/{first.pk}/fait/", {"groupe": "suites"}, headers=HTMX)
    assert answer.status_code == 200
    assert 'role="status"' in answer.text
    assert f"/suites/{second.pk}/fait/" in answer.text
    assert f"/suites/{first.pk}/fait/" not in answer.text
    assert 'id="nombre-suites" hx-swap-oob="true">1<' in re.sub(r"\s+", " ", answer.text)
    assert ReadLine.objects.latest_first()[0].shown == [life.child.pk]
    plain = client.post(f"/suites/{second.pk}/fait/", {"groupe": "suites"})
    assert plain["Location"] == "/"
    assert FollowUp.objects.filter(done_on=None).count() == 0


def test_the_end_of_an_appointment_is_noted_by_who_may(browse: Browse) -> None:
    life = Life()
    for role, status in (
        (Role.REFERENT, 403),
        (Role.TEAM_MEMBER, 403),
        (Role.PARTNER_WORKER, 403),
        (Role.STEERING, 403),
    ):
        row = appointment(life, -1)
        answer = browse(making.user(role)).post(f"/rendez-vous/{row.pk}/suite/", {"suite": "keep"})
        assert answer.status_code == status, role
        row.refresh_from_db()
        assert row.state == "planned"
    outside = partners.worker(partners.organisation(), Role.REFERENT)
    assert browse(outside).post(f"/rendez-vous/{row.pk}/suite/", {}).status_code == 404
    for user, suite, state in (
        (life.referent, "keep", "kept"),
        (life.coordinator, "miss", "missed"),
        (making.user(Role.SECRETARY), "miss", "missed"),
    ):
        row = appointment(life, -1)
        data = {"suite": suite, "groupe": "suites-de-rendez-vous"}
        assert browse(user).post(f"/rendez-vous/{row.pk}/suite/", data).status_code == 302
        row.refresh_from_db()
        assert row.state == state


def test_what_is_still_to_come_is_refused_and_the_page_says_so(browse: Browse) -> None:
    life = Life()
    row = appointment(life, 2)
    data = {"suite": "keep", "groupe": "suites-de-rendez-vous"}
    answer = browse(life.referent).post(f"/rendez-vous/{row.pk}/suite/", data, headers=HTMX)
    assert "Ce rendez-vous est à venir." in answer.text
    row.refresh_from_db()
    assert row.state == "planned"


def test_a_call_about_an_orientation(browse: Browse) -> None:
    boss, other = making.user(Role.COORDINATOR), making.user(Role.SECRETARY)
    referral = making.received(making.child(), boss)
    url = f"/appels/orientation/{referral.pk}/"
    assert browse(other).get(url).status_code == 404
    client = browse(boss)
    form = client.get(f"{url}?groupe=familles", headers=HTMX)
    assert 'hx-target="#attente-familles"' in form.text
    assert "<html" not in form.text
    assert "<html" in client.get(url).text
    empty = client.post(url, {"groupe": "familles", "form_key": uuid4()}, headers=HTMX)
    assert empty["HX-Retarget"] == f"#appel-orientation-{referral.pk}"
    assert Contact.objects.count() == 0
    key = uuid4()
    for _ in range(2):  # a double click notes it once
        data = {"groupe": "familles", "form_key": key, "reached": "no", "facts": ""}
        assert "L’appel est noté" in client.post(url, data, headers=HTMX).text
    contact = Contact.objects.get()
    assert (contact.reached, contact.kind) == (False, ContactKind.CALL)
    data = {"form_key": uuid4(), "reached": "yes", "facts": "La mère rappelle lundi.", "groupe": "familles"}
    assert client.post(url, data)["Location"] == "/"
    referral.refresh_from_db()
    assert referral.state == "contacted"


def test_a_call_to_an_accompanied_family(browse: Browse) -> None:
    life = Life()
    url = f"/appels/parcours/{life.pathway.pk}/"
    for role in (Role.REFERENT, Role.SECRETARY, Role.TEAM_MEMBER):
        assert browse(making.user(role)).get(url).status_code == 404, role
    client = browse(life.referent)
    said = client.post(url, {"form_key": uuid4(), "reached": "yes", "facts": ""}).text
    assert "Dites en une ligne ce qui s’est passé." in said
    assert Encounter.objects.count() == 0
    client.post(url, {"form_key": uuid4(), "reached": "no", "facts": ""})
    met = Encounter.objects.get()
    assert (met.reached, met.with_whom, met.facts) == (False, WithWhom.FAMILY, "Pas de réponse.")
    nir = {"form_key": uuid4(), "reached": "yes", "facts": "Son numéro : 1 84 12 76 451 089 46"}
    client.post(url, nir)
    assert Encounter.objects.count() == 1


# --- as many statements for many ----------------------------------------------------------------
def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return sum("tenants_" not in one["sql"] for one in seen)


MOST = 50  # when something of every kind waits


def test_the_number_of_queries_does_not_grow(browse: Browse) -> None:
    boss = everything_waits()
    client = browse(boss)
    codes = list(groups(boss))
    assert queries(client, "/") <= MOST
    few = queries(client, "/"), {code: queries(client, f"/attente/{code}/") for code in codes}
    Life(coordinator=boss)
    life = Life(coordinator=boss)
    for _ in range(6):
        making.received(making.child(), boss)
        Entry(coordinator=boss)
        child = making.child()
        making.agreed(child, boss, making.guardian(child))
        appointment(life, -2, user=boss)
        promise(life, boss)
    assert queries(client, "/") == few[0]
    assert {code: queries(client, f"/attente/{code}/") for code in codes} == few[1]


def test_following_an_outcome_is_an_operation_with_its_rule() -> None:
    life = Life()
    row = appointment(life, 3)
    with pytest.raises(following.CannotMove):
        following.close_appointment(
            appointment=row, name="keep", outcome="", by=life.referent, at=timezone.now()
        )
