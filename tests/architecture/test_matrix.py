"""Every address of both sites × every role: who gets the page, who is refused, what a foreign id finds."""

import operator
import re
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse

from core.people.access import is_declared
from core.people.enums import NATIONAL_ROLES, ROLES_OF_KIND, Role
from core.people.models import User
from tenants.context import Place, entered
from tests.architecture.matrix import Route, World, routes
from tests.conftest import client_of
from tests.core.pathways import making

ROUTES = [*routes("town"), *routes("national")]
WITH_IDS = [route for route in ROUTES if "int:" in route.pattern]
SignIn = Callable[[Client, Place, object], Client]

# The page, a way on, or « only by POST »; never 403.
OPENED = {200, 204, 302, 303, 405}
# Of someone who holds a role that the view names, but has no part in this object.
MAY_HAVE_NO_PART = OPENED | {403, 404}


def label(route: Route) -> str:
    return f"{route.site} {route.name}"


def grouped(some: Sequence[Route]) -> list[Any]:
    """Routes of one app of one site together, so that what their addresses need is made once.

    A page that changes what the next one needs stands alone: keys of a second factor, a meeting's one team.
    """
    apps: dict[str, list[Route]] = {}
    for route in some:
        app = re.split("[:_]", route.name)[0]
        alone = f" {route.name}" if app in {"mfa", "meetings"} else ""
        apps.setdefault(f"{route.site} {app}{alone}", []).append(route)
    return [
        pytest.param(found[first : first + 12], id=f"{name} {first}")
        for name, found in apps.items()
        for first in range(0, len(found), 12)
    ]


def address(route: Route, world: World) -> str:
    values: dict[str, Any] = {}
    for argument, source in route.objects.items():
        quoted = source.startswith("'")
        values[argument] = source.strip("'") if quoted else operator.attrgetter(source)(world)
    return reverse(route.name, kwargs=values, urlconf=f"reussite.urls_{route.site}")


def ask(client: Client, url: str) -> HttpResponse:
    """The page; or, where there is none, what an empty form gets."""
    response = client.get(url)
    return client.post(url) if response.status_code == 405 else response  # type: ignore[return-value]


@pytest.mark.parametrize("route", ROUTES, ids=label)
def test_every_address_says_who_may_open_it(route: Route) -> None:
    assert is_declared(route.view), f"{route.pattern}: declare a rule of core.people.access on its view"
    rules = [route.is_open, getattr(route.view, "any_signed_in", False), bool(route.roles)]
    assert sum(rules) == 1, "one rule, and one alone"
    assert route.objects.keys() == route.arguments
    if "any_signed_in" in vars(route.view) or route.is_open:
        assert not getattr(route.view, "charter_required", False), "name the roles that meet children"


@pytest.fixture
def places(town_a: Place, town_b: Place, national: Place, owner: psycopg.Connection) -> dict[str, Place]:
    """Two towns whose ids never meet: what is found in A under an id of B is a leak, not a coincidence."""
    owner.execute(
        "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, 1000000) FROM pg_sequences"
        " WHERE schemaname = %s AND max_value > 1000000 AND coalesce(last_value, 0) < 1000000",
        [town_b.schema],
    )
    return {"town": town_a, "national": national, "other": town_b}


@pytest.fixture
def visit(places: dict[str, Place], sign_in: SignIn) -> Callable[[Place, User | None], Client]:
    """A browser that gave the password again a moment ago, which allauth asks before some pages."""

    def visit(place: Place, user: User | None) -> Client:
        client = client_of(place)
        if user is None:
            return client
        client = sign_in(client, place, user)
        with entered(place):
            session = client.session
            given = HttpRequest()
            given.session = session
            record_authentication(given, user, "password", reauthenticated=True)
            session.save()
        return client

    return visit


def with_second_factor(user: User) -> None:
    """What the pages about it show something of."""
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)


@pytest.mark.parametrize("group", grouped(ROUTES))
def test_who_may_open_it(group: list[Route], places: dict[str, Place], visit: Any) -> None:
    site = group[0].site
    place = places[site]
    with entered(place):
        world = World(site)
        urls = [address(route, world) for route in group]
        users = {role: world.of(role) for role in sorted(ROLES_OF_KIND[place.kind])}
        if {"mfa_deactivate_totp", "mfa_view_recovery_codes"} & {route.name for route in group}:
            for user in users.values():
                with_second_factor(user)
    wrong = []
    for route, url in zip(group, urls, strict=True):
        try:
            check_who_opens(route, url, visit, place, users)
        except AssertionError as failure:
            wrong.append(f"{label(route)}: {failure}")
    assert wrong == []


def check_who_opens(route: Route, url: str, visit: Any, place: Place, users: dict[str, User]) -> None:
    response = visit(place, None).get(url)
    login = reverse("account_login", urlconf=f"reussite.urls_{route.site}")
    if route.is_open:
        assert response.status_code != 403
        assert not response.headers.get("Location", "").startswith(f"{login}?")
    else:
        assert response.status_code == 302
        assert response["Location"].startswith(login)
    opened = set()
    for role, user in users.items():
        status = visit(place, user).get(url).status_code
        if route.roles and role not in route.roles:
            assert status == 403, role
        else:
            allowed = MAY_HAVE_NO_PART if route.arguments or route.is_open else OPENED
            assert status in allowed, (role, status)
            opened |= {role} if status in OPENED else set()
    held = route.roles & users.keys()
    assert opened or not held or "token" in route.arguments, "someone whom the view names can open it"


UNDER_CHARTER = [route for route in ROUTES if getattr(route.view, "charter_required", False)]


@pytest.mark.parametrize("group", grouped(UNDER_CHARTER))
def test_without_the_charter_no_page_about_a_child(
    group: list[Route], places: dict[str, Place], visit: Any
) -> None:
    site = group[0].site
    place = places[site]
    with entered(place):
        world = World(site)
        urls = [address(route, world) for route in group]
        unsigned = {role: making.user(role, signed=False) for role in {min(route.roles) for route in group}}
    charter = reverse("people:charter", urlconf=f"reussite.urls_{site}")
    for route, url in zip(group, urls, strict=True):
        response = visit(place, unsigned[min(route.roles)]).get(url)
        assert response.status_code == 302, label(route)
        assert response["Location"].startswith(charter), label(route)


# A campaign is the nation's and the same for every town; what a town answers is looked at in
# tests/core/exchange/test_campaigns.py.
OWN = [route for route in WITH_IDS if "int:" in route.pattern.replace("<int:campaign>", "")]


@pytest.mark.parametrize("route", [route for route in OWN if route.site == "town"], ids=label)
def test_an_id_of_another_town_is_not_found(route: Route, places: dict[str, Place], visit: Any) -> None:
    """The object exists, in B, and opens there; the same address in A finds nothing, for any role."""
    with entered(places["other"]):
        theirs = World()
        url = address(route, theirs)
        at_home = theirs.of(sorted(route.roles)[0] if route.roles else Role.COORDINATOR)
    with entered(places["town"]):
        roles = route.roles or frozenset({Role.COORDINATOR})
        users = [making.user(role) for role in sorted(roles - NATIONAL_ROLES)]
    for user in users:
        assert ask(visit(places["town"], user), url).status_code == 404
    assert visit(places["other"], at_home).get(url).status_code in OPENED
