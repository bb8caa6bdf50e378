"""The yearly survey of the demonstration: one open campaign on the year that ended, one return accepted."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from core.exchange.models import Campaign
from core.exchange.operations import campaigns, returns
from core.exchange.workflow import StepKind
from core.people.demo import NotADemonstration
from core.people.enums import Role
from core.people.models import User
from core.reporting import indicators
from core.returns import queries
from core.returns.operations import answering, submitting
from tenants import context, registry
from tenants.context import Place

LEFT = "montauban"  # to be answered by who tries the demonstration
GIVEN_DAYS = 45
TEXTS = {
    "porteur": "CCAS ou CIAS",
    "equipe": "Une coordination à temps plein et des référents de parcours à temps partiel (retour fictif).",
    "faits": "Une équipe de plus se réunit, près du collège (retour fictif).",
}
EXPLANATION = "Vérifié dans les dossiers (retour fictif)."


def populate(*, at: datetime) -> int:
    """From the national site, once. Returns how many campaigns there are. Raises NotADemonstration."""
    if not settings.DEMO:
        raise NotADemonstration
    if Campaign.objects.exists():
        return Campaign.objects.count()
    today = timezone.localdate(at)
    period = indicators.school_year(indicators.school_year_of(today) - 1)
    campaign = campaigns.prepare_campaign(
        title=f"Enquête annuelle {period.first.year}-{period.last.year}",
        period=period,
        due_on=today + timedelta(days=GIVEN_DAYS),
        by=None,
        at=at,
    )
    campaign = campaigns.open_campaign(campaign=campaign, by=None, at=at)
    others = [one for one in registry.places("town") if one.slug != LEFT]
    answering_town = min(others, key=lambda one: one.slug, default=None)
    if answering_town is not None:
        _accepted(campaign, answering_town, at)
    return Campaign.objects.count()


def _accepted(campaign: Campaign, town: Place, at: datetime) -> None:
    with context.entered(town, switching=True):
        coordinator = User.objects.holding(Role.COORDINATOR, on=timezone.localdate(at)).by_name().first()
        if coordinator is None:
            return
        answering.write_answers(campaign=campaign, answers=TEXTS, comment="", by=coordinator, at=at)
        figures = indicators.compute(queries.period_of(campaign))
        checks = queries.of_campaign(campaign, figures).checks
        answering.explain_checks(
            campaign=campaign,
            explanations={one.code: EXPLANATION for one in checks if not one.blocks},
            by=coordinator,
            at=at,
        )
        submitting.submit_return(campaign=campaign, by=coordinator, at=at)
    returns.decide_return(
        campaign=campaign, schema=town.schema, kind=StepKind.ACCEPTED, number=1, by=None, at=at
    )
    with context.entered(town, switching=True):
        submitting.pass_official_cells(campaign=campaign, at=at)
