"""Signing in by password, its limits, and what one town's session or code is worth in another: nothing."""

from copy import copy
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.people.enums import Role
from core.people.models import User
from tenants.context import Place, entered
from tests.core.people.factories import PASSWORD, person

LOGIN = "/connexion/"


def joined(place: Place, *roles: str, **fields: Any) -> User:
    with entered(place):
        return person(*roles, joined_at=timezone.now(), **fields)


def log_in(client: Client, email: str, password: str = PASSWORD, **data: str) -> Any:
    return client.post(LOGIN, {"login": email, "password": password, **data})


def test_the_sign_in_page_is_in_french_and_has_no_inline_script(client_a: Client) -> None:
    page = client_a.get(LOGIN)
    text = page.content.decode()
    assert page.status_code == 200
    assert "Adresse e-mail" in text
    assert "Mot de passe oublié" in text
    assert text.count("<script") == text.count("<script src=")
    assert "placeholder" not in text


def test_password_opens_and_a_wrong_one_does_not(client_a: Client, town_a: Place) -> None:
    user = joined(town_a, Role.COORDINATOR)
    wrong = log_in(client_a, user.email, "une autre phrase de passe")
    assert wrong.status_code == 200
    assert "incorrects" in wrong.content.decode()
    assert client_a.get("/compte/").status_code == 302

    right = log_in(client_a, user.email.upper())
    assert right.status_code == 302
    assert client_a.get("/compte/").status_code == 200


def test_an_unknown_address_gets_the_same_answer_as_a_wrong_password(client_a: Client, town_a: Place) -> None:
    user = joined(town_a)
    wrong = log_in(client_a, user.email, "une autre phrase de passe").content.decode()
    unknown = log_in(client_a, "personne@essai.invalid", "une autre phrase de passe").content.decode()
    assert "sont incorrects" in wrong
    assert "sont incorrects" in unknown


@pytest.mark.parametrize(
    "fields",
    [
        {"joined_at": None},
        {"joined_at": timezone.now(), "is_active": False},
        {"joined_at": timezone.now(), "left_on": timezone.localdate() - timedelta(days=1)},
    ],
    ids=["invited", "suspended", "gone"],
)
def test_a_closed_account_does_not_open(client_a: Client, town_a: Place, fields: dict[str, Any]) -> None:
    with entered(town_a):
        user = person(Role.COORDINATOR, **fields)
    answer = log_in(client_a, user.email)
    assert answer.status_code == 302
    assert answer.url == "/compte-ferme/"
    assert client_a.get("/compte-ferme/").status_code == 200
    assert client_a.get("/compte/").status_code == 302


def test_the_last_day_still_opens(client_a: Client, town_a: Place) -> None:
    user = joined(town_a, left_on=timezone.localdate())
    log_in(client_a, user.email)
    assert client_a.get("/compte/").status_code == 200


def test_suspension_ends_an_open_session(client_a: Client, town_a: Place) -> None:
    user = joined(town_a)
    log_in(client_a, user.email)
    assert client_a.get("/compte/").status_code == 200
    with entered(town_a):
        User.objects.filter(pk=user.pk).update(is_active=False)
    assert client_a.get("/compte/").status_code == 302


def test_five_wrong_passwords_close_the_address_for_a_while(client_a: Client, town_a: Place) -> None:
    user, other = joined(town_a), joined(town_a)
    for _ in range(5):
        log_in(client_a, user.email, "une autre phrase de passe")
    refused = log_in(client_a, user.email)
    assert refused.status_code == 200
    assert "Trop de tentatives" in refused.content.decode()
    assert log_in(client_a, other.email).status_code == 302


def test_nobody_signs_up(client_a: Client) -> None:
    for path in ("/signup/", "/inscription/", "/accounts/signup/"):
        assert client_a.get(path).status_code == 404


def test_a_session_of_one_town_is_worth_nothing_in_another(
    client_a: Client, client_b: Client, town_a: Place, town_b: Place
) -> None:
    user = joined(town_a)
    log_in(client_a, user.email)
    client_b.cookies = copy(client_a.cookies)
    assert client_a.get("/compte/").status_code == 200
    assert client_b.get("/compte/").status_code == 302


def test_sign_in_leads_back_to_the_page_that_asked(client_a: Client, town_a: Place) -> None:
    user = joined(town_a, Role.COORDINATOR)
    asked = client_a.get("/personnes/?tri=nom")
    assert asked.url == "/connexion/?next=%2Fpersonnes%2F%3Ftri%3Dnom"
    assert log_in(client_a, user.email, next="/personnes/?tri=nom").url == "/personnes/?tri=nom"


def test_sign_in_never_leads_to_another_site(client_a: Client, town_a: Place) -> None:
    user = joined(town_a)
    assert log_in(client_a, user.email, next="https://ailleurs.invalid/").url == "/"


def test_htmx_is_led_to_the_whole_page(client_a: Client) -> None:
    answer = client_a.get(
        "/personnes/", headers={"HX-Request": "true", "HX-Current-URL": "http://alpha.test/personnes/"}
    )
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/connexion/?next=%2Fpersonnes%2F"


