"""From the invitation to the open account: once, in one place, for a week."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from core.people import operations
from core.people.enums import PersonAct, Role
from core.people.models import Invitation, PersonChange, User
from tenants.context import Place, entered
from tenants.local.models import OutgoingMail
from tests.core.people.factories import person

WEEK = timedelta(days=7)
NEW = "quatre chevaux mangent du trèfle"


@pytest.fixture(autouse=True)
def mail_of_the_town(settings: Any) -> None:
    """The product's own backend, which the test runner replaces."""
    settings.EMAIL_BACKEND = "tenants.local.mail.TownEmailBackend"


def invited(at: datetime, **fields: Any) -> Invitation:
    values = {
        "email": "Nouvelle@Essai.invalid",
        "first_name": "Nouvelle",
        "last_name": "Essai",
        "roles": [Role.REFERENT],
        "by": None,
        **fields,
    }
    return operations.invite(at=at, **values)


def link_sent() -> str:
    """The path of the link in the last mail that waits."""
    source = bytes(OutgoingMail.objects.order_by("-pk").values_list("source", flat=True)[0])
    text = source.decode().replace("=\r\n", "").replace("=3D", "=")
    found = re.search(r"https?://[^/\s]+(/invitation/[^\s]+)", text)
    assert found, text
    return found[1]


def token_sent() -> str:
    return link_sent().split("/")[2]


def answers(**changes: str) -> dict[str, str]:
    return {"first_name": "Nouvelle", "last_name": "Essai", "password": NEW, **changes}


# --- operations ---------------------------------------------------------------------------------
def test_an_invitation_makes_a_closed_account_with_its_roles(in_town_a: Place, now: datetime) -> None:
    boss = person(Role.COORDINATOR)
    invitation = invited(now, by=boss)
    user = invitation.user
    assert user.email == "nouvelle@essai.invalid"
    assert user.roles_on(timezone.localdate(now)) == {Role.REFERENT}
    assert user.joined_at is None
    assert not user.has_usable_password()
    assert user.sort_name == "essai nouvelle"
    assert invitation.expires_at == now + WEEK
    line = PersonChange.objects.get(person=user)
    assert (line.act, line.actor, line.fields) == (PersonAct.INVITED, boss, ["referent"])


def test_the_mail_names_nobody_but_those_two_and_comes_from_the_town(in_town_a: Place, now: datetime) -> None:
    invited(now, by=person(Role.COORDINATOR, first_name="Alix", last_name="Direction"))
    mail = OutgoingMail.objects.get()
    text = bytes(mail.source).decode()
    assert mail.recipients == ["nouvelle@essai.invalid"]
    assert mail.kind == "invitation"
    assert "Alix Direction" in text
    assert f"http://{in_town_a.primary_host}" in text
    assert "enfant" not in text


def test_the_secret_itself_is_not_kept(in_town_a: Place, now: datetime) -> None:
    invitation = invited(now)
    assert re.fullmatch(r"[0-9a-f]{64}", invitation.secret_sha256)
    assert invitation.secret_sha256 not in token_sent()


def test_an_address_is_invited_once(in_town_a: Place, now: datetime) -> None:
    invited(now)
    with pytest.raises(operations.AddressTaken):
        invited(now, email="NOUVELLE@essai.invalid")
    invited(now, email="une.autre@essai.invalid")


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.NATIONAL_READER])
def test_a_town_has_no_national_role(in_town_a: Place, now: datetime, role: Role) -> None:
    with pytest.raises(operations.NotARoleHere):
        invited(now, roles=[role])
    assert not User.objects.exists()
    invited(now, roles=[Role.STEERING])


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.TOWN_ADMIN])
def test_the_national_site_has_no_role_of_a_town(in_national: Place, now: datetime, role: Role) -> None:
    with pytest.raises(operations.NotARoleHere):
        invited(now, roles=[role])
    invited(now, roles=[Role.NATIONAL_READER])


def accept(token: str, at: datetime, **changes: Any) -> User:
    values = {"first_name": "Nouvelle", "last_name": "Essai", "password": NEW, **changes}
    return operations.accept_invitation(token=token, at=at, **values)


