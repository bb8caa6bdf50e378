"""Code applications, recovery codes, passkeys: optional, required by a town, bound to its host."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cryptography.fernet import InvalidToken
from django.test import Client
from django.utils import timezone
from fido2.utils import websafe_encode

from core.people import configuration, queries
from core.people.enums import Role
from core.people.models import User
from tenants import registry
from tenants.context import Place, entered
from tests.core.people.factories import PASSWORD, person

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SignIn = Callable[[Client, Place, object], Client]


def code_now() -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(SECRET, counter)))


def with_code_app(user: User) -> None:
    TOTP.activate(user, SECRET)


def passkey(user: User, host: str) -> Authenticator:
    client_data = json.dumps({"type": "webauthn.create", "origin": f"https://{host}"}).encode()
    credential = {"response": {"clientDataJSON": websafe_encode(client_data)}}
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Téléphone", "credential": credential}
    )


@pytest.fixture
def user(town_a: Place) -> User:
    with entered(town_a):
        return person(Role.COORDINATOR, joined_at=timezone.now())


@pytest.fixture
def demanding(town_a: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Town A, whose file asks everybody for a second factor."""
    place = replace(town_a, config={"access": {"mfa_required": True}})
    monkeypatch.setattr(registry, "by_host", lambda host: place if host == place.primary_host else None)
    return place


def log_in(client: Client, user: User) -> Any:
    return client.post("/connexion/", {"login": user.email, "password": PASSWORD})


def test_the_password_alone_no_longer_opens(client_a: Client, town_a: Place, user: User) -> None:
    with entered(town_a):
        with_code_app(user)
    assert log_in(client_a, user).url == "/connexion/second-facteur/"
    assert client_a.get("/compte/").status_code == 302
    page = client_a.get("/connexion/second-facteur/")
    assert page.content.decode().count("<script") == page.content.decode().count("<script src=")
    wrong = client_a.post("/connexion/second-facteur/", {"code": "000000"})
    assert "Code incorrect" in wrong.content.decode()
    assert client_a.post("/connexion/second-facteur/", {"code": code_now()}).status_code == 302
    assert client_a.get("/compte/").status_code == 200


def test_the_secret_lies_sealed_in_its_town(town_a: Place, town_b: Place, user: User) -> None:
    with entered(town_a):
        with_code_app(user)
        kept = Authenticator.objects.get().data["secret"]
        assert SECRET not in kept
        assert get_adapter().decrypt(kept) == SECRET
    with entered(town_b), pytest.raises(InvalidToken):
        get_adapter().decrypt(kept)


def test_a_code_app_is_added_from_the_account_after_confirming(
    client_a: Client, town_a: Place, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(client_a, user)
    asked = client_a.get("/compte/code/activer/")
    assert asked.url.startswith("/compte/confirmer/")
    assert client_a.post(asked.url, {"password": "une autre"}).status_code == 200
    assert client_a.post(asked.url, {"password": PASSWORD}).url == "/compte/code/activer/"
    page = client_a.get("/compte/code/activer/")
    assert "<svg" in page.content.decode()
    monkeypatch.setattr("allauth.mfa.totp.forms.auth.get_totp_secret", lambda regenerate: SECRET)
    done = client_a.post("/compte/code/activer/", {"code": code_now()})
    assert done.url == "/compte/secours/"
    codes = client_a.get("/compte/secours/")
    assert len(codes.context["unused_codes"]) == 10
    assert "ne seront plus montrés" in codes.content.decode()
    with entered(town_a):
        assert queries.has_second_factor(user)
    assert client_a.get("/compte/").status_code == 200


def test_a_town_that_asks_for_a_factor_opens_nothing_else_first(
    client_a: Client, demanding: Place, user: User
) -> None:
    log_in(client_a, user)
    assert client_a.get("/personnes/").url == "/compte/second-facteur/"
    assert client_a.get("/compte/second-facteur/").status_code == 200
    assert client_a.get("/compte/").status_code == 200
    assert client_a.get("/compte/sessions/").status_code == 200
    with entered(demanding):
        with_code_app(user)
    assert client_a.get("/personnes/").status_code == 200
    assert client_a.get("/compte/second-facteur/").url == "/compte/"


def test_a_town_that_does_not_ask_opens(client_a: Client, town_a: Place, user: User) -> None:
    log_in(client_a, user)
    assert client_a.get("/personnes/").status_code == 200


def test_the_last_factor_stays_where_one_is_required(demanding: Place, town_a: Place, user: User) -> None:
    with entered(demanding):
        with_code_app(user)
        app = Authenticator.objects.get()
        assert not get_adapter().can_delete_authenticator(app)
        passkey(user, "ancien.alpha.test")
        assert not get_adapter().can_delete_authenticator(app), "a passkey of a former host opens nothing"
        passkey(user, demanding.primary_host)
        assert get_adapter().can_delete_authenticator(app)
    with entered(town_a):
        Authenticator.objects.exclude(pk=app.pk).delete()
        assert get_adapter().can_delete_authenticator(app)


def test_passkeys_are_counted_for_a_renaming(town_a: Place, user: User) -> None:
    with entered(town_a):
        passkey(user, town_a.primary_host)
        passkey(user, town_a.primary_host)
        passkey(user, "ancien.alpha.test")
        Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"credential": {}})
        assert queries.passkeys_to_enrol_again(town_a.primary_host) == 2
        assert queries.passkeys_to_enrol_again("ancien.alpha.test") == 1
        assert queries.passkeys_to_enrol_again("jamais.test") == 0
        (note,) = configuration.renaming(town_a)
        assert note.startswith("2 clés d’accès")
        Authenticator.objects.all().delete()
        assert configuration.renaming(town_a) == []