# --- forgotten password -------------------------------------------------------------------------
def ask_for_code(client: Client, place: Place, email: str) -> str:
    mail.outbox.clear()
    answer = client.post("/mot-de-passe-oublie/", {"email": email})
    assert answer.url == "/mot-de-passe-oublie/code/"
    for message in mail.outbox:
        return next(line for line in message.body.splitlines() if "-" in line and len(line) < 15)
    return ""


@pytest.fixture
def kept_mail(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.mark.usefixtures("kept_mail")
def test_a_code_gives_a_new_password(client_a: Client, town_a: Place) -> None:
    user = joined(town_a)
    code = ask_for_code(client_a, town_a, user.email)
    assert client_a.post("/mot-de-passe-oublie/code/", {"code": code}).url == "/mot-de-passe-oublie/nouveau/"
    new = "quatre chevaux mangent du trèfle"
    done = client_a.post("/mot-de-passe-oublie/nouveau/", {"password1": new, "password2": new})
    assert done.url == "/mot-de-passe-oublie/fait/"
    assert client_a.get("/mot-de-passe-oublie/fait/").status_code == 200
    assert log_in(client_a, user.email, new).status_code == 302


@pytest.mark.usefixtures("kept_mail")
def test_a_short_or_common_password_is_refused(client_a: Client, town_a: Place) -> None:
    user = joined(town_a)
    code = ask_for_code(client_a, town_a, user.email)
    client_a.post("/mot-de-passe-oublie/code/", {"code": code})
    for weak in ("onze lettre", "password1234", user.email):
        answer = client_a.post("/mot-de-passe-oublie/nouveau/", {"password1": weak, "password2": weak})
        assert answer.status_code == 200, weak


@pytest.mark.usefixtures("kept_mail")
def test_the_code_of_one_town_is_worth_nothing_in_another(
    client_a: Client, client_b: Client, town_a: Place, town_b: Place
) -> None:
    email = "meme@essai.invalid"
    joined(town_a, email=email)
    joined(town_b, email=email)
    code_a = ask_for_code(client_a, town_a, email)
    ask_for_code(client_b, town_b, email)
    refused = client_b.post("/mot-de-passe-oublie/code/", {"code": code_a})
    assert refused.status_code == 200
    assert "Code incorrect" in refused.content.decode()
    client_b.cookies = copy(client_a.cookies)
    assert client_b.get("/mot-de-passe-oublie/code/").url == LOGIN
    assert (
        client_a.post("/mot-de-passe-oublie/code/", {"code": code_a}).url == "/mot-de-passe-oublie/nouveau/"
    )


@pytest.mark.usefixtures("kept_mail")
@pytest.mark.parametrize("who", ["unknown", "invited", "suspended"])
def test_nobody_learns_whether_an_address_is_known(client_a: Client, town_a: Place, who: str) -> None:
    with entered(town_a):
        person(email="invited@essai.invalid")
        person(email="suspended@essai.invalid", joined_at=timezone.now(), is_active=False)
    assert ask_for_code(client_a, town_a, f"{who}@essai.invalid") == ""
    assert mail.outbox == []
    assert client_a.get("/mot-de-passe-oublie/code/").status_code == 200


@pytest.mark.usefixtures("kept_mail")
def test_three_wrong_codes_end_the_attempt(client_a: Client, town_a: Place) -> None:
    code = ask_for_code(client_a, town_a, joined(town_a).email)
    for _ in range(3):
        last = client_a.post("/mot-de-passe-oublie/code/", {"code": "AAAA-AAAA"})
    assert last.url == LOGIN
    assert client_a.post("/mot-de-passe-oublie/code/", {"code": code}).url == LOGIN


@pytest.mark.usefixtures("kept_mail")
def test_a_sixth_code_in_a_minute_is_refused(client_a: Client, town_a: Place) -> None:
    user = joined(town_a)
    for _ in range(5):
        assert client_a.post("/mot-de-passe-oublie/", {"email": user.email}).status_code == 302
    assert client_a.post("/mot-de-passe-oublie/", {"email": user.email}).status_code == 429


# --- sessions -----------------------------------------------------------------------------------
def test_one_closes_a_session_left_open_elsewhere(client_a: Client, town_a: Place) -> None:
    user = joined(town_a)
    elsewhere = Client(
        headers={"host": town_a.primary_host, "user-agent": "Mozilla/5.0 (Android) Firefox/140.0"}
    )
    log_in(elsewhere, user.email)
    log_in(client_a, user.email)
    page = client_a.get(reverse("usersessions_list", urlconf="reussite.urls_town"))
    assert "Firefox sur Android" in page.content.decode()
    other = next(line["session"] for line in page.context["lines"] if not line["current"])
    assert client_a.post(f"/compte/sessions/{other.pk}/fermer/").status_code == 302
    assert elsewhere.get("/compte/").status_code == 302
    assert client_a.get("/compte/").status_code == 200


def test_nobody_closes_another_persons_session(client_a: Client, town_a: Place) -> None:
    user, other = joined(town_a), joined(town_a)
    theirs = Client(headers={"host": town_a.primary_host})
    log_in(theirs, other.email)
    page = theirs.get("/compte/sessions/")
    session = page.context["lines"][0]["session"]
    log_in(client_a, user.email)
    assert client_a.post(f"/compte/sessions/{session.pk}/fermer/").status_code == 404
    assert theirs.get("/compte/").status_code == 200
