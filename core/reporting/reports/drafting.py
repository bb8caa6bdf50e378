"""A report as it would be if it were finalised now: its texts, the figures of its year, the money."""

from dataclasses import replace

from core.funding.queries import FundingTable
from core.reporting import frozen, indicators, readers
from core.reporting.enums import ReportKind
from core.reporting.indicators import Period
from core.reporting.models import Report, ToldFigures
from core.reporting.reports import content, money, perimeter
from core.reporting.reports.content import Block, Content
from core.reporting.reports.perimeter import Told


def period_of(report: Report) -> Period:
    return Period(report.first_on, report.last_on)


def figures_told(report: Report) -> ToldFigures | None:
    """Those that reports of this year tell already."""
    return ToldFigures.objects.filter(first_on=report.first_on, last_on=report.last_on).first()


def thresholds() -> dict[str, int]:
    return {str(kind.value): perimeter.threshold_of(kind) for kind in ReportKind}


def told_to(report: Report, known: ToldFigures | None) -> Told:
    """From what was frozen, or live: at the end of the year, or today while it runs. Raises AlteredError."""
    kind = report.kind
    if known is not None:
        figures = frozen.figures_of(known.snapshot)
        return Told(figures, frozenset(known.hidden[kind]), known.thresholds[kind])
    figures, levels = indicators.compute(period_of(report)), thresholds()
    hidden = perimeter.hidden_for_all(figures, readers.behind(figures), levels)
    return Told(figures, frozenset(hidden[kind]), levels[kind])


def money_told(report: Report, known: ToldFigures | None) -> FundingTable:
    if known is not None:
        return money.table_of(known.money, known.first_on, known.last_on)
    return money.money_of(report.first_on, report.last_on)


def draft_of(report: Report) -> Content:
    known = figures_told(report)
    blocks = [Block(block.title, block.text) for block in report.blocks.order_by("order", "pk")]
    return content.content_of(
        report.kind,
        blocks,
        told_to(report, known),
        money_told(report, known),
        figures_sha256=known.snapshot.sha256 if known is not None else "",
    )


def digest_of(draft: Content) -> str:
    """Who finalises says by it what was read: the same whether the figures were told already or are live."""
    return content.hash_of(content.text_of(replace(draft, figures_sha256="")))[:32]


def words_of(draft: Content) -> list[str]:
    """All that somebody typed and that would be printed."""
    rows = (*draft.funders, *draft.expenses, *draft.in_kind)
    return [*(word for one in draft.blocks for word in (one.title, one.text)), *(one.label for one in rows)]
