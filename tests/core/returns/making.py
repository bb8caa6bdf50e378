"""A campaign, opened by the nation, and a town's answers to it. Call from anywhere."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.exchange.models import Campaign
from core.exchange.operations import campaigns
from core.exchange.questionnaire import Kind, Question, Questionnaire, Section
from core.people.models import User
from core.reporting import indicators
from core.returns.models import Submission
from core.returns.operations import answering, submitting
from tenants import registry
from tenants.context import entered

PERIOD = indicators.school_year(2026)
NOW = datetime(2027, 9, 15, 10, tzinfo=ZoneInfo("Europe/Paris"))  # it is over
TODAY = NOW.date()
DUE_ON = date(2027, 11, 30)
FORM = Questionnaire(
    (
        Section(
            "tout",
            "Tout",
            (
                Question("equipe", "L’équipe", Kind.TEXT, required=True),
                Question("porteur", "Le porteur", Kind.CHOICE, choices=("CCAS", "Commune")),
                Question("enfants", "Enfants accompagnés", Kind.NUMBER, "children", unit="enfants"),
                Question("sexe", "Filles et garçons", Kind.TABLE, "children/sex"),
                Question("orientations", "Orientations reçues", Kind.NUMBER, "referrals"),
                Question("individualisation", "Taux d’individualisation", Kind.NUMBER, "individualisation"),
                Question("partenaires", "Partenaires", Kind.NUMBER, "partners"),
                Question("reunions", "Réunions tenues", Kind.NUMBER, "meetings_held"),
            ),
        ),
    )
)


def prepared(**values: Any) -> Campaign:
    wanted = {"title": "Enquête 2026-2027", "period": PERIOD, "due_on": DUE_ON, "form": FORM, **values}
    with entered(registry.by_slug("national"), switching=True):
        return campaigns.prepare_campaign(by=None, at=NOW, **wanted)


def opened(**values: Any) -> Campaign:
    campaign = prepared(**values)
    with entered(registry.by_slug("national"), switching=True):
        return campaigns.open_campaign(campaign=campaign, by=None, at=NOW)


def answered(campaign: Campaign, by: User, text: str = "Une coordinatrice à temps plein.") -> None:
    answering.write_answers(campaign=campaign, answers={"equipe": text}, comment="", by=by, at=NOW)


def explained(campaign: Campaign, by: User) -> None:
    """Every check of the return as it stands."""
    from core.returns import queries

    checks = queries.of_campaign(campaign, indicators.compute(PERIOD, at=TODAY)).checks
    answering.explain_checks(
        campaign=campaign,
        explanations={one.code: "C’est bien cela." for one in checks if not one.blocks},
        by=by,
        at=NOW,
    )


def sent(campaign: Campaign, by: User) -> Submission:
    answered(campaign, by)
    explained(campaign, by)
    return submitting.submit_return(campaign=campaign, by=by, at=NOW)