def test_accepting_opens_the_account_once(in_town_a: Place, now: datetime) -> None:
    invited(now)
    token = token_sent()
    user = accept(token, now + timedelta(days=6, hours=23), phone="0199000000")
    assert user.joined_at is not None
    assert user.check_password(NEW)
    assert user.phone == "0199000000"
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.verified, address.primary) == (user.email, True, True)
    with pytest.raises(operations.InvitationClosed):
        accept(token, now + timedelta(days=6, hours=23))


def test_after_a_week_the_link_is_dead(in_town_a: Place, now: datetime) -> None:
    invited(now)
    with pytest.raises(operations.InvitationClosed):
        accept(token_sent(), now + WEEK)
    assert User.objects.get().joined_at is None


def test_a_revoked_link_is_dead_and_a_new_one_works(in_town_a: Place, now: datetime) -> None:
    boss, invitation = person(Role.COORDINATOR), invited(now)
    first = token_sent()
    operations.revoke_invitation(person=invitation.user, by=boss, at=now)
    with pytest.raises(operations.InvitationClosed):
        accept(first, now)
    operations.invite_again(person=invitation.user, by=boss, at=now)
    second = token_sent()
    assert second != first
    with pytest.raises(operations.InvitationClosed):
        accept(first, now)
    accept(second, now)
    with pytest.raises(operations.AlreadyJoined):
        operations.invite_again(person=invitation.user, by=boss, at=now)


def test_a_suspended_person_does_not_accept(in_town_a: Place, now: datetime) -> None:
    boss, invitation = person(Role.COORDINATOR), invited(now)
    token = token_sent()
    User.objects.filter(pk=invitation.user_id).update(is_active=False)
    with pytest.raises(operations.InvitationClosed):
        accept(token, now)
    operations.resume(person=User.objects.get(pk=invitation.user_id), by=boss, at=now)
    accept(token, now)


def test_the_database_allows_one_open_invitation_a_person(in_town_a: Place, now: datetime) -> None:
    invitation = invited(now)
    values = {"user": invitation.user, "sent_at": now, "expires_at": now + WEEK}
    with pytest.raises(IntegrityError, match="one_open_invitation"), transaction.atomic():
        Invitation.objects.create(secret_sha256="0" * 64, **values)
    Invitation.objects.create(secret_sha256="0" * 64, revoked_at=now, **values)


# --- the page -----------------------------------------------------------------------------------
def test_the_link_opens_the_account_signs_in_and_leads_to_the_charter(
    client_a: Client, town_a: Place, now: datetime
) -> None:
    with entered(town_a):
        invited(now)
        link = link_sent()
    page = client_a.get(link)
    assert page.status_code == 200
    assert "nouvelle@essai.invalid" in page.content.decode()
    done = client_a.post(link, answers())
    assert (done.status_code, done.url) == (302, "/charte/")
    assert client_a.get("/compte/").status_code == 200
    again = Client(headers={"host": town_a.primary_host})
    assert again.get(link).status_code == 404


def test_somebody_outside_the_charter_is_led_home(client_a: Client, town_a: Place, now: datetime) -> None:
    with entered(town_a):
        invited(now, roles=[Role.STEERING])
        link = link_sent()
    assert client_a.post(link, answers()).url == "/"


@pytest.mark.parametrize("weak", ["", "onze lettre", "passwordpassword", "nouvelle@essai.invalid"])
def test_a_weak_password_keeps_what_was_typed(
    client_a: Client, town_a: Place, now: datetime, weak: str
) -> None:
    with entered(town_a):
        invited(now)
        link = link_sent()
    page = client_a.post(link, answers(password=weak, function="Éducatrice"))
    assert page.status_code == 200
    assert "Éducatrice" in page.content.decode()
    with entered(town_a):
        assert User.objects.get().joined_at is None
    assert client_a.post(link, answers()).status_code == 302


