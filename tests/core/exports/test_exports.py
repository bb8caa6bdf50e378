"""Taking a list away: the reader's own rows, a reason, two lines in the logs; nobody else's."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from core.children.models import Child
from core.exports.models import Export
from core.journal.models import Change, ReadLine
from core.people.enums import Role
from core.people.models import User
from core.sheets import reading
from tenants.context import Place
from tests.conftest import client_of
from tests.core.children.factories import make_child, professional

SignIn = Callable[[Client, Place, object], Client]
GIVEN = {"reason": "Préparer les places de l’atelier d’été.", "format": "xlsx"}


@pytest.fixture
def browse(in_town_a: Place, sign_in: SignIn) -> Callable[[User], Client]:
    return lambda user: sign_in(client_of(in_town_a), in_town_a, user)


@pytest.fixture
def two(in_town_a: Place) -> list[Child]:
    return [make_child("Lina", "Fictif"), make_child("=1+1", "Inventé")]


def url(**choices: str) -> str:
    return reverse("exports:new", query={"liste": "children", **choices}, urlconf="reussite.urls_town")


@pytest.mark.parametrize("format", ["xlsx", "ods", "csv"])
def test_the_file_holds_what_is_seen_and_is_noted(
    format: str, two: list[Child], browse: Callable[[User], Client]
) -> None:
    user = professional(Role.COORDINATOR)
    response = browse(user).post(url(), {**GIVEN, "format": format})
    assert response.status_code == 200
    rows = reading.read(response.content, f"a.{format}")[0].rows
    assert [row[:2] for row in rows[1:3]] == [["Fictif", "Lina"], ["Inventé", "=1+1"]]
    export = Export.objects.get()
    assert (export.by, export.rows, export.reason) == (user, 2, GIVEN["reason"])
    assert set(ReadLine.objects.get(page="exports:new").shown) == {child.pk for child in two}
    assert Change.objects.filter(act="exports.taken_away").count() == 1


def test_choices_of_the_page_narrow_the_file(two: list[Child], browse: Callable[[User], Client]) -> None:
    response = browse(professional(Role.COORDINATOR)).post(url(q="lina"), {**GIVEN, "format": "csv"})
    assert "Lina" in response.content.decode()
    assert "Inventé" not in response.content.decode()
    assert Export.objects.get().filters == "recherche"


def test_without_a_reason_nothing_leaves(two: list[Child], browse: Callable[[User], Client]) -> None:
    response = browse(professional(Role.COORDINATOR)).post(url(), {"reason": "", "format": "xlsx"})
    assert "attachment" not in response.headers.get("Content-Disposition", "")
    assert not Export.objects.exists()
    assert not ReadLine.objects.exists()


def test_a_referent_takes_away_the_own_children_alone(
    two: list[Child], browse: Callable[[User], Client]
) -> None:
    response = browse(professional(Role.REFERENT)).post(url(), {**GIVEN, "format": "csv"})
    seen = Child.objects.visible_to(User.objects.get(pk=Export.objects.get().by_id)).count()
    assert Export.objects.get().rows == seen
    assert response.status_code == 200


@pytest.mark.parametrize("role", [Role.TEAM_MEMBER, Role.PARTNER_WORKER, Role.STEERING, Role.TOWN_ADMIN])
def test_others_take_no_child_away(role: Role, two: list[Child], browse: Callable[[User], Client]) -> None:
    assert browse(professional(role)).post(url(), GIVEN).status_code == 403
    assert not Export.objects.exists()


def test_a_list_of_others_is_not_found(two: list[Child], browse: Callable[[User], Client]) -> None:
    people = reverse("exports:new", query={"liste": "people"}, urlconf="reussite.urls_town")
    assert browse(professional(Role.REFERENT)).get(people).status_code == 404
    assert browse(professional(Role.COORDINATOR)).get(people).status_code == 200
    assert (
        browse(professional(Role.REFERENT))
        .get(reverse("exports:log", urlconf="reussite.urls_town"))
        .status_code
        == 403
    )


def test_the_coordination_sees_what_left(two: list[Child], browse: Callable[[User], Client]) -> None:
    client = browse(professional(Role.COORDINATOR))
    client.post(url(), GIVEN)
    page = client.get(reverse("exports:log", urlconf="reussite.urls_town")).content.decode()
    assert "Préparer les places" in page
    assert "Lina" not in page
