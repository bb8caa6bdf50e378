"""From opening to acceptance: every act in every state does what the table says, or nothing."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from core.exchange import workflow
from core.exchange.models import Campaign, ReturnInTransit, ReturnStep
from core.exchange.operations import campaigns, returns
from core.exchange.operations.campaigns import CampaignError
from core.exchange.operations.returns import ReturnError
from core.exchange.workflow import RETURN, ReturnState, StepKind
from core.people.enums import Role
from core.people.models import User
from core.reporting import indicators
from core.returns import queries
from core.returns.models import Submission, YearlyReturn
from core.returns.operations import answering, submitting
from core.returns.operations.answering import CannotWriteError
from core.returns.operations.submitting import CannotSubmitError
from tenants.context import Place, entered
from tests.core.pathways import making as people
from tests.core.returns import making
from tests.core.returns.making import NOW

pytestmark = pytest.mark.django_db
REFUSED = (ReturnError, CannotSubmitError, CannotWriteError)


@pytest.fixture
def coordinator(in_town_a: Place) -> User:
    return people.user(Role.COORDINATOR)


@pytest.fixture
def campaign(in_town_a: Place) -> Campaign:
    return making.opened()


def decide(campaign: Campaign, town: Place, national: Place, kind: StepKind, number: int = 1) -> None:
    with entered(national, switching=True):
        returns.decide_return(
            campaign=campaign,
            schema=town.schema,
            kind=kind,
            number=number,
            question="Pourquoi ?",
            by=None,
            at=NOW,
        )


@pytest.fixture
def acts(
    campaign: Campaign, coordinator: User, in_town_a: Place, national: Place
) -> dict[str, Callable[[], object]]:
    return {
        "submit": lambda: submitting.submit_return(campaign=campaign, by=coordinator, at=NOW),
        "withdraw": lambda: returns.withdraw_return(campaign=campaign, by=coordinator, at=NOW),
        "send_back": lambda: decide(campaign, in_town_a, national, StepKind.SENT_BACK),
        "accept": lambda: decide(campaign, in_town_a, national, StepKind.ACCEPTED),
    }


WAYS = {
    ReturnState.DRAFT: (),
    ReturnState.SUBMITTED: ("submit",),
    ReturnState.WITHDRAWN: ("submit", "withdraw"),
    ReturnState.SENT_BACK: ("submit", "send_back"),
    ReturnState.ACCEPTED: ("submit", "accept"),
}


@pytest.mark.parametrize("act", [one.name for one in RETURN])
@pytest.mark.parametrize("state", list(ReturnState))
def test_each_act_in_each_state(
    state: ReturnState,
    act: str,
    acts: dict[str, Callable[[], object]],
    campaign: Campaign,
    coordinator: User,
) -> None:
    making.answered(campaign, coordinator)
    for way in WAYS[state]:
        acts[way]()
    assert queries.standing(campaign).state == state
    expected = workflow.target(RETURN, act, state)
    if expected is None:
        with pytest.raises(REFUSED):
            acts[act]()
    else:
        acts[act]()
    assert queries.standing(campaign).state == (expected or state)
    assert Submission.objects.count() == ReturnInTransit.objects.filter(campaign=campaign).count()


def test_what_the_nation_did_not_read_is_not_decided(
    campaign: Campaign, coordinator: User, in_town_a: Place, national: Place
) -> None:
    making.sent(campaign, coordinator)
    returns.withdraw_return(campaign=campaign, by=coordinator, at=NOW)
    submitting.submit_return(campaign=campaign, by=coordinator, at=NOW)
    for kind in (StepKind.ACCEPTED, StepKind.SENT_BACK):
        with pytest.raises(ReturnError, match="Un nouvel envoi est arrivé"):
            decide(campaign, in_town_a, national, kind)
    assert queries.standing(campaign).state == ReturnState.SUBMITTED
    decide(campaign, in_town_a, national, StepKind.ACCEPTED, number=2)
    assert queries.standing(campaign).state == ReturnState.ACCEPTED


def test_what_left_is_no_longer_written(campaign: Campaign, coordinator: User) -> None:
    making.sent(campaign, coordinator)
    with pytest.raises(CannotWriteError):
        making.answered(campaign, coordinator, "Autre chose.")
    returns.withdraw_return(campaign=campaign, by=coordinator, at=NOW)
    making.answered(campaign, coordinator, "Autre chose.")
    assert YearlyReturn.objects.get(campaign=campaign.pk).answers == {"equipe": "Autre chose."}


def test_a_required_answer_is_asked_for(campaign: Campaign, coordinator: User) -> None:
    with pytest.raises(CannotSubmitError, match="L’équipe"):
        submitting.submit_return(campaign=campaign, by=coordinator, at=NOW)
    assert not Submission.objects.exists()
    making.sent(campaign, coordinator)


def test_a_period_that_runs_is_not_sent(campaign: Campaign, coordinator: User) -> None:
    early = NOW.replace(month=8, day=31)
    making.answered(campaign, coordinator)
    with pytest.raises(CannotSubmitError, match="pas finie"):
        submitting.submit_return(campaign=campaign, by=coordinator, at=early)
    submitting.submit_return(campaign=campaign, by=coordinator, at=early + timedelta(days=1))


def test_a_closed_campaign_takes_only_what_it_sent_back(
    campaign: Campaign, coordinator: User, national: Place, in_town_a: Place
) -> None:
    making.sent(campaign, coordinator)
    decide(campaign, in_town_a, national, StepKind.SENT_BACK)
    with entered(national, switching=True):
        closed = campaigns.close_campaign(campaign=campaign, by=people.user(Role.OPERATOR), at=NOW)
    submitting.submit_return(campaign=closed, by=coordinator, at=NOW)
    with pytest.raises(ReturnError, match="close"):
        returns.withdraw_return(campaign=closed, by=coordinator, at=NOW)
    assert queries.standing(closed).state == ReturnState.SUBMITTED
    other = making.opened(title="Autre", period=indicators.school_year(2025))
    making.answered(other, coordinator)
    with entered(national, switching=True):
        other = campaigns.close_campaign(campaign=other, by=people.user(Role.OPERATOR), at=NOW)
    with pytest.raises(CannotSubmitError, match="close"):
        submitting.submit_return(campaign=other, by=coordinator, at=NOW)
    with pytest.raises(CannotWriteError, match="close"):
        making.answered(other, coordinator)


def test_what_was_taken_back_before_the_closing_still_leaves(
    campaign: Campaign, coordinator: User, national: Place
) -> None:
    """And nothing is taken back after it, whoever asks the database."""
    making.sent(campaign, coordinator)
    returns.withdraw_return(campaign=campaign, by=coordinator, at=NOW)
    with entered(national, switching=True):
        closed = campaigns.close_campaign(campaign=campaign, by=people.user(Role.OPERATOR), at=NOW)
    submitting.submit_return(campaign=closed, by=coordinator, at=NOW)
    last = ReturnInTransit.objects.get(campaign=campaign, number=2)
    with pytest.raises(DatabaseError, match="gives nothing back"), transaction.atomic():
        ReturnStep.objects.create(sent=last, schema_name=last.schema_name, kind=StepKind.WITHDRAWN)


def test_a_period_is_asked_once(campaign: Campaign, national: Place) -> None:
    """Two would send two truths of one year, each in place of the other."""
    with pytest.raises(CampaignError, match="déjà ouverte"):
        making.opened(title="Une autre")
    assert making.opened(title="L’an dernier", period=indicators.school_year(2025)).opens_on


def test_the_hash_of_a_return_is_of_more_than_its_numbers(campaign: Campaign, coordinator: User) -> None:
    """Whoever knows the form and the texts could try small numbers on a hash."""
    making.sent(campaign, coordinator)
    returns.withdraw_return(campaign=campaign, by=coordinator, at=NOW)
    submitting.submit_return(campaign=campaign, by=coordinator, at=NOW)
    first, second = (json.loads(one.text) for one in Submission.objects.order_by("number"))
    assert first.pop("salt") != second.pop("salt")
    assert first == second


def test_the_database_holds_the_order_by_itself(campaign: Campaign, coordinator: User) -> None:
    sent = making.sent(campaign, coordinator)
    passed = ReturnInTransit.objects.get(campaign=campaign)
    values = {"campaign": campaign, "schema_name": passed.schema_name, "sha256": sent.sha256, "text": "{}"}
    for number, version in ((2, 1), (3, 1), (1, 9)):
        with pytest.raises(DatabaseError), transaction.atomic():
            ReturnInTransit.objects.create(number=number, form_version=version, **values)
    returns.withdraw_return(campaign=campaign, by=coordinator, at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReturnStep.objects.create(sent=passed, schema_name=passed.schema_name, kind=StepKind.WITHDRAWN)
    ReturnInTransit.objects.create(number=2, form_version=1, **values)


@pytest.mark.parametrize("text", ["Aïcha EXEMPLEUR progresse.", "Exempleur (Aicha) va mieux."])
def test_a_child_of_the_town_is_named_in_no_text(campaign: Campaign, coordinator: User, text: str) -> None:
    people.child(first_name="Aïcha", last_name="Exempleur")
    with pytest.raises(CannotWriteError, match="semble nommée"):
        making.answered(campaign, coordinator, text)
    making.answered(campaign, coordinator, "Une Aïcha, ailleurs. Exempleurs au pluriel.")
    with pytest.raises(CannotWriteError):
        answering.explain_checks(campaign=campaign, explanations={"x": text}, by=coordinator, at=NOW)
