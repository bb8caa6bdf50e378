"""The money of a year as reports tell it: frozen with the figures, so that none tells what changed since."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from core.funding import queries as funding
from core.funding.enums import Nature
from core.funding.queries import FunderLine, FundingTable, InKindLine, NatureLine

AIDS_WITHIN = "Fonctionnement et aides"
ALL_NATURES = "Dépenses de toute nature"
_AMOUNTS = frozenset({"asked", "granted", "paid", "to_come", "amount"})


def money_of(first: date, last: date) -> FundingTable:
    """As it stands now."""
    return funding.funding_table(first, last)


def data_of(money: FundingTable) -> dict[str, Any]:
    """For a JSON column; amounts as text."""
    return {
        "funders": [_plain(asdict(line)) for line in money.funders],
        "expenses": [_plain(asdict(line)) for line in money.expenses],
        "in_kind": [_plain(asdict(line)) for line in money.in_kind],
    }


def table_of(data: Mapping[str, Any], first: date, last: date) -> FundingTable:
    """What `data_of` kept, of the year from `first` to `last`."""
    return FundingTable(
        first,
        last,
        tuple(FunderLine(**_typed(row)) for row in data["funders"]),
        tuple(NatureLine(**_typed(row)) for row in data["expenses"]),
        tuple(InKindLine(**_typed(row)) for row in data["in_kind"]),
    )


def spent_by(money: FundingTable) -> dict[str, Decimal]:
    """What was spent, by what a report calls it: the aids, which may be one child's, are never alone."""
    spent = {line.nature: line.amount for line in money.expenses}
    labels = {line.nature: line.label for line in money.expenses}
    aids = spent.pop(Nature.AID.value, Decimal(0))
    if not aids:
        return {labels[nature]: amount for nature, amount in spent.items() if amount}
    if not any(spent.values()):
        return {}
    if not spent.get(Nature.OPERATION.value):
        return {ALL_NATURES: money.spent}
    found = {labels[nature]: amount for nature, amount in spent.items() if amount}
    found[AIDS_WITHIN] = found.pop(labels[Nature.OPERATION.value]) + aids
    return found


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) if name in _AMOUNTS else value for name, value in row.items()}


def _typed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: Decimal(value) if name in _AMOUNTS else value for name, value in row.items()}
