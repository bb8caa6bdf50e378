"""A town's return as it stands: the campaign's questions, filled in, with what is to be looked at."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Case, Value, When
from django.urls import reverse

from core.exchange import campaigning
from core.exchange import queries as exchange
from core.exchange.campaigning import Standing
from core.exchange.default_form import DEFAULT
from core.exchange.enums import Status
from core.exchange.models import Campaign
from core.exchange.questionnaire import Questionnaire
from core.exchange.workflow import CampaignState
from core.reporting import frozen, indicators, rows_shown
from core.reporting.enums import Purpose
from core.reporting.indicators import INDICATORS, Figures, Period
from core.reporting.models import Snapshot
from core.returns import checks, filling, money
from core.returns.checks import Check, RowsOf
from core.returns.filling import Data, Part
from core.returns.models import YearlyReturn
from tenants import context


@dataclass(frozen=True, slots=True)
class Filled:
    """A form over one state of the figures."""

    parts: list[Part]
    checks: list[Check]
    figures: Figures
    before: Figures


def period_of(campaign: Campaign) -> Period:
    return Period(campaign.first_on, campaign.last_on)


def campaigns() -> list[Campaign]:
    """Those that the town was ever asked, the latest first."""
    return list(Campaign.objects.newest_first())


def standing(campaign: Campaign) -> Standing:
    return campaigning.standing(campaign, context.require().schema)


def written(campaign: Campaign) -> YearlyReturn | None:
    return YearlyReturn.objects.filter(campaign=campaign.pk).first()


def official_fingerprint(period: Period) -> str | None:
    """Of which return the official cells of the town were made last."""
    return exchange.last_fingerprint(period, Status.OFFICIAL)


def awaited() -> Campaign | None:
    """The open campaign that the town has still to answer and that ends first."""
    waiting = Campaign.objects.filter(state=CampaignState.OPEN).order_by("due_on", "pk")
    return next((one for one in waiting if standing(one).is_being_written), None)


def asked_for(period: Period) -> Campaign | None:
    """The open campaign of this period, whose questions are then the ones that count."""
    found = Campaign.objects.filter(
        state=CampaignState.OPEN, first_on=period.first, last_on=period.last
    ).newest_first()
    return found.first()


def before(period: Period) -> Figures:
    """The year before: as it was sent, else as it was frozen, else as it is counted today."""
    former = period.before()
    kept = Snapshot.objects.filter(first_on=former.first, last_on=former.last, state_on=former.last).order_by(
        Case(When(purpose=Purpose.RETURN, then=Value(0)), default=Value(1)), "-made_at", "-pk"
    )
    snapshot = kept.first()
    return frozen.figures_of(snapshot) if snapshot else indicators.compute(former)


def rows_at(period: Period) -> RowsOf:
    def rows_of(indicator: str, breakdown: dict[str, str]) -> str:
        if not rows_shown.has_rows(INDICATORS[indicator]):
            return ""
        query = urlencode({"periode": period.code, **breakdown})
        return f"{reverse('reporting:rows', args=[indicator])}?{query}"

    return rows_of


def filled(
    period: Period, figures: Figures, *, form: Questionnaire, typed: dict[str, str], write_url: str = ""
) -> Filled:
    funds = money.of_period(period)
    parts = filling.fill(form, Data(figures, funds, typed))
    former = before(period)
    found = checks.of_answers(
        filling.answers_of(parts), figures, former, rows_of=rows_at(period), write_url=write_url
    )
    found += checks.of_money(money.lacks(period), lambda pk: reverse("funding:convention", args=[pk]))
    return Filled(parts, found, figures, former)


def of_campaign(campaign: Campaign, figures: Figures) -> Filled:
    mine = written(campaign)
    return filled(
        period_of(campaign),
        figures,
        form=campaigning.questions_of(campaign),
        typed=dict(mine.answers) if mine else {},
        write_url=reverse("returns:answer", args=[campaign.pk]),
    )


def of_year(period: Period, today: date) -> tuple[Filled, Campaign | None]:
    """What the year still lacks, asked or not: by the open campaign's questions, else the usual ones."""
    campaign = asked_for(period)
    figures = indicators.compute(period, at=today)
    if campaign is not None:
        return of_campaign(campaign, figures), campaign
    return filled(period, figures, form=DEFAULT, typed={}), None
