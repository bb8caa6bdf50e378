"""Made-up accounts of two years, in the proportions that were published: two thirds of the money are the
State's (66 of 100.7 million euros), in-kind contributions an eighth of it (13.5).
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.children.models import Child
from core.funding import operations, years
from core.funding.enums import ConventionState, FunderKind, Nature
from core.funding.models import Convention, Expense
from core.funding.operations import ConventionDetails, ExpenseDetails, InKindDetails
from core.funding.years import FundingYear
from core.journal.announcing import silently
from core.pathways.models import Domain
from core.people.demo import NotADemonstration
from core.people.enums import Role
from core.people.models import User

A_CHILD = 850  # euros a child and a year, as published for 2013
# Of the money of a year, in hundredths.
FUNDERS = (
    (FunderKind.PREFET, "Réussite éducative", 66),
    (FunderKind.COMMUNE, "Réussite éducative", 24),
    (FunderKind.CAF, "Parentalité (REAAP)", 6),
    (FunderKind.DEPARTEMENT, "Prévention", 4),
)
SPENT = (
    (Nature.POSTS, "Référents de parcours", 42),
    (Nature.SERVICES, "Ateliers d’associations du réseau", 18),
    (Nature.OPERATION, "Déplacements, téléphone, petit matériel", 4),
)
AIDS = (60, 85, 120)


def populate(*, at: datetime) -> int:
    """In the entered town, once. Returns how many rows were written. Raises NotADemonstration."""
    if not settings.DEMO:
        raise NotADemonstration
    today = timezone.localdate(at)
    if Convention.objects.exists():
        return 0
    by = User.objects.order_by("pk").holding(Role.COORDINATOR, on=today)[0]
    total = Decimal(max(40, Child.objects.count()) * A_CHILD)
    this = years.current(years.own_kind(), today)
    with transaction.atomic(), silently():
        for year in (FundingYear(this.number - 1, this.kind), this):
            _one_year(year, total, today, by, at)
    return Convention.objects.count() + Expense.objects.count()


def _one_year(year: FundingYear, total: Decimal, today: date, by: User, at: datetime) -> None:
    over = year.last < today
    made = [
        _convention(year, total * part / 100, kind, programme, over, by, at)
        for kind, programme, part in FUNDERS
    ]
    for half in (year.first + timedelta(days=30), year.first + timedelta(days=210)):
        if half <= today:
            _spend(half, total, made[0], by, at)
    operations.create_in_kind(
        details=InKindDetails(
            giver="Ville",
            what="Trois salles et l’entretien",
            year=year,
            amount=(total / 8).quantize(Decimal(1)),
        ),
        by=by,
        at=at,
    )


def _convention(
    year: FundingYear, amount: Decimal, kind: FunderKind, programme: str, over: bool, by: User, at: datetime
) -> Convention:
    """Last year's is settled; of this year's one half was paid, and the rest is awaited."""
    granted = amount.quantize(Decimal(1))
    details = ConventionDetails(
        funder_kind=kind,
        programme=programme,
        year=year,
        reference=f"{year.number}-DEMO-{kind.value}"[:40] if kind == FunderKind.PREFET else "",
        asked=(amount * Decimal("1.05")).quantize(Decimal(1)),
        granted=granted,
        paid=granted if over else (granted / 2).quantize(Decimal(1)),
        state=ConventionState.SETTLED if over else ConventionState.GRANTED,
        payment_due_on=None if over else year.first + timedelta(days=150),
        report_due_on=year.last + timedelta(days=120),
        report_sent_on=None,
    )
    return operations.create_convention(details=details, by=by, at=at)


def _spend(on: date, total: Decimal, convention: Convention, by: User, at: datetime) -> None:
    for nature, label, part in SPENT:
        details = ExpenseDetails(
            nature=nature,
            on=on,
            label=label,
            amount=(total * part / 100).quantize(Decimal(1)),
            convention=convention,
        )
        operations.create_expense(details=details, by=by, at=at)
    domain = Domain.objects.filter(active=True).order_by("order", "pk").first()
    for amount, child in zip(AIDS, Child.objects.alone().order_by("pk")[: len(AIDS)], strict=False):
        details = ExpenseDetails(nature=Nature.AID, on=on, amount=Decimal(amount), domain=domain)
        operations.create_expense(details=details, child=child, by=by, at=at)
