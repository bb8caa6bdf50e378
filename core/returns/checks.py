"""What is looked at before a return leaves: each line opens the rows, and is mended there or explained.

That a check of children's figures stands, or doesn't, is itself a figure: it stays in the town with its
explanation. Others pass with their title, which holds no number; the detail never does.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices

from core.exchange import sources
from core.exchange.questionnaire import Kind
from core.reporting.indicators import DIMENSIONS, INDICATORS, UNKNOWN, Figures
from core.reporting.published import said_change, said_percentage
from core.returns.filling import Answer
from core.returns.money import Lack
from core.ui import typography

MOST_UNKNOWN = Decimal("0.05")
JUMP, LEAST_JUMP = Decimal("0.20"), 5  # a share of last year's number, and how many at least
# What the parts of one thing add up to, whatever tables say.
SUMS: dict[str, tuple[str, ...]] = {"pathways": ("pathways_open", "pathways_ended")}

RowsOf = Callable[[str, dict[str, str]], str]


class CheckKind(TextChoices):
    MISSING = "missing", "Réponse à écrire"
    UNKNOWN = "unknown", "Réponses manquantes"
    TOTAL = "total", "Total qui ne tombe pas juste"
    JUMP = "jump", "Écart avec l’année d’avant"
    MONEY = "money", "Financement à compléter"


@dataclass(frozen=True, slots=True)
class Check:
    code: str
    kind: CheckKind
    question: str
    title: str
    detail: str
    url: str = ""
    action: str = "Voir les lignes"
    source: str = ""  # what it looked at

    @property
    def leaves(self) -> bool:
        """Whether the nation may know that it stands: its absence tells as much as its presence."""
        return self.kind in (CheckKind.MISSING, CheckKind.MONEY) or sources.tells_of_no_child(self.source)

    @property
    def blocks(self) -> bool:
        """It can't be explained: the answer is asked for."""
        return self.kind == CheckKind.MISSING


def of_answers(
    answers: list[Answer], now: Figures, before: Figures, *, rows_of: RowsOf, write_url: str = ""
) -> list[Check]:
    return [
        *_missing(answers, write_url),
        *_unknowns(answers, now, rows_of),
        *_totals(answers, now, rows_of),
        *_jumps(answers, now, before, rows_of),
    ]


def _missing(answers: list[Answer], write_url: str) -> Iterator[Check]:
    """Nothing is missing where nobody asks yet: there is no place to write it."""
    for one in answers if write_url else ():
        if one.is_typed and one.required and one.is_missing:
            title = f"«\u00a0{one.label}\u00a0»\u00a0: la réponse est à écrire"
            yield Check(f"missing:{one.code}", CheckKind.MISSING, one.code, title, "", write_url, "Répondre")


def of_money(lacks: Iterable[Lack], address: Callable[[int], str]) -> list[Check]:
    return [
        Check(
            f"money:{one.code}:{one.convention}",
            CheckKind.MONEY,
            "",
            one.title,
            one.detail,
            address(one.convention),
            "Voir la convention",
        )
        for one in lacks
    ]


def _tables(answers: list[Answer]) -> Iterator[tuple[Answer, str, str]]:
    for one in answers:
        if one.kind == Kind.TABLE and one.source.partition("/")[0] in INDICATORS:
            code, _, dimension = one.source.partition("/")
            yield one, code, dimension


def _unknowns(answers: list[Answer], now: Figures, rows_of: RowsOf) -> Iterator[Check]:
    for one, code, dimension in _tables(answers):
        if not DIMENSIONS[dimension].has_unknown:
            continue
        unknown, total = now.count(code, **{dimension: UNKNOWN}), now.count(code)
        if total and Decimal(unknown) / total > MOST_UNKNOWN:
            yield Check(
                f"unknown:{one.code}",
                CheckKind.UNKNOWN,
                one.code,
                f"«\u00a0{one.label}\u00a0»\u00a0: plus de 5\u00a0% de réponses manquantes",
                f"{typography.number(unknown)} sur {typography.number(total)} "
                f"({said_percentage(unknown, total)})",
                rows_of(code, {dimension: UNKNOWN}),
                source=one.source,
            )


def _totals(answers: list[Answer], now: Figures, rows_of: RowsOf) -> Iterator[Check]:
    for one, code, dimension in _tables(answers):
        found = sum(now.count(code, **{dimension: line.code}) for line in one.lines)
        if not DIMENSIONS[dimension].overlapping and found != now.count(code):
            yield _disagrees(one, found, now.count(code), rows_of(code, {}))
    for one in answers:
        if one.kind == Kind.NUMBER and one.source in SUMS:
            found = sum(now.count(part) for part in SUMS[one.source])
            if found != now.count(one.source):
                yield _disagrees(one, found, now.count(one.source), rows_of(one.source, {}))


def _disagrees(one: Answer, found: int, total: int, url: str) -> Check:
    return Check(
        f"total:{one.code}",
        CheckKind.TOTAL,
        one.code,
        f"«\u00a0{one.label}\u00a0»\u00a0: les lignes ne font pas le total",
        f"{typography.number(found)} en additionnant, {typography.number(total)} au total",
        url,
        source=one.source,
    )


def _jumps(answers: list[Answer], now: Figures, before: Figures, rows_of: RowsOf) -> Iterator[Check]:
    """Of a year that is over: half of one is no fall from the one before."""
    if now.on < now.period.last:
        return
    for one in answers:
        if one.kind != Kind.NUMBER or one.source not in INDICATORS:
            continue
        count, former = now.count(one.source), before.count(one.source)
        far = abs(count - former)
        if former and far >= LEAST_JUMP and Decimal(far) / former > JUMP:
            yield Check(
                f"jump:{one.code}",
                CheckKind.JUMP,
                one.code,
                f"«\u00a0{one.label}\u00a0»\u00a0: plus de 20\u00a0% d’écart avec l’année d’avant",
                f"avant\u00a0: {typography.number(former)}, maintenant\u00a0: {typography.number(count)}, "
                f"{said_change(count, former)}",
                rows_of(one.source, {}),
                source=one.source,
            )
