"""Pages of a group action: who may ask, enrol, answer and refer; what a partner's worker never reads."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.children.models import Child
from core.journal.models import ReadLine
from core.pathways import balance, roll_calls
from core.pathways.enums import Presence
from core.pathways.models import (
    Attendance,
    ParentAttendance,
    Participation,
    PlaceRequest,
    Referral,
    Session,
    WaitingLine,
)
from core.pathways.operations import actions, parents, places, series, sessions
from core.pathways.operations.series import Rhythm
from core.pathways.operations.transitions import CannotMove
from core.people.enums import Role
from core.ui.typography import euros
from tenants.context import Place, entered
from tests.conftest import client_of
from tests.core.partners import making as partners
from tests.core.pathways import making
from tests.core.pathways.living import Life, association, group, guest, session
from tests.core.pathways.making import NOW, TODAY
from tests.core.pathways.test_sessions import Workshop, address, statements

pytestmark = pytest.mark.usefixtures("in_town_a")
SignIn = Callable[[Client, Place, object], Client]
KEY = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
HERE, AWAY = Presence.PRESENT, Presence.ABSENT
PHONE = {"accept": "application/json"}


@pytest.fixture
def open_as(town_a: Place, sign_in: SignIn) -> Callable[[object], Client]:
    return lambda user: sign_in(client_of(town_a), town_a, user)


def asking(**fields: str) -> dict[str, str]:
    return {
        "form_key": KEY,
        "first_name": "Lou",
        "last_name": "Fictif",
        "birth_on": "02/01/2017",
        "authorised_by": "La mère",
        "authorised_on": f"{TODAY:%d/%m/%Y}",
        **fields,
    }


# --- a worker asks, the programme answers -------------------------------------------------------------


def test_a_worker_asks_for_a_place_and_reads_the_answer(open_as: Callable[[object], Client]) -> None:
    shop = Workshop()
    worker, boss = open_as(shop.worker), open_as(shop.coordinator)
    for _ in range(2):
        assert worker.post(address("ask_place", shop.action.pk), asking()).status_code == 302
    request = PlaceRequest.objects.get()
    assert "Sans réponse encore" in worker.get(address("action", shop.action.pk)).content.decode()
    shown = boss.get(address("accept_request", request.pk)).content.decode()
    assert 'value="Lou"' in shown
    assert 'value="02/01/2017"' in shown
    key = "2b4e28ba-2fa1-41d2-883f-0016d3cca427"
    assert boss.post(address("accept_request", request.pk), asking(form_key=key)).status_code == 302
    found = Participation.objects.get(child__first_name="Lou")
    assert (found.authorised_by, found.until_on) == ("La mère", None)
    text = worker.get(address("action", shop.action.pk)).content.decode()
    assert "Inscrit·e." in text
    assert "Fictif" not in text


def test_a_worker_answers_nobody_and_settles_nothing(open_as: Callable[[object], Client]) -> None:
    shop = Workshop()
    worker = open_as(shop.worker)
    worker.post(address("ask_place", shop.action.pk), asking())
    request = PlaceRequest.objects.get()
    parent = parents.welcome_parent(
        action=shop.action, first_name="Ana", on=TODAY, by=shop.coordinator, at=NOW
    )
    for name, pk in (
        ("enrol_guest", shop.action.pk),
        ("set_places", shop.action.pk),
        ("welcome_parent", shop.action.pk),
        ("accept_request", request.pk),
        ("decline_request", request.pk),
        ("note_permission", shop.guest.pk),
        ("parent_leaves", parent.pk),
    ):
        assert worker.post(address(name, pk), asking()).status_code == 403, name
    line = waiting(shop)
    assert worker.post(address("take_place", line.pk)).status_code == 403
    assert not Participation.objects.filter(child__first_name="Lou").exists()


def waiting(shop: Workshop) -> WaitingLine:
    places.set_places(action=shop.action, places=3, parent_places=None, by=shop.coordinator, at=NOW)
    return places.wait(
        action=shop.action,
        child=making.child(first_name="Zoé", last_name="Attente"),
        authorised_by="Le père",
        authorised_on=TODAY,
        by=shop.coordinator,
        at=NOW,
    )


def test_another_association_an_ended_agreement_and_another_town_reach_nothing(
    open_as: Callable[[object], Client], town_b: Place, sign_in: SignIn
) -> None:
    shop = Workshop()
    found, line = shop.session(), waiting(shop)
    pages = [
        *(("get", name, shop.action.pk) for name in ("action", "ask_place", "series_sheet", "plan_series")),
        *(("get", name, found.pk) for name in ("roll", "session_sheet")),
        ("post", "roll", found.pk),
        ("get", "refer_guest", shop.guest.pk),
        ("get", "note_permission", shop.guest.pk),
    ]

    def answers(client: Client) -> set[int]:
        return {getattr(client, how)(address(name, pk)).status_code for how, name, pk in pages}

    assert answers(open_as(partners.worker(association()))) <= {403, 404}
    own = open_as(shop.worker)
    assert own.get(address("roll", found.pk)).status_code == 200
    assert own.get(address("refer_guest", shop.guest.pk)).status_code == 200
    shop.association.agreements.update(ended_on=date(2026, 1, 2))
    assert answers(own) <= {403, 404}
    with entered(town_b, switching=True):
        stranger = sign_in(client_of(town_b), town_b, making.user(Role.COORDINATOR))
        assert answers(stranger) <= {403, 404}
        assert stranger.post(address("take_place", line.pk)).status_code == 404


# --- the waiting list on the page ---------------------------------------------------------------------


def test_the_programme_reads_who_waits_and_a_partner_how_many(open_as: Callable[[object], Client]) -> None:
    shop = Workshop()
    line = waiting(shop)
    seen = open_as(shop.coordinator).get(address("action", shop.action.pk)).content.decode()
    assert "1. Zoé Attente" in seen
    assert "Personne ne passe devant" in seen
    told = open_as(shop.worker).get(address("action", shop.action.pk)).content.decode()
    assert "Zoé" not in told
    assert "1\u00a0enfant attend" in told
    lines = ReadLine.objects.order_by("-pk")[:2]
    assert line.child_id in lines[1].shown
    assert line.child_id not in lines[0].shown


def test_a_full_action_offers_to_wait(open_as: Callable[[object], Client]) -> None:
    shop = Workshop()
    places.set_places(action=shop.action, places=3, parent_places=None, by=shop.coordinator, at=NOW)
    client = open_as(shop.coordinator)
    assert "au rang 1" in client.get(address("enrol_guest", shop.action.pk)).content.decode()
    refused = client.post(address("enrol_guest", shop.action.pk), asking())
    assert refused.status_code == 200
    assert "Cette action est complète (3" in refused.content.decode()
    assert not Child.objects.filter(first_name="Lou").exists()
    assert client.post(address("enrol_guest", shop.action.pk), asking(may_wait="on")).status_code == 302
    line = WaitingLine.objects.get()
    client.post(address("leave_action", shop.guest.pk))
    line.refresh_from_db()
    assert line.state == "proposed"
    assert client.post(address("take_place", line.pk)).status_code == 302
    assert Participation.objects.current().filter(child=line.child).exists()


# --- the roll-call ------------------------------------------------------------------------------------


def test_two_roll_calls_are_shown_side_by_side(open_as: Callable[[object], Client]) -> None:
    shop = Workshop()
    found = shop.session()
    shop.call(found, {shop.known: HERE, shop.guest: HERE})
    client = open_as(shop.worker)
    sent = {"version": "0", f"presence-{shop.known.pk}": "absent", f"presence-{shop.guest.pk}": "present"}
    page = client.post(address("roll", found.pk), sent)
    text = page.content.decode()
    assert page.status_code == 409
    assert "Rien n’est écrasé" in text
    assert f"presence-{shop.known.pk}" in text
    assert f"presence-{shop.guest.pk}" not in text
    assert shop.told.child.last_name not in text
    again = {"version": "1", f"presence-{shop.known.pk}": "absent"}
    assert client.post(address("roll", found.pk), again).status_code == 302
    assert Attendance.objects.get(session=found, participation=shop.known).presence == "absent"


def test_a_phone_is_answered_in_its_own_words(open_as: Callable[[object], Client]) -> None:
    shop = Workshop()
    found = shop.session()
    client = open_as(shop.worker)
    sent = {"version": "0", f"presence-{shop.known.pk}": "absent"}
    for _ in range(2):
        answer = client.post(address("roll", found.pk), sent, headers=PHONE)
        assert (answer.status_code, answer.json()["version"]) == (200, 1)
    sessions.cancel_session(session=(other := shop.session()), because="Neige.", by=shop.coordinator, at=NOW)
    refused = client.post(address("roll", other.pk), sent, headers=PHONE)
    assert refused.status_code == 422
    assert "Annulée" in refused.json()["said"]
    page = client.get(address("roll", found.pk))
    assert "no-store" in page["Cache-Control"]


def test_the_key_of_a_phone_is_of_one_session_and_the_person_of_all(
    open_as: Callable[[object], Client],
) -> None:
    shop = Workshop()
    url = address("roll", shop.session().pk)
    first, second, other = open_as(shop.worker), open_as(shop.worker), open_as(shop.coordinator)

    def given(client: Client) -> tuple[str, str]:
        text = client.get(url).content.decode()
        key, of = (text.split(f'data-{name}="')[1].split('"')[0] for name in ("key", "of"))
        return key, of

    assert given(first) == given(first)
    assert given(first)[0] != given(second)[0]
    assert given(first)[1] == given(second)[1]
    assert given(first)[1] != given(other)[1]


def test_parents_are_called_apart(open_as: Callable[[object], Client]) -> None:
    shop = Workshop()
    parent = parents.welcome_parent(
        action=shop.action, guardian=shop.told.guardian, on=TODAY, by=shop.coordinator, at=NOW
    )
    found = shop.session()
    client = open_as(shop.worker)
    text = client.get(address("roll", found.pk)).content.decode()
    assert shop.told.guardian.first_name in text
    assert shop.told.guardian.last_name not in text
    sent = {"version": "0", f"presence-{shop.known.pk}": "present", f"parent-{parent.pk}": "present"}
    assert client.post(address("roll", found.pk), sent).status_code == 302
    assert ParentAttendance.objects.get().presence == "present"
    assert Attendance.objects.count() == 1
    assert "1\u00a0parent" in client.get(address("action", shop.action.pk)).content.decode()
    other = Workshop()
    foreign = parents.welcome_parent(
        action=other.action, first_name="Luc", on=TODAY, by=shop.coordinator, at=NOW
    )
    with pytest.raises(CannotMove, match="pas de cette séance"):
        sessions.call_roll(
            session=found, marks={}, parents={foreign.pk: HERE}, seen=1, by=shop.worker, at=NOW
        )


# --- a guest who may need the PRE ---------------------------------------------------------------------


def referring() -> dict[str, Any]:
    return {
        "form_key": KEY,
        "source": making.term("referral_source", "association", "association").pk,
        "motives": [making.term("motive", "isolement", "isolation").pk],
        "facts": "Reste seul.",
        "parents_informed": "no",
    }


def test_a_worker_refers_a_guest_and_learns_nothing_of_the_file(open_as: Callable[[object], Client]) -> None:
    shop = Workshop()
    child = shop.guest.child
    client = open_as(shop.worker)
    assert "Orienter Noé vers le PRE" in client.get(address("roll", shop.session().pk)).content.decode()
    shown = client.get(address("refer_guest", shop.guest.pk)).content.decode()
    assert "Noé" in shown
    sent = client.post(address("refer_guest", shop.guest.pk), referring(), follow=True)
    referral = Referral.objects.get(referrer=shop.worker)
    assert (referral.child, referral.state, referral.stated_last_name) == (child, "received", "")
    inbox = client.get(reverse("pathways:inbox", urlconf="reussite.urls_town")).content.decode()
    page = client.get(address("referral", referral.pk)).content.decode()
    for text in (shown, sent.content.decode(), inbox, page):
        assert child.last_name not in text
        assert f"{child.birth_on:%d/%m/%Y}" not in text
    assert not Child.objects.visible_to(shop.worker).exists()
    assert client.get(
        reverse("children:file", args=[child.pk], urlconf="reussite.urls_town")
    ).status_code in (
        403,
        404,
    )
    handled = open_as(shop.coordinator).get(address("referral", referral.pk)).content.decode()
    assert child.last_name in handled


def test_the_answer_is_the_same_whether_the_guest_has_a_pathway_elsewhere(
    open_as: Callable[[object], Client],
) -> None:
    shop, life = Workshop(), Life()
    there = actions.join_without_pathway(
        action=shop.action,
        child=life.child,
        authorised_by="La mère",
        authorised_on=TODAY,
        on=TODAY,
        by=shop.coordinator,
        at=NOW,
    )
    client = open_as(shop.worker)
    answers = [client.get(address("refer_guest", row.pk)) for row in (there, shop.guest)]
    texts = [
        re.sub(
            r'value="[-\w]{36,}"|nonce|\d+/orienter',
            "",
            answer.content.decode().replace(row.child.first_name, ""),
        )
        for row, answer in zip((there, shop.guest), answers, strict=True)
    ]
    assert texts[0] == texts[1]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert client.get(address("refer_guest", shop.known.pk)).status_code == 403


# --- the sheet ----------------------------------------------------------------------------------------


def test_the_sheet_is_an_accessible_pdf_and_leaves_its_line(open_as: Callable[[object], Client]) -> None:
    shop = Workshop()
    parents.welcome_parent(action=shop.action, first_name="Ana", on=TODAY, by=shop.coordinator, at=NOW)
    found = shop.session()
    client = open_as(shop.worker)
    for name, pk in (("session_sheet", found.pk), ("series_sheet", shop.action.pk)):
        answer = client.get(address(name, pk))
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
        assert b"pdfuaid" in answer.content
        line = ReadLine.objects.latest_first()[0]
        assert (line.page, set(line.shown)) == (
            f"pathways:{name}",
            {shop.told.child.pk, shop.guest.child_id},
        )


# --- series, days that come, costs --------------------------------------------------------------------


@pytest.fixture
def holidays(in_town_a: Place) -> None:
    calendar = {"holidays": [{"label": "Noël", "starts_on": "2026-12-19", "ends_on": "2027-01-03"}]}
    in_town_a.config["calendar"] = calendar


@pytest.mark.usefixtures("holidays")
def test_a_series_leaves_holidays_out_and_plans_nothing_twice() -> None:
    coordinator = making.user(Role.COORDINATOR)
    action = group(coordinator, worker=coordinator)
    rhythm = Rhythm(first_on=date(2026, 12, 2), last_on=date(2027, 1, 13))

    def plan(**fields: Any) -> series.Series:
        values = {"rhythm": rhythm, "minutes": 90, **fields}
        return series.plan_series(action=action, by=coordinator, at=NOW, **values)

    planned = plan()
    assert [one.on.day for one in planned.planned] == [2, 9, 16, 6, 13]
    assert planned.closed == [date(2026, 12, 23), date(2026, 12, 30)]
    with pytest.raises(CannotMove, match="Aucune séance"):
        plan()
    more = plan(rhythm=Rhythm(first_on=date(2026, 12, 9), last_on=date(2027, 1, 20)))
    assert ([one.on for one in more.planned], len(more.known)) == ([date(2027, 1, 20)], 4)
    camp = plan(
        rhythm=Rhythm(first_on=date(2026, 12, 21), last_on=date(2026, 12, 25), every=1, skip_holidays=False)
    )
    assert len(camp.planned) == 5
    for wrong in (
        Rhythm(first_on=TODAY, last_on=TODAY - timedelta(days=1)),
        Rhythm(first_on=TODAY, last_on=TODAY + timedelta(days=100), every=1),
        Rhythm(first_on=TODAY, last_on=TODAY + timedelta(days=100), every=3),
    ):
        with pytest.raises(CannotMove):
            plan(rhythm=wrong)


def test_days_that_have_come_without_roll_call_are_said_to_who_leads() -> None:
    shop, other = Workshop(), Workshop()
    today, late = shop.session(), shop.session(on=TODAY - timedelta(days=3))
    shop.session(on=TODAY + timedelta(days=1))
    empty = session(group(shop.coordinator, worker=shop.coordinator), shop.coordinator)

    def due(user: object) -> list[Session]:
        found = roll_calls.due_for(user, TODAY)  # type: ignore[arg-type]
        assert found.count == len(found.rows)
        return [row.session for row in found.rows]

    assert due(shop.worker) == [late, today]
    assert due(other.worker) == []
    assert due(shop.coordinator) == [late]
    assert due(making.user(Role.SECRETARY)) == []
    assert empty not in due(shop.coordinator)
    shop.call(late, {shop.known: HERE})
    assert due(shop.worker) == [today]


def test_the_sessions_of_a_week_are_ones_own() -> None:
    shop, life = Workshop(), Life()
    found = shop.session(on=TODAY + timedelta(days=2))
    alone = session(
        life.action(objective=life.searched(), worker=None, organisation=association()), life.coordinator
    )
    cancelled = shop.session()
    sessions.cancel_session(session=cancelled, because="Neige.", by=shop.coordinator, at=NOW)

    def week(user: object) -> list[Session]:
        rows = roll_calls.sessions_of(user, TODAY, TODAY + timedelta(days=6))  # type: ignore[arg-type]
        return [row.session for row in rows]

    assert week(shop.worker) == [found]
    assert week(life.referent) == [alone]
    assert found in week(shop.coordinator)
    assert week(partners.worker(association())) == []
    assert all(cancelled not in week(user) for user in (shop.worker, shop.coordinator))


def test_a_pathway_costs_its_share_of_what_was_done(open_as: Callable[[object], Client]) -> None:
    shop = Workshop(unit_price=Decimal("60"), unit="séance", amount=Decimal("200"))
    first, second, third = shop.session(), shop.session(), shop.session()
    shop.call(first, {shop.known: HERE, shop.guest: HERE})
    shop.call(second, {shop.known: AWAY, shop.guest: HERE})
    shop.call(third, {shop.known: HERE, shop.guest: AWAY})
    for one in (first, second):
        sessions.confirm_service(session=one, quantity=Decimal(1), by=shop.coordinator, at=NOW)
    cost = balance.cost_of(shop.told.pathway)
    assert (cost.amount, cost.sessions) == (Decimal("30.00"), 1)
    assert cost.agreements == [(shop.agreement, Decimal("80.00"))]
    sessions.confirm_service(session=third, quantity=Decimal(1), by=shop.coordinator, at=NOW)
    assert balance.cost_of(shop.told.pathway).amount == Decimal("90.00")
    url = address("pathway", shop.told.pathway.pk)
    assert euros(Decimal("90.00")) in open_as(shop.coordinator).get(url).content.decode()
    assert "Séances de prestataires" not in open_as(shop.told.referent).get(url).content.decode()


# --- as many queries for fifteen as for one -----------------------------------------------------------


def test_pages_of_a_group_ask_as_much_for_many_as_for_few(open_as: Callable[[object], Client]) -> None:
    shop = Workshop()
    found = shop.session()
    client = open_as(shop.coordinator)
    urls = [address("action", shop.action.pk), address("roll", found.pk)]

    def counts() -> list[int]:
        return [statements(client, url) for url in urls]

    parents.welcome_parent(action=shop.action, first_name="Ana", on=TODAY, by=shop.coordinator, at=NOW)
    few = counts()
    for number in range(8):
        guest(shop.action, shop.coordinator, first_name=f"Enfant {number}")
        parents.welcome_parent(
            action=shop.action, first_name=f"Parent {number}", on=TODAY, by=shop.coordinator, at=NOW
        )
        session(shop.action, shop.coordinator, on=TODAY + timedelta(days=number + 1))
    assert counts() == few