def test_a_passkey_of_a_former_host_does_not_lock_its_owner_out(
    client_a: Client, town_a: Place, user: User
) -> None:
    with entered(town_a):
        passkey(user, "ancien.alpha.test")
    log_in(client_a, user)
    page = client_a.get("/compte/")
    assert page.status_code == 200
    assert "De l’ancienne adresse" in page.content.decode()


def test_a_passkey_of_this_host_is_asked_for(client_a: Client, town_a: Place, user: User) -> None:
    with entered(town_a):
        passkey(user, town_a.primary_host)
    assert log_in(client_a, user).url == "/connexion/second-facteur/"


@pytest.mark.parametrize(
    "forged", ['{"id": "x"}', "[]", '"x"', "12", "pas du json", '{"response": {"userHandle": "!"}}']
)
def test_a_made_up_passkey_opens_nothing(client_a: Client, user: User, forged: str) -> None:
    assert client_a.get("/connexion/cle/", headers={"Accept": "application/json"}).status_code == 200
    assert client_a.post("/connexion/cle/", {"credential": forged}).url == "/connexion/"
    assert client_a.get("/compte/").status_code == 302


def confirmed(client: Client, user: User) -> None:
    log_in(client, user)
    client.post("/compte/confirmer/", {"password": PASSWORD})


def test_the_only_way_in_is_not_removed(client_a: Client, town_a: Place, user: User, sign_in: SignIn) -> None:
    confirmed(client_a, user)
    with entered(town_a):
        key = passkey(user, town_a.primary_host)
        hashed = user.password
        User.objects.filter(pk=user.pk).update(password="!")
        user.password = "!"
    session = client_a.session
    with entered(town_a):
        session["_auth_user_hash"] = User.objects.get(pk=user.pk).get_session_auth_hash()
        session.save()
    address = f"/compte/cles/{key.pk}/retirer/"
    refused = client_a.post(address, follow=True)
    assert "seule façon d’entrer" in refused.content.decode()
    with entered(town_a):
        assert Authenticator.objects.filter(pk=key.pk).exists()
        User.objects.filter(pk=user.pk).update(password=hashed)
        session["_auth_user_hash"] = User.objects.get(pk=user.pk).get_session_auth_hash()
        session.save()
    client_a.post(address)
    with entered(town_a):
        assert not Authenticator.objects.filter(pk=key.pk).exists()


def test_nobody_touches_another_persons_passkey(client_a: Client, town_a: Place, user: User) -> None:
    with entered(town_a):
        other = person(joined_at=timezone.now())
        theirs = passkey(other, town_a.primary_host)
        own = passkey(user, "ancien.alpha.test")
    confirmed(client_a, user)
    assert client_a.post(f"/compte/cles/{theirs.pk}/retirer/").status_code == 404
    assert client_a.get(f"/compte/cles/{theirs.pk}/").status_code == 404
    assert client_a.get(f"/compte/cles/{own.pk}/").status_code == 200