def test_the_link_of_one_town_is_nothing_in_another(
    client_a: Client, client_b: Client, town_a: Place, town_b: Place, now: datetime
) -> None:
    with entered(town_a):
        invited(now)
        link = link_sent()
    with entered(town_b):
        # The same secret there, as a copied row would have it: the signature still names town A.
        copied = invited(now)
        with entered(town_a, switching=True):
            hashed = Invitation.objects.get().secret_sha256
        Invitation.objects.filter(pk=copied.pk).update(secret_sha256=hashed)
    foreign = client_b.get(link)
    assert foreign.status_code == 404
    assert "nouvelle@essai.invalid" not in foreign.content.decode()
    assert client_b.post(link, answers()).status_code == 404
    with entered(town_b):
        assert User.objects.get().joined_at is None
    assert client_a.get(link).status_code == 200


def test_every_dead_link_gets_the_same_page(client_a: Client, town_a: Place, now: datetime) -> None:
    with entered(town_a):
        boss = person(Role.COORDINATOR)
        first = invited(now)
        used = link_sent()
        accept(token_sent(), now)
        second = invited(now, email="b@essai.invalid")
        revoked = link_sent()
        operations.revoke_invitation(person=second.user, by=boss, at=now)
        invited(now - WEEK - timedelta(minutes=1), email="c@essai.invalid")
        expired = link_sent()
        assert first.user.email
    pages = {client_a.get(link).content for link in (used, revoked, expired, "/invitation/nimporte:quoi/")}
    assert len(pages) == 1
    assert "ne marche pas" in pages.pop().decode()


def test_guessing_links_is_slowed_down(client_a: Client) -> None:
    for _ in range(20):
        assert client_a.post("/invitation/au:hasard/", answers()).status_code == 404
    assert client_a.post("/invitation/au:hasard/", answers()).status_code == 429


def test_passkey_options_for_an_open_invitation_alone(client_a: Client, town_a: Place, now: datetime) -> None:
    with entered(town_a):
        invited(now)
        link = link_sent()
    options = client_a.post(f"{link}cle/").json()["creation_options"]["publicKey"]
    assert options["rp"] == {"id": town_a.primary_host, "name": town_a.name}
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert client_a.post("/invitation/au:hasard/cle/").status_code == 404
    assert client_a.get(f"{link}cle/").status_code == 405


def test_a_made_up_passkey_opens_nothing(client_a: Client, town_a: Place, now: datetime) -> None:
    with entered(town_a):
        invited(now)
        link = link_sent()
    client_a.post(f"{link}cle/")
    for forged in ('{"id": "x"}', '{"type": "public-key"}', "[]", '"x"', "12"):
        page = client_a.post(link, answers(password="", credential=forged))
        assert page.status_code == 200, forged
    with entered(town_a):
        assert User.objects.get().joined_at is None


# --- those who invite ---------------------------------------------------------------------------
SignIn = Callable[[Client, Place, object], Client]


@pytest.fixture
def boss_client(client_a: Client, town_a: Place, sign_in: SignIn) -> Client:
    with entered(town_a):
        boss = person(Role.COORDINATOR, joined_at=timezone.now())
    return sign_in(client_a, town_a, boss)


def test_the_coordinator_invites_from_the_page(boss_client: Client, town_a: Place) -> None:
    data = {"email": "B@essai.invalid", "first_name": "B", "last_name": "Essai", "roles": ["referent"]}
    done = boss_client.post("/personnes/inviter/", data)
    assert done.status_code == 302
    assert "Invitation envoyée à b@essai.invalid" in boss_client.get(done.url).content.decode()
    twice = boss_client.post("/personnes/inviter/", data)
    assert twice.status_code == 200
    assert "déjà un compte" in twice.content.decode()
    with entered(town_a):
        assert OutgoingMail.objects.count() == 1


def test_a_role_of_the_other_kind_is_not_even_offered(boss_client: Client, town_a: Place) -> None:
    assert "Exploitation de la plateforme" not in boss_client.get("/personnes/inviter/").content.decode()
    data = {"email": "b@essai.invalid", "first_name": "B", "last_name": "Essai", "roles": ["operator"]}
    assert boss_client.post("/personnes/inviter/", data).status_code == 200
    with entered(town_a):
        assert not User.objects.filter(email="b@essai.invalid").exists()
