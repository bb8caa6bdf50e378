"""The money of a period, as a table that reports, the yearly return and pages read.

    from core.funding import queries
    table = queries.funding_table(first, last)      # inside a town; any two days, in order
    table.state, table.direct, table.with_in_kind   # euros granted, the three numerators of a cost

A convention and an in-kind contribution belong to a year. Where the period is not that year, their amounts
count by the days that both have in common, and the line says so (`prorated`). Expenses count by their day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Model, Sum

from core.funding import years
from core.funding.enums import OF_THE_STATE, ConventionState, FunderKind, Nature
from core.funding.models import Convention, Expense, InKind
from core.funding.years import FundingYear
from core.journal.models import Change

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
ANNOUNCED = timedelta(days=60)
MOST_CHANGES = 15


@dataclass(frozen=True, slots=True)
class FunderLine:
    """One funder and programme. `conventions` is how many there are."""

    kind: str
    funder: str
    programme: str
    conventions: int
    asked: Decimal
    granted: Decimal
    paid: Decimal
    to_come: Decimal
    prorated: bool

    @property
    def of_the_state(self) -> bool:
        return self.kind in OF_THE_STATE


@dataclass(frozen=True, slots=True)
class NatureLine:
    nature: str
    label: str
    number: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class InKindLine:
    giver: str
    what: str
    amount: Decimal
    prorated: bool


@dataclass(frozen=True, slots=True)
class FundingTable:
    """Euros. `expenses` has every nature, zeros included."""

    first: date
    last: date
    funders: tuple[FunderLine, ...]
    expenses: tuple[NatureLine, ...]
    in_kind: tuple[InKindLine, ...]

    @property
    def asked(self) -> Decimal:
        return sum((line.asked for line in self.funders), NOTHING)

    @property
    def paid(self) -> Decimal:
        return sum((line.paid for line in self.funders), NOTHING)

    @property
    def to_come(self) -> Decimal:
        return sum((line.to_come for line in self.funders), NOTHING)

    @property
    def spent(self) -> Decimal:
        return sum((line.amount for line in self.expenses), NOTHING)

    @property
    def state(self) -> Decimal:
        """Granted by the State."""
        return sum((line.granted for line in self.funders if line.of_the_state), NOTHING)

    @property
    def direct(self) -> Decimal:
        """Granted by all funders, in money."""
        return sum((line.granted for line in self.funders), NOTHING)

    @property
    def in_kind_total(self) -> Decimal:
        return sum((line.amount for line in self.in_kind), NOTHING)

    @property
    def with_in_kind(self) -> Decimal:
        return self.direct + self.in_kind_total

    @property
    def prorated(self) -> bool:
        return any(line.prorated for line in (*self.funders, *self.in_kind))

    @property
    def is_empty(self) -> bool:
        return not self.funders and not self.in_kind and not self.spent


def funding_table(first: date, last: date) -> FundingTable:
    return FundingTable(
        first, last, tuple(_funders(first, last)), tuple(_expenses(first, last)), tuple(_in_kind(first, last))
    )


def days_in_common(year: FundingYear, first: date, last: date) -> int:
    return max(0, (min(year.last, last) - max(year.first, first)).days + 1)


def conventions_of(first: date, last: date) -> list[Convention]:
    """Those of a year that the period touches, taken back ones too, in the order of a list."""
    order = {kind: place for place, kind in enumerate(FunderKind.values)}
    found = [row for row in Convention.objects.order_by("pk") if days_in_common(row.of_year, first, last)]
    return sorted(found, key=lambda row: (order[row.funder_kind], row.funder, row.programme, row.pk))


def in_kind_of(first: date, last: date) -> list[InKind]:
    found = InKind.objects.order_by("giver", "what", "pk")
    return [row for row in found if days_in_common(row.of_year, first, last)]


def _part(amount: Decimal, year: FundingYear, first: date, last: date) -> Decimal:
    common = days_in_common(year, first, last)
    return (amount * common / year.days).quantize(CENT, rounding=ROUND_HALF_UP)


def _funders(first: date, last: date) -> Iterable[FunderLine]:
    groups: dict[tuple[str, str, str], list[Convention]] = {}
    for row in conventions_of(first, last):
        if row.active:
            groups.setdefault((row.funder_kind, row.funder, row.programme), []).append(row)
    for (kind, funder, programme), rows in groups.items():

        def total(amounts: Iterable[Decimal], rows: list[Convention] = rows) -> Decimal:
            parts = zip(rows, amounts, strict=True)
            return sum((_part(amount, row.of_year, first, last) for row, amount in parts), NOTHING)

        yield FunderLine(
            kind,
            funder,
            programme,
            len(rows),
            total(row.asked for row in rows),
            total(row.granted or NOTHING for row in rows),
            total(row.paid for row in rows),
            total(row.to_come for row in rows),
            any(days_in_common(row.of_year, first, last) < row.of_year.days for row in rows),
        )


def _expenses(first: date, last: date) -> Iterable[NatureLine]:
    rows = Expense.objects.kept().filter(on__range=(first, last)).order_by().values("nature")
    found = {row["nature"]: row for row in rows.annotate(number=Count("pk"), total=Sum("amount"))}
    for nature in Nature:
        row = found.get(nature.value, {"number": 0, "total": NOTHING})
        yield NatureLine(nature.value, str(nature.label), row["number"], row["total"])


def _in_kind(first: date, last: date) -> Iterable[InKindLine]:
    for row in in_kind_of(first, last):
        if row.active:
            whole = days_in_common(row.of_year, first, last) == row.of_year.days
            yield InKindLine(row.giver, row.what, _part(row.amount, row.of_year, first, last), not whole)


# --- what comes ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Deadline:
    convention: Convention
    what: str
    on: date


def deadlines(today: date) -> list[Deadline]:
    """What is due within ANNOUNCED or is late already, the oldest first."""
    until = today + ANNOUNCED
    rows = Convention.objects.kept().filter(state__in=[ConventionState.GRANTED, ConventionState.SETTLED])
    found = []
    for row in rows.order_by("pk"):
        if row.report_due_on and not row.report_sent_on and row.report_due_on <= until:
            found.append(Deadline(row, "Compte rendu à rendre", row.report_due_on))
        if row.payment_due_on and row.to_come and row.payment_due_on <= until:
            found.append(Deadline(row, "Versement attendu", row.payment_due_on))
    return sorted(found, key=lambda one: (one.on, one.convention.pk, one.what))


# --- which years --------------------------------------------------------------------------------
def years_offered(today: date) -> list[FundingYear]:
    """Of the town's own kind first: those with something written in them, last year and this one."""
    written: set[FundingYear] = set()
    for model in (Convention, InKind):
        pairs = model._default_manager.order_by().values_list("year", "year_kind").distinct()
        written |= {FundingYear(number, years.YearKind(kind)) for number, kind in pairs}
    usual = {year for year in years.around(today, before=1, after=0) if year.kind == years.own_kind()}
    own = years.own_kind()
    return sorted(written | usual, key=lambda year: (year.kind != own, -year.number))


def changes_to(row: Model) -> list[Change]:
    about = Change.objects.filter(target=row._meta.label_lower, target_id=row.pk)
    return list(about.select_related("actor").latest_first()[:MOST_CHANGES])
