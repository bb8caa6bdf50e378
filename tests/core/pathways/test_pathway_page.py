"""The page of a pathway: all of it, for who may see the whole file; what is written from there."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.children import access
from core.children.opening import Opened
from core.journal.models import Change, ReadLine
from core.pathways import history
from core.pathways.enums import EncounterKind, WithWhom
from core.pathways.known import Known
from core.pathways.models import Action, Appointment, Encounter, Solution
from core.pathways.operations import following, objectives
from core.pathways.operations.following import Told
from core.pathways.operations.transitions import CannotMove
from core.people.enums import Role
from tenants.context import Place
from tests.conftest import client_of
from tests.core.partners import making as partners
from tests.core.pathways import making
from tests.core.pathways.living import Life, session
from tests.core.pathways.making import NOW, TODAY

pytestmark = pytest.mark.usefixtures("in_town_a")
SignIn = Callable[[Client, Place, object], Client]
Open = Callable[[object], Client]


@pytest.fixture
def open_as(town_a: Place, sign_in: SignIn) -> Open:
    return lambda user: sign_in(client_of(town_a), town_a, user)


def address(name: str, pk: int) -> str:
    return reverse(f"pathways:{name}", args=[pk], urlconf="reussite.urls_town")


def told(life: Life, **values: object) -> Encounter:
    line = {"kind": EncounterKind.CALL, "with_whom": WithWhom.FAMILY, "on": TODAY, "facts": "Appel bref."}
    return following.log_encounter(
        pathway=life.pathway,
        told=Told(**{**line, **values}),  # type: ignore[arg-type]
        by=life.referent,
        at=NOW,
    )


def test_the_page_says_it_all_and_how_much_is_hidden(open_as: Open) -> None:
    life = Life()
    action = life.action(objective=life.searched())
    session(action, life.coordinator, on=TODAY + timedelta(days=400))
    told(life, judgement="Je la trouve fatiguée.")
    page = open_as(life.referent).get(address("pathway", life.pathway.pk)).content.decode()
    for said in ("Lire avec plaisir", action.title, "Aucune place avant mars.", "Appel bref.", "Avis de"):
        assert said in page
    assert "1 élément que vous ne pouvez pas voir" in page.replace("\u00a0", " ")
    line = ReadLine.objects.latest_first()[0]
    assert (line.child_id, line.reason, line.page) == (life.child.pk, "referent", "pathways:pathway")
    page = open_as(life.coordinator).get(address("pathway", life.pathway.pk)).content.decode()
    assert "que vous ne pouvez pas voir" not in page


def test_the_search_of_what_exists_begins_with_this_child_s_need(open_as: Open) -> None:
    life = Life()
    near = partners.offer("Club de lecture", youngest=6, oldest=14)
    partners.offer("Crèche", youngest=0, oldest=3)
    client = open_as(life.referent)
    said = client.get(address("objective_search", life.objective.pk)).content.decode()
    (url,) = re.findall(r'href="([^"]+)">Chercher dans le réseau pour', said)
    age = life.child.age_on(TODAY)
    assert html.unescape(url).partition("?")[2] == f"domaine={life.objective.domain.code}&age={age}"
    found = client.get(html.unescape(url)).content.decode()
    assert near.label in found
    assert "Crèche" not in found


# Of a pathway that lives, the session and the person included.
@pytest.mark.parametrize(("name", "most"), [("pathways:pathway", 36), ("children:file", 38)])
def test_the_page_asks_little_and_no_more_when_more_happened(open_as: Open, name: str, most: int) -> None:
    life = Life()
    action = life.action(objective=life.searched())
    session(action, life.coordinator, on=TODAY + timedelta(days=3))
    told(life)
    for user in (life.referent, life.coordinator):
        pk = life.child.pk if name == "children:file" else life.pathway.pk
        client, url = open_as(user), reverse(name, args=[pk], urlconf="reussite.urls_town")
        client.get(url)
        with CaptureQueriesContext(connection) as few:
            assert client.get(url).status_code == 200
        assert len(few) <= most, [query["sql"][:90] for query in few]
        for _ in range(4):
            told(life)
            session(life.action(objective=life.searched()), life.coordinator, on=TODAY + timedelta(days=5))
        with CaptureQueriesContext(connection) as many:
            assert client.get(url).status_code == 200
        assert len(many) == len(few)


def test_what_happened_is_told_with_the_whole_file_of_this_very_child_alone() -> None:
    life, other = Life(), Life()
    told(life)
    known, user = Known(life.pathway), life.referent
    reasons = access.reasons_for(user, life.child, NOW)
    assert history.history_of(known, Opened(life.child, user, NOW, reasons), whole=True).events
    with pytest.raises(PermissionDenied):
        history.history_of(known, Opened(other.child, user, NOW, reasons), whole=True)
    identity = [replace(reason, scope=access.Scope.IDENTITY) for reason in reasons]
    with pytest.raises(PermissionDenied):
        history.history_of(known, Opened(life.child, user, NOW, identity), whole=True)


@pytest.mark.parametrize(
    "role", [Role.SECRETARY, Role.TEAM_MEMBER, Role.PARTNER_WORKER, Role.REFERENT, Role.STEERING]
)
def test_without_the_whole_file_there_is_no_pathway(open_as: Open, role: Role) -> None:
    life = Life()
    met = told(life)
    client = open_as(making.user(role))
    for name in ("pathway", "log_encounter", "new_appointment"):
        assert client.get(address(name, life.pathway.pk)).status_code in (403, 404)
    for name in ("objective_search", "objective_standing", "nothing_exists", "new_action", "join_action"):
        assert client.post(address(name, life.objective.pk), {}).status_code in (403, 404)
    assert met not in Encounter.objects.visible_to(making.user(role))


def test_the_team_sees_the_next_appointment_and_a_partner_does_not() -> None:
    life = Life()
    planned = following.plan_appointment(
        pathway=life.pathway,
        when=NOW + timedelta(days=3),
        venue="Au CCAS",
        with_whom=WithWhom.FAMILY,
        user=life.referent,
        by=life.referent,
        at=NOW,
    )
    for role in (Role.SECRETARY, Role.REFERENT, Role.COORDINATOR):
        assert planned in Appointment.objects.visible_to(making.user(role))
    for role in (Role.TEAM_MEMBER, Role.PARTNER_WORKER, Role.STEERING):
        assert planned not in Appointment.objects.visible_to(making.user(role))
    outside = partners.worker(partners.organisation(), Role.REFERENT)
    assert planned not in Appointment.objects.visible_to(outside)
    with pytest.raises(CannotMove, match="à venir"):
        following.close_appointment(appointment=planned, name="miss", outcome="", by=life.referent, at=NOW)
    later = NOW + timedelta(days=3)
    missed = following.close_appointment(
        appointment=planned, name="miss", outcome="Rappeler.", by=life.referent, at=later
    )
    assert (missed.state, missed.outcome) == ("missed", "Rappeler.")
    with pytest.raises(CannotMove, match="Manqué"):
        following.close_appointment(appointment=planned, name="keep", outcome="", by=life.referent, at=later)


def test_a_contact_is_a_fact_of_a_day_that_has_come() -> None:
    life = Life()
    for values, why in (({"on": TODAY + timedelta(days=1)}, "rendez-vous"), ({"facts": " "}, "une ligne")):
        with pytest.raises(CannotMove, match=why):
            told(life, **values)
    assert Change.objects.of(told(life)).get().child_id == life.child.pk


def test_a_contact_is_noted_in_two_taps_and_a_line_and_once(open_as: Open) -> None:
    life = Life()
    client = open_as(life.referent)
    sent = {
        "form_key": str(uuid4()),
        "kind": "home_visit",
        "with_whom": "family",
        "facts": "La famille a préparé des questions.",
        "on": "24/11/2026",
    }
    for _ in range(2):
        assert client.post(address("log_encounter", life.pathway.pk), sent).status_code == 302
    met = Encounter.objects.get()
    assert (met.kind, met.reached, met.judgement, met.by) == ("home_visit", True, "", life.referent)
    refused = {**sent, "form_key": str(uuid4()), "facts": "Son numéro : 1 84 12 76 451 089 46"}
    assert client.post(address("log_encounter", life.pathway.pk), refused).status_code == 200
    assert Encounter.objects.count() == 1


def test_the_search_leads_to_an_action_made_to_measure(open_as: Open) -> None:
    life = Life()
    client = open_as(life.referent)
    pk = life.objective.pk
    made = {
        "form_key": str(uuid4()),
        "title": "Lire à deux",
        "wording": "Une page chacun.",
        "worker": life.referent.pk,
        "planned_from": "24/11/2026",
    }
    response = client.post(address("new_action", pk), made)
    assert "Avant une action sur mesure" in response.content.decode()
    assert not Action.objects.exists()
    assert client.post(address("objective_search", pk), {"told": "Une voisine"}).status_code == 302
    solution = Solution.objects.get()
    assert client.post(address("contact_solution", solution.pk)).status_code == 302
    client.post(address("settle_solution", solution.pk), {"kept": "no", "why": "Elle déménage."})
    assert client.post(address("new_action", pk), made).status_code == 302
    assert client.post(address("new_action", pk), made).status_code == 302
    assert Action.objects.get().participations.get().child == life.child


def test_queries_do_not_grow_with_the_pathway(open_as: Open, django_assert_max_num_queries: object) -> None:
    life = Life()
    objective = life.searched()
    client = open_as(life.referent)
    counts = []
    for more in (1, 8):
        for number in range(more):
            action = life.action(objective=objective, title=f"Action {number}")
            session(action, life.coordinator, on=TODAY + timedelta(days=400))
            objectives.consider(objective=objective, offer=partners.offer(), by=life.coordinator, at=NOW)
            told(life)
        asked = []
        for _ in range(4):  # the first fills caches; once a second the list of towns is asked for again
            with django_assert_max_num_queries(80) as counted:  # type: ignore[operator]
                assert client.get(address("pathway", life.pathway.pk)).status_code == 200
            asked.append(len(counted))
        counts.append(min(asked))
    assert counts[0] == counts[1]
