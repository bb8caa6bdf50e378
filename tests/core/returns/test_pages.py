"""The coordination's pages: what is missing leads to its rows, the same answers on page, paper and sheet."""

import io
import json
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from core.exchange.models import Campaign, ReturnInTransit, ReturnMessage
from core.people.enums import Role
from core.people.models import User
from core.reporting import indicators
from core.returns import queries
from core.returns.models import YearlyReturn
from core.sheets import reading as sheets
from tenants.context import Place, entered
from tests.conftest import client_of
from tests.core.pathways import making as people
from tests.core.pathways.living import Life
from tests.core.returns import making

pytestmark = pytest.mark.django_db
SignIn = Callable[[Client, Place, object], Client]
THIS_YEAR = indicators.school_year(2026)


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u202f", " "))


@pytest.fixture
def life(in_town_a: Place) -> Life:
    return Life()


@pytest.fixture
def past(in_town_a: Place) -> Campaign:
    """On the year that is over whichever day the test runs."""
    year = indicators.school_year_of(timezone.localdate()) - 1
    return making.opened(period=indicators.school_year(year), title="Enquête passée")


@pytest.fixture
def coordinator(life: Life, in_town_a: Place, sign_in: SignIn) -> Client:
    return sign_in(client_of(in_town_a), in_town_a, life.coordinator)


def test_the_year_is_looked_at_without_a_campaign(life: Life, coordinator: Client) -> None:
    page = coordinator.get(f"/annee-prete/?periode={THIS_YEAR.code}")
    assert "les questions habituelles sont regardées" in plain(page.text)
    assert f"/chiffres/lignes/children/?periode={THIS_YEAR.code}&amp;sex=unknown" in page.text
    rows = coordinator.get(f"/chiffres/lignes/children/?periode={THIS_YEAR.code}&sex=unknown")
    assert life.child.last_name in rows.text
    type(life.child).objects.update(sex="f")
    assert "sex=unknown" not in coordinator.get(f"/annee-prete/?periode={THIS_YEAR.code}").text


def test_the_year_that_is_asked_may_be_no_year_of_the_towns_own(
    life: Life, coordinator: Client, past: Campaign, in_town_a: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(in_town_a.config, "calendar", {"school_year_start": "08-16"})
    code = queries.period_of(past).code
    for address in ("/annee-prete/", f"/annee-prete/?periode={code}"):
        page = coordinator.get(address).text
        assert "Enquête passée" in page
        assert f'value="{code}"' in page


def test_pages_ask_as_much_of_two_years_of_return(life: Life, coordinator: Client, past: Campaign) -> None:
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert coordinator.get(f"/enquete/{past.pk}/").status_code == 200
        counts.append(len(asked))
        Life(coordinator=life.coordinator)
    assert counts[0] == counts[1] < 45


def keyed(client: Client, address: str, **values: str) -> dict[str, str]:
    found = re.search(r'name="form_key" value="([^"]+)"', client.get(address).text)
    assert found
    return {"form_key": found[1], **values}


def test_from_the_answers_to_the_sealed_return(
    life: Life, coordinator: Client, past: Campaign, in_town_a: Place
) -> None:
    address = f"/enquete/{past.pk}/"
    assert "Relire et transmettre" not in coordinator.get(address).text
    text = "Trois enfants de la même famille sont venus."
    flagged = coordinator.post(f"{address}repondre/", keyed(coordinator, f"{address}repondre/", equipe=text))
    assert "un nombre y est écrit (« Trois »)" in plain(flagged.text)
    assert text in plain(flagged.text)
    assert not YearlyReturn.objects.exists()
    kept = keyed(coordinator, f"{address}repondre/", equipe=text, porteur="CCAS", read_again="on")
    assert coordinator.post(f"{address}repondre/", kept).status_code == 302
    assert YearlyReturn.objects.get().answers == {"equipe": text, "porteur": "CCAS"}
    named = f"{life.child.first_name} {life.child.last_name} va bien."
    refused = coordinator.post(f"{address}repondre/", keyed(coordinator, f"{address}repondre/", equipe=named))
    assert "y nomme peut-être une personne" in plain(refused.text)
    assert "Relire et transmettre" in coordinator.get(address).text
    assert (
        coordinator.post(f"{address}transmettre/", keyed(coordinator, f"{address}transmettre/")).status_code
        == 302
    )
    sent = ReturnInTransit.objects.get()
    assert [label for label, _ in json.loads(sent.text)["answers"]] == ["L’équipe", "Le porteur"]
    for page in (address, f"{address}envois/1/"):
        assert sent.sha256 in coordinator.get(page).text
    assert coordinator.post(f"{address}reprendre/").status_code == 302
    assert "Repris par la ville" in coordinator.get(address).text
    message = keyed(coordinator, address, text="Faut-il compter l’été ?")
    assert coordinator.post(f"{address}messages/", message).status_code == 302
    assert ReturnMessage.objects.get().side == "town"


def test_page_copy_paper_and_sheet_say_the_same(life: Life, coordinator: Client, past: Campaign) -> None:
    making.answered(past, life.coordinator)
    address = f"/enquete/{past.pk}/"
    filled = queries.of_campaign(past, indicators.compute(queries.period_of(past)))
    copied = plain(coordinator.get(f"{address}recopier/").text)
    pdf = coordinator.get(f"{address}fichier/pdf/").content
    paper = plain(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))
    ods = coordinator.get(f"{address}fichier/ods/").content
    rows = next(sheet.rows for sheet in sheets.read(ods, "retour.ods") if sheet.name == "Réponses")
    told = {str(row[1]): row[3] for row in rows if len(row) > 3 and row[2] in (None, "Total")}
    for answer in filled.parts[0].answers:
        if not answer.text:
            continue
        assert plain(answer.label) in paper
        assert plain(answer.text) in paper
        assert plain(str(told[answer.label])) == plain(answer.text)
        assert answer.copied in coordinator.get(f"{address}recopier/").text
    assert "Une coordinatrice à temps plein." in copied
    assert coordinator.get(f"{address}fichier/csv/").status_code == 404


def test_who_steers_or_refers_reads_no_return(past: Campaign, in_town_a: Place, sign_in: SignIn) -> None:
    for role in (Role.STEERING, Role.REFERENT, Role.TOWN_ADMIN):
        with entered(in_town_a, switching=True):
            user: User = people.user(role)
        client = sign_in(client_of(in_town_a), in_town_a, user)
        for address in ("/annee-prete/", f"/enquete/{past.pk}/", "/enquete/"):
            assert client.get(address).status_code == 403
