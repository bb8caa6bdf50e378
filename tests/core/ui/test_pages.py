from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import get_resolver
from django.utils import timezone

from core.people.models import User
from core.ui import toasts, views
from core.ui.access import open_in_demo
from core.ui.site import site_of
from tenants.context import Place, entered, outside

LOOK = {"look": {"name": "Le coup de pouce", "accent": "#5b3a8c"}}
LOGO = {"assets": {"logo": {"type": "image/svg+xml", "base64": "PHN2Zy8+"}}}


def town(**config: object) -> Place:
    return Place(
        id=1,
        kind="town",
        slug="lis",
        schema="t_lis",
        name="Val-du-Lis",
        primary_host="lis.test",
        config={**config},
    )


def a_request(path: str = "/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


ERRORS: list[tuple[str, Callable[[HttpRequest], HttpResponse], int, str]] = [
    ("400", views.bad_request, 400, "La demande est incomplète"),
    ("403", views.permission_denied, 403, "Cette page ne vous est pas ouverte"),
    ("404", views.page_not_found, 404, "Page introuvable"),
    ("405", views.method_not_allowed, 405, "Cette adresse ne s’ouvre pas"),
    ("429", views.too_many_requests, 429, "Trop d’essais"),
    ("500", views.server_error, 500, "Une panne de notre côté"),
    ("csrf", views.csrf_failure, 403, "ouverte depuis trop longtemps"),
    ("unknown", views.unknown_host, 404, "Aucun site à cette adresse"),
]


@pytest.mark.parametrize(("name", "view", "status", "words"), ERRORS, ids=[name for name, *_ in ERRORS])
def test_errors_are_told_without_town_database_or_session(
    name: str, view: Callable[[HttpRequest], HttpResponse], status: int, words: str
) -> None:
    """No `db` fixture: a query would fail. The request has no user and no session."""
    with outside():
        response = view(RequestFactory().get("/"))
    page = response.content.decode()
    assert response.status_code == status
    assert words in page
    assert page.count("<h1>") == 1
    assert "Réussite</title>" in page
    assert 'href=""' not in page


@pytest.mark.parametrize(
    ("name", "view", "status", "words"), ERRORS[:-1], ids=[name for name, *_ in ERRORS[:-1]]
)
def test_errors_inside_a_town_wear_its_look_without_a_query(
    name: str, view: Callable[[HttpRequest], HttpResponse], status: int, words: str
) -> None:
    with entered(town(**LOOK)):
        page = view(RequestFactory().get("/")).content.decode()
    assert "Le coup de pouce" in page
    assert "/apparence.css?v=" in page
    assert "Revenir à l’accueil" in page


def test_an_unknown_host_learns_no_towns_name(client_a: Client, town_a: Place, town_b: Place) -> None:
    response = Client(headers={"host": "nulle-part.test"}).get("/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "Aucun site à cette adresse" in page
    assert not [said for said in (town_a.name, town_b.name, ".test") if said in page]
    assert "style-src 'self'" in response.headers["Content-Security-Policy"]


def test_a_suspended_town_says_so_and_leads_nowhere() -> None:
    response = views.suspended(RequestFactory().get("/"), town(**LOOK))
    page = response.content.decode()
    assert response.status_code == 503
    assert response.headers["Cache-Control"] == "no-store"
    assert "Val-du-Lis" in page
    assert not [said for said in ("apparence.css", "Revenir", "lis.test") if said in page]


def test_429_says_how_long() -> None:
    response = views.too_many_requests(RequestFactory().get("/"), wait_seconds=61)
    assert response.headers["Retry-After"] == "61"
    assert "2\u00a0minutes" in response.content.decode()
    assert "Retry-After" not in views.too_many_requests(RequestFactory().get("/")).headers


@pytest.mark.parametrize("urlconf", ["reussite.urls_town", "reussite.urls_national", "reussite.urls_unknown"])
@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_every_site_uses_these_pages(urlconf: str, status: int) -> None:
    assert get_resolver(urlconf).resolve_error_handler(status).__module__ == "core.ui.views"


def test_an_address_that_leads_nowhere(client_a: Client) -> None:
    response = client_a.get("/nulle/part/")
    assert response.status_code == 404
    assert "Page introuvable" in response.content.decode()


def test_a_failing_page_gives_a_reference_and_no_secret(
    client_a: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(accent: str) -> str:
        raise RuntimeError("mot de passe 1234")

    monkeypatch.setattr(views.colours, "stylesheet", fail)
    client_a.raise_request_exception = False
    response = client_a.get("/apparence.css")
    assert response.status_code == 500
    assert "Une panne de notre côté" in response.content.decode()
    assert "<code>" in response.content.decode()
    assert "1234" not in response.content.decode()


def test_colours_are_open_and_kept_for_as_long_as_their_version(client_a: Client) -> None:
    plain = client_a.get("/apparence.css")
    assert plain.status_code == 200
    assert plain.headers["Content-Type"].startswith("text/css")
    assert plain.headers["Cache-Control"] == views.AN_HOUR
    assert client_a.get("/apparence.css?v=1").headers["Cache-Control"] == views.A_YEAR
    assert "Set-Cookie" not in plain.headers
    assert "Cookie" not in plain.headers.get("Vary", "")


def test_colours_are_those_of_the_place() -> None:
    with entered(town(**LOOK)):
        assert b"--accent:#5b3a8c" in views.appearance(RequestFactory().get("/apparence.css")).content


def test_the_version_changes_with_the_look_alone() -> None:
    purple, same, green = (
        site_of(town(look={"name": name, "accent": accent})).appearance_url
        for name, accent in (("A", "#5b3a8c"), ("B", "#5b3a8c"), ("A", "#0b6e6e"))
    )
    assert purple == same != green


def test_a_place_without_a_look_keeps_the_platforms() -> None:
    site = site_of(town())
    assert (site.name, site.accent, site.logo_url) == ("Val-du-Lis", "#1c5d7d", "")


def test_logo(client_a: Client) -> None:
    assert client_a.get("/logo").status_code == 404
    with entered(town(**LOOK, **LOGO)):
        response = views.logo(RequestFactory().get("/logo"))
    assert response.content == b"<svg/>"
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert site_of(town(**LOGO)).logo_url.startswith("/logo?v=")


def test_components_ask_for_a_sign_in(
    client_a: Client, town_a: Place, sign_in: Callable[[Client, Place, object], Client]
) -> None:
    assert client_a.get("/composants/").status_code == 302
    with entered(town_a):
        user = User.objects.create(
            email="c@ville.example",
            first_name="Camille",
            last_name="Exemple",
            sort_name="e",
            joined_at=timezone.now(),
        )
    response = sign_in(client_a, town_a, user).get("/composants/")
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count("<h1>") == 1
    assert 'href="#contenu"' in page
    assert 'id="contenu"' in page
    assert "Camille Exemple" in page


@pytest.mark.parametrize(("demo", "declared"), [(True, "open_to_all"), (False, "any_signed_in")])
def test_a_page_for_builders_is_open_on_a_demo_alone(settings: object, demo: bool, declared: str) -> None:
    settings.DEMO = demo  # type: ignore[attr-defined]
    view = open_in_demo(lambda request: HttpResponse())
    assert [name for name in ("open_to_all", "any_signed_in") if getattr(view, name, False)] == [declared]


def test_messages_are_said_politely_with_their_undoing() -> None:
    request = a_request()
    toasts.done(request, "Le rendez-vous est annulé.", undo_url="/rendez-vous/3/retablir/")
    with entered(town()):
        page = render_to_string("layout/_messages.html", {"messages": request._messages}, request)  # type: ignore[attr-defined]
    assert 'role="status"' in page
    assert 'action="/rendez-vous/3/retablir/"' in page
    assert "hx-swap-oob" not in page


def test_paper_has_the_towns_name_and_no_navigation() -> None:
    with entered(town(**LOOK)):
        page = render_to_string("layout/print.html", {}, a_request())
    assert "Le coup de pouce" in page
    assert "<nav" not in page


def test_an_address_that_only_takes_a_form_has_its_page(client_a: Client) -> None:
    answer = client_a.get("/invitation/rien/cle/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Cette adresse ne s’ouvre pas" in answer.text
    assert client_a.post("/invitation/rien/cle/").status_code != 405
