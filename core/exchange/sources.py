"""What may answer a counted question: an indicator's total, one of its tables, a share, a mean, money.

A source is written `children`, `children/sex`, or `funding/granted`.
"""

from collections.abc import Mapping

from core.reporting.indicators import DIMENSIONS, INDICATORS, MEANS, SHARES, Sensitivity

FUNDING = "funding"
# What is told of money, by core.funding. No child stands behind it.
MONEY: Mapping[str, str] = {
    "granted": "Financements accordés à la période",
    "paid": "Financements versés à la période",
    "state": "Part de l’État dans les financements accordés",
    "in_kind": "Apports en nature",
    "spent": "Dépenses de la période",
}
MONEY_TABLES: Mapping[str, str] = {"granted/funder": "Financements accordés, par financeur"}


def fits(source: str, kind: str) -> bool:
    return source in (tables() if kind == "table" else numbers())


def numbers() -> dict[str, str]:
    """By source, its French name."""
    counted = {**INDICATORS, **SHARES, **MEANS}
    return {
        **{code: one.name for code, one in counted.items()},
        **{f"{FUNDING}/{code}": name for code, name in MONEY.items()},
    }


def tables() -> dict[str, str]:
    """The tables of one dimension; crossed ones hold too many small numbers to be copied out."""
    return {
        **{
            f"{code}/{table[0]}": f"{one.name}, par {DIMENSIONS[table[0]].name.lower()}"
            for code, one in INDICATORS.items()
            for table in one.tables
            if len(table) == 1
        },
        **{f"{FUNDING}/{code}": name for code, name in MONEY_TABLES.items()},
    }


def is_money(source: str) -> bool:
    return source.partition("/")[0] == FUNDING


def tells_of_no_child(source: str) -> bool:
    """Whether the nation may read this number as it is: of meetings or money.

    Organisations are not: that one referred a child tells of that child.
    """
    if is_money(source):
        return True
    one = INDICATORS.get(source)
    return one is not None and one.sensitivity == Sensitivity.NONE


def name_of(source: str) -> str:
    return {**numbers(), **tables()}.get(source, source)
