"""A report as sheets: the same content as the page and the PDF, hidden numbers as a word."""

from collections.abc import Iterable
from decimal import Decimal

from core.reporting import published
from core.reporting.indicators import INDICATORS
from core.reporting.readers import HIDDEN
from core.reporting.reports.content import Content, Count, MoneyRow, Rate
from core.sheets.shapes import Column, Sheet, Value

EUROS = ("Demandé (€)", "Accordé (€)", "Versé (€)", "Reste à verser (€)")


def sheets(told: Content, title: str, notes: list[str]) -> list[Sheet]:
    texts = Sheet(
        "Textes",
        [Column("Titre", width=32), Column("Texte", width=100)],
        [[one.title, one.text] for one in told.blocks],
        [title, *notes],
    )
    counts = Sheet(
        "Chiffres",
        [Column("Ce qui est compté", width=34), Column("Nombre", "number"), Column("Définition", width=90)],
        [[one.name, _number(one), one.definition] for one in told.counts],
    )
    rates = Sheet(
        "Parts",
        [
            Column("Part", width=44),
            Column("Valeur", "percent"),
            Column("De quoi", width=50),
            Column("Définition", width=90),
        ],
        [[one.name, _share(one), one.detail, one.definition] for one in told.rates],
    )
    tables = Sheet(
        "Tableaux",
        [Column("Tableau", width=40), Column("Valeur", width=40), Column("Nombre", "number"), Column("Part")],
        [
            [table.title, row.label, HIDDEN if row.value is None else row.value, row.share]
            for table in told.tables
            for row in table.rows
        ],
    )
    return [texts, counts, rates, tables, *_money(told)]


def _money(told: Content) -> Iterable[Sheet]:
    yield Sheet(
        "Financements",
        [Column("Financeur et programme", width=44), *(Column(name, "number") for name in EUROS)],
        [_amounts(row) for row in told.funders],
    )
    parts = (("Dépense", told.expenses), ("Apport en nature", told.in_kind), ("Total", told.totals))
    yield Sheet(
        "Dépenses et apports",
        [Column("Sorte"), Column("Objet", width=50), Column("Montant (€)", "number")],
        [[name, *_amounts(row)] for name, rows in parts for row in rows],
    )
    yield Sheet(
        "Coûts",
        [
            Column("Au numérateur", width=44),
            Column("Montant (€)", "number"),
            Column("Au dénominateur", width=46),
            Column("Nombre", "number"),
            Column("Coût (€, à la dizaine)", "number"),
        ],
        [
            [
                one.numerator,
                Decimal(one.amount),
                one.denominator,
                HIDDEN if one.number is None else one.number,
                one.said if one.each is None else one.each,
            ]
            for one in told.costs
        ],
    )


def _amounts(row: MoneyRow) -> list[Value]:
    return [row.label, *(Decimal(amount) for amount in row.amounts)]


def _number(one: Count) -> Value:
    if one.value is None:
        return HIDDEN
    return published.hours(one.value, 2) if INDICATORS[one.code].measure == "minutes" else one.value


def _share(one: Rate) -> Value:
    if one.part is None or one.whole is None:
        return HIDDEN
    return published.rounded(Decimal(one.part) / one.whole, 3) if one.whole else published.NOTHING
