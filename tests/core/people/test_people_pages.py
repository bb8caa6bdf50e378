"""The pages of accounts: who may open them, what they show, how many queries they take."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.people import operations
from core.people.enums import NATIONAL_ROLES, PEOPLE_MANAGERS, TOWN_ROLES, Role
from core.people.models import Charter, User
from tenants.context import Place, entered
from tests.core.people.factories import person

SignIn = Callable[[Client, Place, object], Client]
LIST, INVITE = "/personnes/", "/personnes/inviter/"


@pytest.fixture
def someone(town_a: Place) -> User:
    with entered(town_a):
        return person(Role.REFERENT, joined_at=timezone.now(), last_name="Suivi")


@pytest.fixture
def as_boss(client_a: Client, town_a: Place, sign_in: SignIn) -> Client:
    with entered(town_a):
        boss = person(Role.COORDINATOR, joined_at=timezone.now(), last_name="Direction")
        person(Role.TOWN_ADMIN, joined_at=timezone.now(), last_name="Comptes")
    return sign_in(client_a, town_a, boss)


def addresses(pk: int) -> list[str]:
    own = ("", "coordonnees/", "roles/", "depart/")
    return [LIST, INVITE, *(f"/personnes/{pk}/{path}" for path in own), "/charte/signatures/"]


@pytest.mark.parametrize("role", sorted(TOWN_ROLES))
def test_who_opens_the_pages_of_people_in_a_town(
    client_a: Client, town_a: Place, sign_in: SignIn, someone: User, role: Role
) -> None:
    with entered(town_a):
        visitor = person(role, joined_at=timezone.now())
    sign_in(client_a, town_a, visitor)
    expected = 200 if role in PEOPLE_MANAGERS else 403
    for address in addresses(someone.pk):
        assert client_a.get(address).status_code == expected, address
    for act in ("suspendre", "rouvrir", "inviter-encore", "annuler-invitation"):
        answer = client_a.post(f"/personnes/{someone.pk}/{act}/")
        assert answer.status_code == (302 if expected == 200 else 403), act
    for page in ("/compte/", "/charte/", "/compte/sessions/"):
        assert client_a.get(page).status_code == 200, page


@pytest.mark.parametrize("role", sorted(NATIONAL_ROLES))
def test_who_opens_them_on_the_national_site(
    client_national: Client, national: Place, sign_in: SignIn, role: Role
) -> None:
    with entered(national):
        visitor = person(role, joined_at=timezone.now())
    sign_in(client_national, national, visitor)
    assert client_national.get(LIST).status_code == (200 if role == Role.OPERATOR else 403)
    assert client_national.get("/compte/").status_code == 200


def test_nobody_signed_in_opens_none(client_a: Client, someone: User) -> None:
    for address in [*addresses(someone.pk), "/compte/", "/charte/", "/compte/sessions/", "/charte/imprimer/"]:
        answer = client_a.get(address)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/connexion/"), address


def test_an_unknown_person_is_not_found(as_boss: Client, someone: User) -> None:
    assert as_boss.get(f"/personnes/{someone.pk + 999}/").status_code == 404
    assert as_boss.get(f"/personnes/{someone.pk}/").status_code == 200


@pytest.mark.usefixtures("charter_in_a")
def test_the_list_says_roles_state_and_charter(as_boss: Client, town_a: Place, someone: User) -> None:
    with entered(town_a):
        charter = Charter.objects.get()
        operations.sign_charter(user=someone, charter=charter, name=someone.full_name, at=timezone.now())
        person(Role.STEERING, last_name="Pilote", joined_at=timezone.now(), is_active=False)
    page = as_boss.get(LIST)
    lines = {line.person.last_name: line for line in page.context["lines"]}
    assert lines["Suivi"].charter_signed
    assert lines["Suivi"].state == "here"
    assert not lines["Direction"].charter_signed
    assert not lines["Comptes"].under_charter
    assert [line.state for line in page.context["closed"]] == ["suspended"]
    assert "Comptes suspendus" in page.content.decode()


@pytest.mark.parametrize("many", [2, 30])
def test_the_list_takes_as_many_queries_for_thirty_as_for_two(
    as_boss: Client, town_a: Place, django_assert_num_queries: Any, many: int
) -> None:
    with entered(town_a):
        for _ in range(many):
            person(Role.REFERENT, Role.TEAM_MEMBER, joined_at=timezone.now())
    as_boss.get(LIST)
    # session, user, roles, people, their roles, invitations, charters
    with django_assert_num_queries(8):
        as_boss.get(LIST)


def test_a_role_is_given_and_ended_from_the_page(as_boss: Client, town_a: Place, someone: User) -> None:
    own = f"/personnes/{someone.pk}/"
    given = as_boss.post(f"{own}roles/", {"role": "team_member", "since_on": "1/3/2026", "until_on": ""})
    assert given.status_code == 302
    with entered(town_a):
        assignment = someone.assignments.get(role="team_member")
        assert (assignment.since_on, assignment.given_by.last_name) == (date(2026, 3, 1), "Direction")
    twice = as_boss.post(f"{own}roles/", {"role": "team_member", "since_on": "2/3/2026"})
    assert "déjà ce rôle" in twice.content.decode()
    ended = as_boss.post(f"{own}roles/{assignment.pk}/fin/", {"on": "5/3/2026"})
    assert ended.status_code == 302
    with entered(town_a):
        assert someone.assignments.get(role="team_member").until_on == date(2026, 3, 5)
    assert "Rôles passés" in as_boss.get(own).content.decode()


def test_dates_out_of_order_are_explained(as_boss: Client, someone: User) -> None:
    own = f"/personnes/{someone.pk}/roles/"
    page = as_boss.post(own, {"role": "secretary", "since_on": "5/3/2026", "until_on": "1/3/2026"})
    assert "La fin ne peut pas précéder le début" in page.content.decode()


def test_ones_own_account_is_somebody_elses_to_change(as_boss: Client, town_a: Place) -> None:
    with entered(town_a):
        boss = User.objects.get(last_name="Direction")
        other = User.objects.get(last_name="Comptes")
    page = as_boss.get(f"/personnes/{boss.pk}/").content.decode()
    assert "Suspendre" not in page
    assert "Suspendre" in as_boss.get(f"/personnes/{other.pk}/").content.decode()
    assert as_boss.post(f"/personnes/{boss.pk}/suspendre/").status_code == 403
    assert as_boss.get(f"/personnes/{boss.pk}/roles/").status_code == 403
    assert as_boss.post(f"/personnes/{other.pk}/suspendre/").status_code == 302


def test_suspension_says_how_to_undo_it(as_boss: Client, town_a: Place, someone: User) -> None:
    page = as_boss.post(f"/personnes/{someone.pk}/suspendre/", follow=True).content.decode()
    assert f"/personnes/{someone.pk}/rouvrir/" in page
    as_boss.post(f"/personnes/{someone.pk}/rouvrir/")
    with entered(town_a):
        assert User.objects.get(pk=someone.pk).is_active


def test_acts_are_posts(as_boss: Client, someone: User) -> None:
    for act in ("suspendre", "rouvrir", "inviter-encore", "annuler-invitation", "charte-papier"):
        assert as_boss.get(f"/personnes/{someone.pk}/{act}/").status_code == 405, act


def test_a_departure_is_recorded(as_boss: Client, town_a: Place, someone: User) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    done = as_boss.post(f"/personnes/{someone.pk}/depart/", {"on": yesterday.strftime("%d/%m/%Y")})
    assert done.status_code == 302
    page = as_boss.get(f"/personnes/{someone.pk}/").content.decode()
    assert "Parti" in page
    with entered(town_a):
        assert User.objects.get(pk=someone.pk).left_on == yesterday


def test_one_changes_ones_own_details(as_boss: Client, town_a: Place) -> None:
    data = {
        "first_name": "Alix",
        "last_name": "Direction",
        "function": "",
        "profession": "",
        "phone": "0199000000",
    }
    assert as_boss.post("/compte/", data).status_code == 302
    with entered(town_a):
        assert User.objects.get(last_name="Direction").phone == "0199000000"
    assert as_boss.post("/compte/", {**data, "last_name": ""}).status_code == 200


def test_managers_change_somebodys_details(as_boss: Client, town_a: Place, someone: User) -> None:
    data = {
        "first_name": "Sacha",
        "last_name": "Suivi",
        "function": "Référente",
        "profession": "",
        "phone": "",
    }
    assert as_boss.post(f"/personnes/{someone.pk}/coordonnees/", data).status_code == 302
    with entered(town_a):
        assert User.objects.get(pk=someone.pk).function == "Référente"


def test_a_person_of_another_town_is_not_found(as_boss: Client, town_b: Place, someone: User) -> None:
    with entered(town_b):
        for _ in range(20):
            foreign = person(Role.REFERENT, joined_at=timezone.now())
    assert as_boss.get(f"/personnes/{foreign.pk}/").status_code == 404
