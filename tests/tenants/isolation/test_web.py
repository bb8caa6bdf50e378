"""Hosts, cookies and pages: which town answers, and with whose session."""

from collections.abc import Callable

import psycopg
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.people.models import User
from tenants import context, registry
from tenants.context import Place, entered
from tests.conftest import client_of

OPEN_PAGE = "/apparence.css"  # open to all
OWN_PAGE = "/compte/"  # any signed-in person
PASSWORD = "une phrase de passe pour les essais"
SignIn = Callable[[Client, Place, object], Client]


def user_of(place: Place) -> User:
    with entered(place, switching=True):
        user = User(
            pk=90_001,
            email="meme@exemple.test",
            last_name=f"De {place.name}",
            sort_name="de",
            joined_at=timezone.now(),
        )
        user.set_password(PASSWORD)
        user.save()
    return user


@pytest.mark.parametrize("host", ["alpha.test", "ALPHA.Test", "alpha.test:8000"])
def test_a_town_answers_at_its_host(town_a: Place, host: str) -> None:
    response = Client(headers={"host": host}).get(OPEN_PAGE)
    assert response.status_code == 200
    assert response.wsgi_request.place == town_a  # type: ignore[attr-defined]


NOBODYS = [
    "inconnu.test",
    "test",
    "127.0.0.1",
    "127.0.0.1:8000",
    "[::1]:8000",
    "localhost",
    "alpha",
    "x.alpha.test",
    "alpha.test.evil.test",
    "alpha-test",
    "national",
    "",
    "alpha.test@beta.test",
    "alpha.test/",
    "alpha.test:port",
    "alpha.test\tbeta.test",
    "alpha.test,beta.test",
    "*",
    "%61lpha.test",
    "àlpha.test",
]


@pytest.mark.parametrize("host", NOBODYS)
def test_a_host_that_is_nobodys_gets_a_page_that_names_no_town(town_a: Place, host: str) -> None:
    client = Client(headers={"host": host})
    with CaptureQueriesContext(connection) as queries:
        response = client.get(OWN_PAGE)
    assert response.status_code == 404
    page = response.content.decode()
    for word in ("alpha", "beta", "Alpha", "Beta", town_a.schema):
        assert word not in page
    assert not response.cookies
    assert all("tenants_" in query["sql"] for query in queries), "the registry alone may be asked"


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-Host",
        "X-Host",
        "Forwarded",
        "X-Original-Host",
        "X-Forwarded-Server",
        "X-Http-Host",
    ],
)
def test_no_other_header_names_the_town(town_a: Place, town_b: Place, header: str) -> None:
    value = "host=beta.test" if header == "Forwarded" else town_b.primary_host
    response = client_of(town_a).get(OPEN_PAGE, headers={header: value})
    assert response.wsgi_request.place == town_a  # type: ignore[attr-defined]
    response = Client(headers={"host": "inconnu.test", header: value}).get(OPEN_PAGE)
    assert response.status_code == 404


def test_an_absolute_address_in_the_request_line_names_no_town(town_a: Place, town_b: Place) -> None:
    response = client_of(town_a).get("/", PATH_INFO=f"//{town_b.primary_host}{OPEN_PAGE}")
    assert response.wsgi_request.place == town_a  # type: ignore[attr-defined]
    assert response.status_code == 404


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("ancien.alpha.test", "http://alpha.test/compte/?q=1&r=%2F"),
        ("ancien.alpha.test:8123", "http://alpha.test:8123/compte/?q=1&r=%2F"),
        ("alpha.test.", "http://alpha.test/compte/?q=1&r=%2F"),
    ],
)
def test_a_secondary_host_leads_to_the_primary_before_any_session(
    town_a: Place, sign_in: SignIn, host: str, address: str
) -> None:
    client = sign_in(client_of(town_a), town_a, user_of(town_a))
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"{OWN_PAGE}?q=1&r=%2F", headers={"host": host})
    assert (response.status_code, response["Location"]) == (307, address)
    assert not response.cookies
    assert all("tenants_" in query["sql"] for query in queries)


def test_a_secondary_host_can_not_be_led_elsewhere(town_a: Place) -> None:
    response = Client(headers={"host": "ancien.alpha.test"}).get("/", PATH_INFO="//evil.test/\r\nX: y")
    assert response["Location"] == "http://alpha.test//evil.test/%0D%0AX:%20y"


def test_the_cookie_is_the_hosts_alone(town_a: Place) -> None:
    user = user_of(town_a)
    response = client_of(town_a).post("/connexion/", {"login": user.email, "password": PASSWORD})
    assert response.status_code == 302
    cookie = response.cookies[settings.SESSION_COOKIE_NAME]
    assert not cookie["domain"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert settings.SESSION_COOKIE_DOMAIN is None
    assert settings.CSRF_COOKIE_DOMAIN is None


def test_a_session_of_a_is_nothing_in_b(town_a: Place, town_b: Place, sign_in: SignIn) -> None:
    """The same person's number and address in both towns, and the cookie carried over by hand."""
    of_a, of_b = user_of(town_a), user_of(town_b)
    assert (of_a.pk, of_a.email) == (of_b.pk, of_b.email)
    client = sign_in(client_of(town_a), town_a, of_a)
    assert client.get(OWN_PAGE).status_code == 200

    stranger = client_of(town_b)
    stranger.cookies = client.cookies
    response = stranger.get(OWN_PAGE)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login", urlconf="reussite.urls_town"))
    with entered(town_b):
        assert Session.objects.count() == 0
    with entered(town_a):
        assert Session.objects.count() == 1


def test_nor_is_it_on_the_national_site(town_a: Place, national: Place, sign_in: SignIn) -> None:
    client = sign_in(client_of(town_a), town_a, user_of(town_a))
    stranger = client_of(national)
    stranger.cookies = client.cookies
    assert stranger.get(OWN_PAGE).status_code == 302


def test_the_request_leaves_the_town_behind(town_a: Place) -> None:
    client = client_of(town_a)
    client.get(OPEN_PAGE)
    assert context.current() is None
    client.get("/nulle-part/")
    assert context.current() is None


@pytest.mark.parametrize("host", ["pause.test", "PAUSE.test:8000"])
def test_a_suspended_town_shows_one_page_and_asks_nothing_of_its_schema(
    fresh_towns: Callable[[str], Place], owner: psycopg.Connection, host: str
) -> None:
    place = fresh_towns("pause")
    client = Client(headers={"host": host})
    assert client.get(OPEN_PAGE).status_code == 200
    owner.execute("UPDATE public.tenants_town SET state = 'suspended' WHERE id = %s", [place.id])
    registry.forget()
    with CaptureQueriesContext(connection) as queries:
        for path in (OPEN_PAGE, OWN_PAGE, "/connexion/", "/nulle-part/"):
            response = client.get(path)
            assert response.status_code == 503
            assert not response.cookies
    assert all("tenants_" in query["sql"] for query in queries)
    owner.execute("UPDATE public.tenants_town SET state = 'active' WHERE id = %s", [place.id])
    registry.forget()
    assert client.get(OPEN_PAGE).status_code == 200
