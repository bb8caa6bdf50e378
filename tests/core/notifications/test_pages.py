"""« Messages », its bell, the choices, the unsubscribe link, and addresses that no longer receive."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.notifications.enums import Channel
from core.notifications.models import Notice, Preference
from core.notifications.operations import telling
from core.people.enums import Role
from core.people.models import User
from tenants.context import Place, entered
from tenants.local.models import RefusedAddress
from tests.conftest import client_of
from tests.core.notifications.making import tell_all
from tests.core.pathways import making
from tests.core.pathways.making import NOW

SignIn = Callable[[Client, Place, object], Client]
EVENT = "pathways.referral_received"


@pytest.fixture
def coordinator(in_town_a: Place) -> User:
    return making.user(Role.COORDINATOR)


@pytest.fixture
def browser(in_town_a: Place, coordinator: User, sign_in: SignIn) -> Client:
    return sign_in(client_of(in_town_a), in_town_a, coordinator)


def one_message() -> Notice:
    making.received(making.child(), making.user(Role.PARTNER_WORKER))
    tell_all()
    return Notice.objects.latest("pk")


def test_the_bell_counts_what_is_unread(browser: Client) -> None:
    assert "message non lu" not in browser.get("/messages/").text
    one_message()
    page = browser.get("/").text
    assert "message non lu" in page
    assert "1\u00a0message non lu" in page or "1 message non lu" in page


def test_a_message_leads_to_what_it_is_about_and_is_read(browser: Client) -> None:
    notice = one_message()
    assert "Une situation vous attend" in browser.get("/messages/").text
    answer = browser.post(f"/messages/{notice.pk}/")
    assert answer["Location"] == f"/orientations/{notice.about}/"
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_nobody_opens_the_message_of_somebody_else(
    browser: Client, in_town_a: Place, sign_in: SignIn
) -> None:
    notice = one_message()
    other = sign_in(client_of(in_town_a), in_town_a, making.user(Role.COORDINATOR))
    assert other.post(f"/messages/{notice.pk}/").status_code == 404
    assert browser.post(f"/messages/{notice.pk}/").status_code == 302


def test_all_are_marked_at_once(browser: Client, coordinator: User) -> None:
    one_message(), one_message()
    browser.post("/messages/lus/")
    assert Notice.objects.visible_to(coordinator).unread().count() == 0


def test_the_list_costs_the_same_with_more_lines(browser: Client, coordinator: User) -> None:
    def count(lines: int) -> int:
        Notice.objects.all().delete()
        for number in range(lines):
            Notice.objects.create(user=coordinator, event=EVENT, about=1, key=str(number), made_at=NOW)
        with CaptureQueriesContext(connection) as seen:
            browser.get("/messages/")
        return len(seen)

    browser.get("/messages/")
    assert count(2) == count(20)


def test_one_chooses_and_the_urgent_is_not_offered(browser: Client, coordinator: User) -> None:
    page = browser.get("/compte/messages/").text
    assert 'name="pathways.referral_received"' in page
    assert 'name="privacy.emergency_opened"' not in page
    assert "Un dossier est ouvert en urgence" in page  # among what is always sent
    fields = dict.fromkeys(names_in(page), Channel.NOW)
    answer = browser.post("/compte/messages/", {**fields, EVENT: Channel.WEEKLY})
    assert answer.status_code == 302
    assert Preference.objects.get(user=coordinator, event=EVENT).channel == Channel.WEEKLY


def names_in(page: str) -> list[str]:
    return [part.partition('"')[0] for part in page.split('<select name="')[1:]]


def test_a_role_chooses_among_its_own_messages(in_town_a: Place, sign_in: SignIn) -> None:
    member = sign_in(client_of(in_town_a), in_town_a, making.user(Role.TEAM_MEMBER))
    page = member.get("/compte/messages/").text
    assert 'name="pathways.follow_up_due"' in page
    assert 'name="pathways.referral_received"' not in page


def test_a_mail_program_ends_one_kind_without_signing_in(in_town_a: Place, coordinator: User) -> None:
    header = telling.unsubscribe_headers(coordinator, EVENT)["List-Unsubscribe"]
    path = "/" + header.strip("<>").split("/", 3)[3]
    program = Client(headers={"host": in_town_a.primary_host}, enforce_csrf_checks=True)
    assert program.get(path).status_code == 200
    assert not Preference.objects.exists()
    assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Preference.objects.get().channel == Channel.NONE
    assert program.post(path[:-4] + "xxx/").status_code == 404


def test_an_unsubscribe_link_is_of_its_town(in_town_a: Place, town_b: Place, coordinator: User) -> None:
    header = telling.unsubscribe_headers(coordinator, EVENT)["List-Unsubscribe"]
    path = "/" + header.strip("<>").split("/", 3)[3]
    with entered(town_b, switching=True):
        assert client_of(town_b).post(path).status_code == 404
    assert client_of(in_town_a).post(path).status_code == 200


def test_refused_addresses_name_the_person(browser: Client, coordinator: User) -> None:
    assert "Toutes les adresses reçoivent" in browser.get("/messages/adresses/").text
    gone = making.user(Role.REFERENT)
    RefusedAddress.objects.create(address=gone.email, refused_at=NOW - timedelta(days=1))
    page = browser.get("/messages/adresses/").text
    assert gone.full_name in page
    assert gone.email in page
    assert "Adresses e-mail qui ne reçoivent plus" in browser.get("/").text
