"""What is told of money in a return. No child stands behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core.funding import queries as funding
from core.funding.enums import OF_THE_STATE, ConventionState, FunderKind
from core.funding.queries import FundingTable
from core.reporting.indicators import Period
from core.ui import typography


@dataclass(frozen=True, slots=True)
class Said:
    text: str = ""
    detail: str = ""
    lines: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Money:
    """By code of `core.exchange.sources`; what nobody noted is said by nothing."""

    by_code: Mapping[str, Said] = field(default_factory=dict)

    def said(self, code: str) -> Said:
        return self.by_code.get(code, Said())


def of_period(period: Period) -> Money:
    table = funding.funding_table(period.first, period.last)
    if table.is_empty:
        return Money()
    prorated = "compté au prorata des jours" if table.prorated else ""
    euros = typography.euros
    return Money(
        {
            "granted": Said(euros(table.direct), prorated),
            "granted/funder": Said(euros(table.direct), prorated, _by_funder(table)),
            "state": Said(euros(table.state), prorated),
            "paid": Said(euros(table.paid), prorated),
            "in_kind": Said(euros(table.in_kind_total), prorated),
            "spent": Said(euros(table.spent)),
        }
    )


def _by_funder(table: FundingTable) -> list[tuple[str, str]]:
    """By kind: a funder's own name is not told."""
    granted = {
        kind: sum((line.granted for line in table.funders if line.kind == kind), Decimal(0))
        for kind in FunderKind
    }
    return [(str(kind.label), typography.euros(amount)) for kind, amount in granted.items() if amount]


@dataclass(frozen=True, slots=True)
class Lack:
    """What DAUPHIN asks of a convention and nobody has noted. `title` leaves, `detail` stays."""

    code: str
    convention: int
    title: str
    detail: str


def lacks(period: Period) -> Iterator[Lack]:
    """Of the conventions of the period: no answer, no reference of the State's, an account that is late."""
    for row in funding.conventions_of(period.first, period.last):
        if not row.active:
            continue
        said = f"{row.get_funder_kind_display()}, {row.programme}"
        if row.state == ConventionState.ASKED:
            yield Lack("answer", row.pk, "Une convention demandée n’a pas de réponse notée", said)
        if row.funder_kind in OF_THE_STATE and not row.reference and row.state != ConventionState.REFUSED:
            yield Lack("reference", row.pk, "Une convention de l’État n’a pas de référence DAUPHIN", said)
        if row.report_due_on and not row.report_sent_on and row.report_due_on <= period.last:
            yield Lack("account", row.pk, "Le compte rendu d’une convention n’est pas envoyé", said)
