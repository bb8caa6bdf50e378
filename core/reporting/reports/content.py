"""All that a report says, as data: made from live figures for a draft, read from its text once finalised.

Hidden numbers are not in it at all. Pages, the PDF and the sheets show this, and nothing else.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from core.funding.queries import FundingTable
from core.reporting import published
from core.reporting.costs import costs
from core.reporting.frozen import AlteredError
from core.reporting.indicators import DIMENSIONS, INDICATORS, SHARES
from core.reporting.models import ReportIssue
from core.reporting.readers import HIDDEN, said
from core.reporting.reports.money import spent_by
from core.reporting.reports.perimeter import RATES, TABLES, TOTALS, Told
from core.ui import typography

MASKED_WHOLE = "Tableau masqué\u00a0: un de ses nombres est trop petit pour être dit sans désigner quelqu’un."
SPENT = "Dépenses de la période"
NOTHING_COUNTED = "Rien n’a été compté."


@dataclass(frozen=True, slots=True)
class Block:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Count:
    """`value` is None where it is hidden."""

    code: str
    name: str
    definition: str
    value: int | None

    @property
    def said(self) -> str:
        return HIDDEN if self.value is None else said(self.code, self.value)


@dataclass(frozen=True, slots=True)
class Rate:
    name: str
    definition: str
    part: int | None
    whole: int | None
    of_what: str

    @property
    def said(self) -> str:
        if self.part is None or self.whole is None:
            return HIDDEN
        return published.said_percentage(self.part, self.whole)

    @property
    def detail(self) -> str:
        if self.part is None or self.whole is None:
            return ""
        return f"{typography.number(self.part)} sur {typography.number(self.whole)} {self.of_what}"


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    value: int | None
    share: str

    @property
    def said(self) -> str:
        return HIDDEN if self.value is None else typography.number(self.value)


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    heading: str
    rows: tuple[Row, ...]

    @property
    def instead(self) -> str:
        """In the place of a table that tells nothing: it is hidden whole, or nothing was counted."""
        if any(row.value is None for row in self.rows):
            return MASKED_WHOLE
        return "" if any(row.value for row in self.rows) else NOTHING_COUNTED


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """Amounts in euros, as text with two decimals."""

    label: str
    amounts: tuple[str, ...]

    @property
    def said(self) -> list[str]:
        return [typography.euros(Decimal(amount)) for amount in self.amounts]


@dataclass(frozen=True, slots=True)
class CostRow:
    numerator: str
    amount: str
    denominator: str
    number: int | None
    each: int | None

    @property
    def said_amount(self) -> str:
        return typography.euros(Decimal(self.amount))

    @property
    def said(self) -> str:
        if self.number is None:
            return HIDDEN
        return published.NOTHING if self.each is None else typography.euros(self.each)

    @property
    def said_number(self) -> str:
        return HIDDEN if self.number is None else typography.number(self.number)


@dataclass(frozen=True, slots=True)
class Content:
    kind: str
    period: tuple[str, str]
    state_on: str
    catalogue: str
    threshold: int
    blocks: tuple[Block, ...]
    counts: tuple[Count, ...]
    rates: tuple[Rate, ...]
    tables: tuple[Table, ...]
    funders: tuple[MoneyRow, ...]
    expenses: tuple[MoneyRow, ...]
    in_kind: tuple[MoneyRow, ...]
    totals: tuple[MoneyRow, ...]
    costs: tuple[CostRow, ...]
    prorated: bool
    figures_sha256: str = ""

    @property
    def hides(self) -> bool:
        numbers = [*self.counts, *(row for table in self.tables for row in table.rows)]
        return any(one.value is None for one in numbers)


def content_of(
    kind: str, blocks: Iterable[Block], told: Told, money: FundingTable, *, figures_sha256: str = ""
) -> Content:
    period = told.figures.period
    return Content(
        kind=kind,
        period=(period.first.isoformat(), period.last.isoformat()),
        state_on=told.figures.on.isoformat(),
        catalogue=told.figures.catalogue,
        threshold=told.threshold,
        blocks=tuple(block for block in blocks if block.text.strip()),
        counts=tuple(_count(code, told) for code in TOTALS),
        rates=tuple(_rate(code, told) for code in RATES),
        tables=tuple(_table(code, dimension, told) for code, dimension in TABLES),
        **_money(money),
        costs=tuple(
            CostRow(one.numerator, _euros(one.amount), one.denominator, one.number, one.each)
            for one in costs(money, children=told.count("children"), with_pathway=told.with_pathway)
        ),
        prorated=money.prorated,
        figures_sha256=figures_sha256,
    )


def _count(code: str, told: Told) -> Count:
    one = INDICATORS[code]
    return Count(code, one.name, one.definition, told.count(code))


def _rate(code: str, told: Told) -> Rate:
    share = SHARES[code]
    return Rate(
        share.name, share.definition, told.of(share.numerator), told.of(share.denominator), share.of_what
    )


def _table(code: str, dimension: str, told: Told) -> Table:
    one, by = INDICATORS[code], DIMENSIONS[dimension]
    total = told.count(code)
    rows = []
    for value in by.codes:
        count = told.count(code, dimension, value)
        share = published.said_percentage(count, total) if count is not None and total else ""
        rows.append(Row(by.label(value), count, share))
    return Table(f"{one.name}\u00a0: {by.name[0].lower()}{by.name[1:]}", by.name, tuple(rows))


def _money(money: FundingTable) -> dict[str, tuple[MoneyRow, ...]]:
    """How many expenses there were is left out, and aids alone: one more or less would be one child."""
    spent = spent_by(money)
    return {
        "funders": tuple(
            MoneyRow(
                f"{line.funder}, {line.programme}",
                _all_euros(line.asked, line.granted, line.paid, line.to_come),
            )
            for line in money.funders
        ),
        "expenses": tuple(MoneyRow(label, _all_euros(amount)) for label, amount in spent.items()),
        "in_kind": tuple(
            MoneyRow(f"{line.giver}, {line.what}", _all_euros(line.amount)) for line in money.in_kind
        ),
        "totals": tuple(
            MoneyRow(label, _all_euros(amount))
            for label, amount in (
                ("Crédits de l’État accordés", money.state),
                ("Financements directs, tous financeurs", money.direct),
                ("Apports en nature", money.in_kind_total),
                ("Financements directs et apports en nature", money.with_in_kind),
                (SPENT, money.spent),
            )
            if not money.is_empty and (label != SPENT or spent or not money.spent)
        ),
    }


def _all_euros(*amounts: Decimal) -> tuple[str, ...]:
    return tuple(_euros(amount) for amount in amounts)


def _euros(amount: Decimal) -> str:
    return f"{amount:.2f}"


# --- as text ------------------------------------------------------------------------------------
def text_of(content: Content) -> str:
    return json.dumps(asdict(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read(issue: ReportIssue) -> Content:
    """Raises AlteredError."""
    if hash_of(issue.text) != issue.sha256:
        raise AlteredError(issue.pk)
    data: dict[str, Any] = json.loads(issue.text)
    return Content(
        **{
            **data,
            "period": tuple(data["period"]),
            "blocks": _all(Block, data["blocks"]),
            "counts": _all(Count, data["counts"]),
            "rates": _all(Rate, data["rates"]),
            "tables": tuple(
                Table(one["title"], one["heading"], _all(Row, one["rows"])) for one in data["tables"]
            ),
            "costs": _all(CostRow, data["costs"]),
            **{name: _money_rows(data[name]) for name in ("funders", "expenses", "in_kind", "totals")},
        }
    )


def _all(shape: Any, rows: Sequence[dict[str, Any]]) -> tuple[Any, ...]:
    return tuple(shape(**row) for row in rows)


def _money_rows(rows: Sequence[dict[str, Any]]) -> tuple[MoneyRow, ...]:
    return tuple(MoneyRow(row["label"], tuple(row["amounts"])) for row in rows)
