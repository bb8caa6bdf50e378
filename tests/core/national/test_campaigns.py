"""The nation's side of a campaign: editable questions, progress, decisions, and never a count of children."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from core.exchange import campaigning
from core.exchange.models import Campaign, CampaignForm
from core.exchange.operations import campaigns
from core.exchange.operations.campaigns import CampaignError
from core.exchange.questionnaire import Questionnaire, QuestionnaireError
from core.exchange.workflow import ReturnState
from core.people.enums import Role
from core.people.models import User
from core.reporting import indicators
from tenants.context import Place, entered
from tests.conftest import client_of
from tests.core.pathways import making as people
from tests.core.pathways.living import Life
from tests.core.returns import making
from tests.core.returns.making import NOW

pytestmark = pytest.mark.django_db
SignIn = Callable[[Client, Place, object], Client]


@pytest.fixture
def operator(in_national: Place) -> User:
    return people.user(Role.OPERATOR, signed=False)


@pytest.fixture
def reader(in_national: Place, sign_in: SignIn) -> Client:
    return sign_in(client_of(in_national), in_national, people.user(Role.NATIONAL_READER, signed=False))


@pytest.fixture
def deciding(in_national: Place, operator: User, sign_in: SignIn) -> Client:
    return sign_in(client_of(in_national), in_national, operator)


def sent_by(town: Place) -> Campaign:
    """Alpha's return, of thirteen children."""
    campaign = making.opened()
    with entered(town, switching=True):
        first = Life()
        for _ in range(12):
            Life(coordinator=first.coordinator)
        assert indicators.compute(making.PERIOD, at=making.TODAY).count("children") == 13
        making.sent(campaign, first.coordinator)
    return campaign


def state(campaign: Campaign, town: Place) -> ReturnState:
    return campaigning.standing(campaign, town.schema).state


def test_the_nation_reads_words_and_no_count(
    in_national: Place, town_a: Place, reader: Client, deciding: Client
) -> None:
    campaign = sent_by(town_a)
    for client in (reader, deciding):
        for address in (f"/enquetes/{campaign.pk}/villes/alpha/", f"/enquetes/{campaign.pk}/"):
            page = client.get(address)
            assert page.status_code == 200
            main = re.sub(r"<code.*?</code>|<[^>]+>", " ", page.text.split("<main", 1)[1], flags=re.DOTALL)
            assert not re.search(r"\b13\b", main), main
        assert "Une coordinatrice à temps plein." in client.get(
            f"/enquetes/{campaign.pk}/villes/alpha/"
        ).text.replace("\u00a0", " ")


def test_who_reads_decides_only_where_the_file_says_so(
    in_national: Place, town_a: Place, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = sent_by(town_a)
    address = f"/enquetes/{campaign.pk}/villes/alpha/"
    for act in ("accepter/", "renvoyer/"):
        assert reader.post(address + act, {"text": "Pourquoi ?"}).status_code == 403
    assert "Accepter ce retour" not in reader.get(address).text
    assert state(campaign, town_a) == ReturnState.SUBMITTED
    assert reader.post(address + "demander/", _message(reader, address)).status_code == 302
    monkeypatch.setitem(in_national.config, "survey", {"readers_decide": True})
    assert "Accepter ce retour" in reader.get(address).text
    reader.post(address + "accepter/", {"number": "2"})
    assert state(campaign, town_a) == ReturnState.SUBMITTED  # another one than stood on the page
    assert reader.post(address + "accepter/", {"number": "1"}).status_code == 302
    assert state(campaign, town_a) == ReturnState.ACCEPTED


def _message(client: Client, address: str, text: str = "Pourquoi cet écart ?") -> dict[str, str]:
    found = re.search(r'name="form_key" value="([^"]+)"', client.get(address).text)
    assert found
    return {"form_key": found[1], "text": text}


def test_a_question_goes_with_what_is_sent_back(in_national: Place, town_a: Place, deciding: Client) -> None:
    campaign = sent_by(town_a)
    address = f"/enquetes/{campaign.pk}/villes/alpha/"
    refused = deciding.post(address + "renvoyer/", _message(deciding, address, "Qui est Mme Dupont ?"))
    assert "une personne y semble nommée" in refused.text.replace("\u00a0", " ")
    assert "Qui est Mme Dupont ?" in refused.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert state(campaign, town_a) == ReturnState.SUBMITTED
    assert (
        deciding.post(address + "renvoyer/", {**_message(deciding, address), "number": "1"}).status_code
        == 302
    )
    assert state(campaign, town_a) == ReturnState.SENT_BACK
    with entered(town_a, switching=True):
        assert [one.text for one in campaigning.thread(campaign, town_a.schema)] == ["Pourquoi cet écart ?"]


def test_questions_are_data_until_the_campaign_opens(in_national: Place, deciding: Client) -> None:
    campaign = making.prepared()
    address = f"/enquetes/{campaign.pk}/questions/"
    values = {
        "label": "Enfants, en tout",
        "section": "tout",
        "position": "1",
        "kind": "number",
        "source": "children",
    }
    key = _message(deciding, f"{address}enfants/")["form_key"]
    assert deciding.post(f"{address}enfants/", {**values, "form_key": key}).status_code == 302
    first = campaigning.questions_of(campaign).questions[0]
    assert (first.code, first.label) == ("enfants", "Enfants, en tout")
    wrong = deciding.post(f"{address}enfants/", {**values, "source": "children/sex", "form_key": key})
    assert "choisissez ce qui y répond" in wrong.text
    assert deciding.post(f"{address}sexe/retirer/").status_code == 302
    assert campaigning.questions_of(campaign).question("sexe") is None
    assert deciding.post(f"/enquetes/{campaign.pk}/ouvrir/").status_code == 302
    deciding.post(f"{address}equipe/retirer/")
    assert campaigning.questions_of(campaign).question("equipe") is not None


def test_what_is_open_is_revised_by_a_new_version_and_put_off_alone(
    in_national: Place, operator: User
) -> None:
    campaign = making.opened()
    shorter = making.FORM.without("sexe")
    with pytest.raises(CampaignError):
        campaigns.set_questions(campaign=campaign, questions=shorter, by=operator, at=NOW)
    made = campaigns.revise_questions(campaign=campaign, questions=shorter, by=operator, at=NOW)
    assert (made.version, CampaignForm.objects.filter(campaign=campaign).count()) == (2, 2)
    values = {"campaign": campaign, "title": campaign.title, "period": making.PERIOD, "by": operator}
    with pytest.raises(CampaignError, match="repoussée"):
        campaigns.edit_campaign(**values, due_on=date(2027, 10, 1), at=NOW)
    assert campaigns.edit_campaign(**values, due_on=date(2027, 12, 15), at=NOW).due_on.month == 12
    with pytest.raises(QuestionnaireError):
        campaigns.revise_questions(campaign=campaign, questions=Questionnaire(()), by=operator, at=NOW)


def test_a_reminder_leaves_once_a_day(in_national: Place, operator: User) -> None:
    campaign = making.opened()
    campaigns.remind_towns(campaign=campaign, by=operator, at=NOW)
    with pytest.raises(CampaignError, match="déjà parti"):
        campaigns.remind_towns(campaign=campaign, by=operator, at=NOW)
