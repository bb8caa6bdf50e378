"""What exists in the demonstration alone: made-up accounts and the mailbox."""

import importlib
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, clear_url_caches, reverse
from django.utils import timezone

from core.people import demo, mailbox, operations, queries
from core.people import urls as people_urls
from core.people.enums import ROLES_OF_KIND, Role
from core.people.models import Invitation, User
from core.people.views.mailbox import message
from tenants.context import Place, entered
from tenants.local.models import OutgoingMail
from tests.core.people.factories import person


@pytest.fixture
def in_demo(settings: Any) -> None:
    settings.DEMO = True
    settings.EMAIL_BACKEND = "tenants.local.mail.TownEmailBackend"


# --- people -------------------------------------------------------------------------------------
def test_no_made_up_account_outside_the_demonstration(in_town_a: Place, now: datetime, settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(demo.NotADemonstration):
        demo.populate(at=now)
    assert not User.objects.exists()
    with pytest.raises(CommandError):
        call_command("demo-people")


@pytest.mark.usefixtures("in_demo", "charter_in_a")
def test_one_account_a_role_opens_with_the_documented_password(
    client_a: Client, town_a: Place, now: datetime
) -> None:
    with entered(town_a):
        accounts = demo.populate(at=now)
    assert {account.role for account in accounts} == ROLES_OF_KIND["town"]
    for account in accounts:
        client = Client(headers={"host": town_a.primary_host})
        client.post("/connexion/", {"login": account.email, "password": demo.PASSWORD})
        assert client.get("/compte/").status_code == 200, account
    assert len(demo.PASSWORD) >= 12


@pytest.mark.usefixtures("in_demo")
def test_the_national_site_has_its_own_two(national: Place, now: datetime) -> None:
    with entered(national):
        accounts = demo.populate(at=now)
    assert [account.role for account in accounts] == [Role.NATIONAL_READER, Role.OPERATOR]


@pytest.mark.usefixtures("in_demo", "charter_in_a")
def test_a_second_call_changes_nothing(in_town_a: Place, now: datetime) -> None:
    first = demo.populate(at=now)
    before = list(User.objects.order_by("pk").values())
    assert demo.populate(at=now) == first
    assert list(User.objects.order_by("pk").values()) == before


@pytest.mark.usefixtures("in_demo", "charter_in_a")
def test_people_of_the_file_are_opened_and_only_live_links_are_mailed(
    in_town_a: Place, now: datetime
) -> None:
    operations.invite(
        email="f@essai.invalid", first_name="F", last_name="Fichier", roles=[Role.REFERENT], by=None, at=now
    )
    accounts = demo.populate(at=now)
    assert next(one for one in accounts if one.role == Role.REFERENT).email == "f@essai.invalid"
    waiting = OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING)
    assert [mail.recipients for mail in waiting] == [["nouvelle-recrue@alpha.example"]]
    assert Invitation.objects.get(used_at=None).user.email == "nouvelle-recrue@alpha.example"


@pytest.mark.usefixtures("in_demo", "charter_in_a")
def test_the_charter_is_signed_but_by_the_team_member(in_town_a: Place, now: datetime) -> None:
    demo.populate(at=now)
    asked = [
        line.person.roles_on(timezone.localdate(now))
        for line in queries.people_lines(now)
        if line.state == "here" and line.under_charter and not line.charter_signed
    ]
    assert asked == [{Role.TEAM_MEMBER}]


@pytest.mark.usefixtures("in_demo")
def test_the_command_prints_every_account(
    town_a: Place, town_b: Place, national: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("demo-people")
    shown = capsys.readouterr().out
    for words in (
        "coordinator@alpha.example",
        "coordinator@beta.example",
        "operator@national.example",
        demo.PASSWORD,
    ):
        assert words in shown


# --- mailbox ------------------------------------------------------------------------------------
@pytest.fixture
def box(settings: Any, tmp_path: Path) -> Path:
    settings.VAR = tmp_path
    folder = tmp_path / "mailbox"
    folder.mkdir()
    return folder


@pytest.fixture
def demo_addresses(settings: Any) -> Iterator[None]:
    settings.DEMO = True
    importlib.reload(people_urls)
    _reload_sites()
    yield
    settings.DEMO = False
    importlib.reload(people_urls)
    _reload_sites()


def _reload_sites() -> None:
    importlib.reload(importlib.import_module("reussite.urls_town"))
    clear_url_caches()


def letter(folder: Path, name: str, host: str, text: str = "Bonjour") -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = f"Objet {name}", "ville@essai.invalid", "x@essai.invalid"
    mail["Message-ID"] = f"<1.2@{host}>"
    mail["Date"] = "Tue, 24 Nov 2026 01:30:00 -0000"
    mail.set_content(text)
    (folder / f"{name}.eml").write_bytes(bytes(mail))


def test_there_is_no_mailbox_outside_the_demonstration(client_a: Client) -> None:
    assert client_a.get("/boite-aux-lettres/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("people:mailbox", urlconf="reussite.urls_town")


@pytest.mark.usefixtures("demo_addresses")
def test_a_town_sees_its_own_mail_alone(client_a: Client, client_b: Client, box: Path) -> None:
    letter(box, "1-a", "alpha.test", "Suivez http://alpha.test/invitation/x:y/ <b>ici</b>")
    letter(box, "2-b", "beta.test")
    page = client_a.get("/boite-aux-lettres/").content.decode()
    assert "Objet 1-a" in page
    assert "Objet 2-b" not in page
    assert "2 h 30" in page.replace("\u00a0", " ")
    mail = client_a.get("/boite-aux-lettres/1-a/").content.decode()
    assert 'href="http://alpha.test/invitation/x:y/"' in mail
    assert "&lt;b&gt;ici" in mail
    assert client_a.get("/boite-aux-lettres/2-b/").status_code == 404
    assert client_b.get("/boite-aux-lettres/2-b/").status_code == 200


@pytest.mark.usefixtures("in_town_a")
@pytest.mark.parametrize("name", ["../secret", "..%2Fsecret", "absent", "a/b", ""])
def test_no_name_leads_out_of_the_box(box: Path, name: str) -> None:
    letter(box.parent, "secret", "alpha.test")
    letter(box, "1-a", "alpha.test")
    with pytest.raises(Http404):
        message(RequestFactory().get("/"), name)
    assert mailbox.mail_called("1-a") is not None


@pytest.mark.usefixtures("in_town_a")
def test_an_empty_box_is_empty(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    assert mailbox.mails() == []
    assert person().pk
