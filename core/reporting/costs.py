"""What a child costs: a numerator, a denominator, both named, and the rounding of the published surveys."""

from dataclasses import dataclass
from decimal import Decimal

from core.funding.queries import FundingTable
from core.reporting import published

ALL_CHILDREN = "enfants de la période, avec ou sans parcours"
WITH_PATHWAY = "enfants ayant un parcours dans la période"


@dataclass(frozen=True, slots=True)
class Cost:
    """Euros. `number` is None where the count may not be told: then nothing that would give it back is."""

    numerator: str
    amount: Decimal
    denominator: str
    number: int | None
    each: int | None


def costs(funding: FundingTable, *, children: int | None, with_pathway: int | None) -> list[Cost]:
    """Three numerators by two denominators; nothing where no money is written."""
    numerators = (
        ("Crédits de l’État accordés", funding.state),
        ("Financements directs", funding.direct),
        ("Financements directs et apports en nature", funding.with_in_kind),
    )
    denominators = ((ALL_CHILDREN, children), (WITH_PATHWAY, with_pathway))
    return [
        Cost(name, amount, of, number, None if number is None else published.cost_each(amount, number))
        for name, amount in numerators
        if amount
        for of, number in denominators
    ]
