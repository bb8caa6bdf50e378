"""The return's numbers are the engine's, are frozen once sent, and none of a child reaches the nation."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from core.children.models import Child
from core.exchange.default_form import DEFAULT
from core.exchange.enums import Status
from core.exchange.models import Batch, Campaign, Cell, ReturnInTransit
from core.exchange.operations import returns
from core.exchange.questionnaire import Kind
from core.exchange.workflow import StepKind
from core.funding import queries as funding
from core.people.enums import Role
from core.reporting import indicators
from core.reporting.indicators import INDICATORS
from core.reporting.readers import said
from core.returns import checks, filling, queries, sealing
from core.returns.checks import Check, CheckKind
from core.returns.filling import Data
from core.returns.forms import ExplanationsForm
from core.returns.models import Submission
from core.returns.money import Money
from core.returns.operations import submitting
from core.ui import typography
from tenants.context import Place, entered
from tests.core.funding import making as accounts
from tests.core.pathways import making as people
from tests.core.pathways.living import Life
from tests.core.returns import making
from tests.core.returns.making import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_town_a")]


@pytest.fixture
def campaign(in_town_a: Place) -> Campaign:
    return making.opened()


def live() -> list[Life]:
    """Two children accompanied in the year."""
    first = Life()
    return [first, Life(coordinator=first.coordinator)]


def test_each_number_of_the_usual_form_is_the_engines() -> None:
    live()
    figures = indicators.compute(making.PERIOD, at=TODAY)
    assert figures.count("children") == 2
    answers = {one.code: one for one in filling.answers_of(filling.fill(DEFAULT, Data(figures, Money())))}
    DEFAULT.check()
    compared = 0
    for question in DEFAULT.of_kind(Kind.NUMBER, Kind.TABLE):
        code, _, dimension = question.source.partition("/")
        if code not in INDICATORS:
            continue
        answer = answers[question.code]
        assert answer.value == figures.count(code)
        for line in answer.lines:
            assert line.text == said(code, figures.count(code, **{dimension: line.code}))
            compared += 1
    assert compared > 60


def test_what_was_sent_does_not_move_with_the_data_nor_with_an_erasure(campaign: Campaign) -> None:
    coordinator = live()[0].coordinator
    submission = making.sent(campaign, coordinator)
    before = (submission.sha256, submission.text)
    children = next(one for one in filling.answers_of(_parts(submission)) if one.code == "enfants")
    assert children.value == indicators.compute(making.PERIOD, at=TODAY).count("children") == 2
    gone, kept = Child.objects.order_by("pk")
    Child.objects.update(sex="f")
    Life(coordinator=coordinator)
    Child.objects.filter(pk=gone.pk).update(merged_into=kept)
    now = indicators.compute(making.PERIOD, at=TODAY)
    assert now.count("children", sex="f") == 1
    again = Submission.objects.get(pk=submission.pk)
    assert (again.sha256, again.text) == before
    assert sealing.hash_of(again.text) == ReturnInTransit.objects.get(campaign=campaign).sha256
    assert not {field.related_model for field in Submission._meta.get_fields()} & {Child}
    assert gone.last_name not in again.text


def _parts(submission: Submission) -> list[filling.Part]:
    return filling.read(sealing.content_of(submission)["parts"])


def test_the_database_refuses_to_change_what_was_sent(campaign: Campaign) -> None:
    submission = making.sent(campaign, live()[0].coordinator)
    for attempt in (lambda rows: rows.update(text="{}"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt(Submission.objects.filter(pk=submission.pk))
    submission.text = submission.text.replace("enfants", "adultes")
    with pytest.raises(sealing.AlteredError):
        sealing.content_of(submission)


def test_no_count_of_children_is_in_what_the_nation_reads(campaign: Campaign) -> None:
    coordinator = live()[0].coordinator
    making.sent(campaign, coordinator)
    passed = json.loads(ReturnInTransit.objects.get(campaign=campaign).text)
    assert [label for label, *_ in passed["numbers"]] == ["Réunions tenues"]
    words = json.dumps([passed["answers"], passed["checks"], passed["comment"]], ensure_ascii=False)
    assert not re.search(r"\d", words.replace("5\u00a0%", "").replace("20\u00a0%", "")), words


def test_cells_pass_once_and_only_when_the_nation_accepted(
    campaign: Campaign, in_town_a: Place, national: Place
) -> None:
    submission = making.sent(campaign, live()[0].coordinator)
    assert not submitting.pass_official_cells(campaign=campaign, at=NOW)
    with entered(national, switching=True):
        returns.decide_return(
            campaign=campaign, schema=in_town_a.schema, kind=StepKind.ACCEPTED, number=1, by=None, at=NOW
        )
    Life(coordinator=Life().coordinator)  # what came since is not in it
    assert submitting.pass_official_cells(campaign=campaign, at=NOW)
    assert not submitting.pass_official_cells(campaign=campaign, at=NOW)
    batch = Batch.objects.get(status=Status.OFFICIAL, first_on=making.PERIOD.first)
    assert batch.fingerprint == submission.sha256
    found = Cell.objects.filter(batch=batch, indicator="children", breakdown__startswith="bracket")
    assert sum(found.values_list("count", flat=True)) == 2


# --- what is looked at ---------------------------------------------------------------------------
def _checks(now: dict[str, int], before: dict[str, int]) -> list[str]:
    """By codes; totals of children alone are given, and the girls and boys among them."""
    figures = [_figures(counts) for counts in (now, before)]
    answers = filling.answers_of(filling.fill(making.FORM, Data(figures[0], Money(), {"equipe": "x"})))
    found = checks.of_answers(answers, *figures, rows_of=lambda code, by: f"/{code}")
    assert all(one.url for one in found)
    assert not any(re.search(r"\d{3}", one.title) for one in found)
    return [one.code for one in found]


def _figures(counts: dict[str, int]) -> indicators.Figures:
    by = {
        ("children", (("sex", name),) if name != "total" else ()): number for name, number in counts.items()
    }
    return indicators.Figures(making.PERIOD, TODAY, TODAY, indicators.CATALOGUE, by)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ({"total": 100, "f": 40, "m": 55, "unknown": 5}, {"total": 100}, []),
        ({"total": 100, "f": 40, "m": 54, "unknown": 6}, {"total": 100}, ["unknown:sexe"]),
        ({"total": 100, "f": 40, "m": 54, "unknown": 5}, {"total": 100}, ["total:sexe"]),
        ({"total": 120, "f": 60, "m": 60}, {"total": 100}, []),
        ({"total": 121, "f": 60, "m": 61}, {"total": 100}, ["jump:enfants"]),
        ({"total": 79, "f": 40, "m": 39}, {"total": 100}, ["jump:enfants"]),
        ({"total": 14, "f": 14}, {"total": 10}, []),  # four children more are no jump
        ({"total": 15, "f": 15}, {"total": 10}, ["jump:enfants"]),
        ({"total": 50, "f": 50}, {}, []),
    ],
)
def test_checks_at_their_thresholds(now: dict[str, int], before: dict[str, int], expected: list[str]) -> None:
    assert _checks(now, before) == expected


def test_half_of_a_year_is_no_fall_and_nothing_is_missing_where_nobody_asks() -> None:
    now, before = _figures({"total": 40, "f": 40}), _figures({"total": 100})
    answers = filling.answers_of(filling.fill(making.FORM, Data(now, Money(), {})))
    running = replace(now, on=making.PERIOD.first + timedelta(days=90))
    for figures, url, expected in (
        (now, "/repondre/", ["missing:equipe", "jump:enfants"]),
        (running, "/repondre/", ["missing:equipe"]),
        (running, "", []),
    ):
        found = checks.of_answers(answers, figures, before, rows_of=lambda *_: "/", write_url=url)
        assert [one.code for one in found] == expected


def test_an_explanation_stays_with_its_check() -> None:
    """A colleague fills in the first while the second is explained."""
    first, second = (Check(code, CheckKind.JUMP, code, code, "", "/") for code in ("unknown:a", "jump:b"))
    sent = dict.fromkeys(ExplanationsForm(checks=[second], explanations={}).checks, "C’est bien cela.")
    sent |= {"form_key": str(uuid4()), "read_again": "on"}
    both = ExplanationsForm(sent, checks=[first, second], explanations={})
    assert both.is_valid()
    assert both.explanations == {"unknown:a": "", "jump:b": "C’est bien cela."}


def test_a_check_is_explained_or_nothing_leaves(campaign: Campaign) -> None:
    coordinator = people.user(Role.COORDINATOR)
    live()
    making.answered(campaign, coordinator)
    found = queries.of_campaign(campaign, indicators.compute(making.PERIOD, at=TODAY)).checks
    assert [one.code for one in found] == ["unknown:sexe"]
    with pytest.raises(submitting.CannotSubmitError, match="corrigez à la source, ou expliquez"):
        submitting.submit_return(campaign=campaign, by=coordinator, at=NOW)
    making.explained(campaign, coordinator)
    assert submitting.submit_return(campaign=campaign, by=coordinator, at=NOW).number == 1


def test_money_is_the_fundings_and_what_dauphin_lacks_is_said(campaign: Campaign) -> None:
    coordinator = people.user(Role.COORDINATOR)
    convention = accounts.convention(coordinator, reference="")
    accounts.convention(coordinator, funder_kind="caf", granted=Decimal(10_000), paid=Decimal(0))
    table = funding.funding_table(making.PERIOD.first, making.PERIOD.last)
    former, _ = queries.of_year(making.PERIOD.before().before(), TODAY)
    assert not [one for one in former.checks if one.kind == checks.CheckKind.MONEY]
    figures = indicators.compute(making.PERIOD, at=TODAY)
    filled = queries.filled(making.PERIOD, figures, form=DEFAULT, typed={})
    answers = {one.code: one for one in filling.answers_of(filled.parts)}
    assert answers["accorde"].text == typography.euros(table.direct) == typography.euros(100_000)
    assert answers["etat"].text == typography.euros(90_000)
    assert [line.label for line in answers["financeurs"].lines] == ["Préfecture", "CAF"]
    (lack,) = [one for one in filled.checks if one.kind == checks.CheckKind.MONEY]
    assert (lack.title, lack.url) == (
        "Une convention de l’État n’a pas de référence DAUPHIN",
        f"/financements/conventions/{convention.pk}/",
    )
