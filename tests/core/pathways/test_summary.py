"""« Le parcours en une page »: what the family reads, and what it never shows to the other household."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.children.models import Child, Guardianship
from core.journal.models import ReadLine
from core.pathways.documents import summary
from core.pathways.enums import WithWhom
from core.pathways.models import Appointment, Pathway
from core.pathways.operations import actions
from core.people.enums import Role
from core.people.models import User
from tenants.context import Place
from tests.conftest import client_of
from tests.core.pathways import ends, living, making
from tests.core.pathways.living import Life
from tests.core.pathways.making import NOW, TODAY

pytestmark = pytest.mark.usefixtures("in_town_a")
SignIn = Callable[[Client, Place, object], Client]
Browse = Callable[[User], Client]


@pytest.fixture
def browse(town_a: Place, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> Browse:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return lambda user: sign_in(client_of(town_a), town_a, user)


def address(life: Life) -> str:
    return reverse("pathways:summary_pdf", args=[life.pathway.pk], urlconf="reussite.urls_town")


def lively() -> Life:
    life = Life()
    action = life.action(objective=life.searched())
    actions.start_action(action=action, on=TODAY, by=life.referent, at=NOW)
    living.session(action, life.referent, on=TODAY + timedelta(days=3))
    Appointment.objects.create(
        pathway=life.pathway, at=NOW + timedelta(days=2), venue="12 rue Cachée", with_whom=WithWhom.FAMILY,
        user=life.referent,
    )  # fmt: skip
    return life


def test_it_says_what_is_wished_done_with_whom_and_when(browse: Browse) -> None:
    life = lively()
    told = summary.summary_of(life.pathway, at=NOW)
    assert [item["text"] for item in told["objectives"]] == [life.objective.text]
    assert told["objectives"][0]["actions"] == [
        {"title": "Atelier de lecture à deux", "who": life.referent.full_name}
    ]
    whats = [item["what"] for item in told["dates"]]
    assert whats[0] == f"Rendez-vous avec {life.referent.full_name} (12 rue Cachée)"
    assert "Atelier de lecture à deux" in whats
    assert life.referent.full_name in told["who"][0]
    answer = browse(life.referent).get(address(life))
    assert answer.content.startswith(b"%PDF-")
    assert b"/MarkInfo" in answer.content
    assert answer.content.count(b"/Type /Page\n") <= 1
    line = ReadLine.objects.latest_first()[0]
    assert (line.page, line.child_id) == ("pathways:summary_pdf", life.child.pk)


@pytest.mark.parametrize("marked", ["address", "contact"])
def test_where_households_are_kept_apart_nothing_says_where_the_child_will_be(marked: str) -> None:
    life = lively()
    ship = Guardianship.objects.filter(child=life.child)[0]
    if marked == "address":
        ship.address_secret_from = making.guardian(life.child)
    else:
        ship.contact_forbidden = True
    ship.save()
    told = summary.summary_of(life.pathway, at=NOW)
    assert "Cachée" not in str(told)
    assert [item["what"] for item in told["dates"]] == [
        "Bilan : nous regardons ensemble où nous en sommes", "Fin prévue du parcours",
    ]  # fmt: skip
    assert told["aloud"] == "Les rendez-vous vous sont dits de vive voix."
    assert told["objectives"][0]["actions"] == [{"title": "Atelier de lecture à deux", "who": ""}]
    assert summary.summary_pdf(life.pathway, at=NOW).startswith(b"%PDF-")


def test_a_child_is_called_by_its_first_name() -> None:
    life = lively()
    Child.objects.update(usual_name="Autrenom")
    told = summary.summary_of(Pathway.objects.get(pk=life.pathway.pk), at=NOW)
    assert told["first_name"] == "Aïcha"


def test_no_note_and_no_promise_of_the_team_is_in_it() -> None:
    life = lively()
    life.pathway.encounters.create(
        kind="call", with_whom="family", on=TODAY, facts="FAIT", judgement="AVIS", by=life.referent,
        noted_at=NOW,
    )  # fmt: skip
    told = str(summary.summary_of(life.pathway, at=NOW))
    assert "FAIT" not in told
    assert "AVIS" not in told


def test_it_is_for_who_may_open_the_file_and_of_what_goes_on(browse: Browse) -> None:
    life = lively()
    for role in (Role.TEAM_MEMBER, Role.SECRETARY, Role.PARTNER_WORKER, Role.STEERING, Role.TOWN_ADMIN):
        assert browse(making.user(role)).get(address(life)).status_code in (403, 404), role
    client = browse(life.coordinator)
    assert "resume.pdf" in client.get(address(life).replace("resume.pdf", "")).text
    assert client.get(address(life)).status_code == 200
    ends.close(life)
    assert client.get(address(life)).status_code == 404
