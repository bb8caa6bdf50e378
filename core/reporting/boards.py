"""What a page, a report or a file shows of a period: tiles, charts with their tables, what is unknown.

Each number is asked of a reader (`core.reporting.readers`), so that all of them show the same, and what the
person may see. Nothing here reads the database.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.reporting import published
from core.reporting.indicators import (
    DIMENSIONS,
    INDICATORS,
    THEMES,
    UNKNOWN,
    Dimension,
    Indicator,
    Mean,
    Share,
    of_theme,
)
from core.reporting.readers import HIDDEN, Reader, Shown
from core.reporting.steering import is_masked
from core.ui.shapes import PairedBar

# Where rows are, for a number; an empty address where they are not shown.
RowsOf = Callable[[str, dict[str, str]], str]
MOST_UNKNOWN = Decimal("0.05")
NOTHING = "Rien à montrer pour cette période."
UNTOLD = "Un effectif de ce tableau est petit\u00a0: le tableau entier est masqué."


@dataclass(frozen=True, slots=True)
class Tile:
    code: str
    label: str
    value: str
    of: str
    definition: str
    rows_url: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """One breakdown: bars of the period and of the one before, and the table of both."""

    code: str
    title: str
    definition: str
    note: str
    columns: list[str]
    rows: list[list[str]]
    bars: list[PairedBar]
    first: str
    second: str
    empty: str = NOTHING  # what is said where there is no bar


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two dimensions: a table alone."""

    code: str
    title: str
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Section:
    code: str
    title: str
    tiles: list[Tile]
    charts: list[Chart]
    crossings: list[Crossing]


@dataclass(frozen=True, slots=True)
class Unknown:
    """How many answers are missing, and of how many."""

    label: str
    text: str
    of: str
    share: str
    too_many: bool
    rows_url: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    sections: list[Section]
    unknown: list[Unknown]
    hides: bool
    tells_missing: bool  # to who sees all: for others it is in each table that they are told


def nowhere(indicator: str, breakdown: dict[str, str]) -> str:
    return ""


def board_of(reader: Reader, before: Reader | None, *, rows_of: RowsOf = nowhere) -> Board:
    sections = [
        Section(
            theme,
            title,
            [_tile(one, reader, before, rows_of) for one in _tiles(theme, reader)],
            [chart for one in _indicators(theme) for chart in _charts(one, reader, before, rows_of)],
            [crossing for one in _indicators(theme) for crossing in _crossings(one, reader)],
        )
        for theme, title in THEMES.items()
    ]
    hides = reader.masks and any(
        HIDDEN in row for section in sections for chart in section.charts for row in chart.rows
    )
    return Board(sections, [] if reader.masks else list(_unknowns(reader, rows_of)), hides, not reader.masks)


def _tiles(theme: str, reader: Reader) -> "Iterable[Indicator | Share | Mean]":
    """Shares and means come with a year's numbers; until then there is nothing of them to hide."""
    return [one for one in of_theme(theme) if reader.exact or isinstance(one, Indicator)]


def _indicators(theme: str) -> list[Indicator]:
    return [one for one in of_theme(theme) if isinstance(one, Indicator)]


# --- tiles ---------------------------------------------------------------------------------------
def _tile(one: Indicator | Share | Mean, reader: Reader, before: Reader | None, rows_of: RowsOf) -> Tile:
    if isinstance(one, Indicator):
        now = reader.count(one.code)
        of = _against(now, before.count(one.code) if before else None)
        return Tile(one.code, one.name, now.text, of, one.definition, rows_of(one.code, {}))
    if isinstance(one, Share):
        of = reader.share_detail(one)
        if before is not None and before.share_detail(one):
            of = "\u00a0; ".join(filter(None, [of, f"avant\u00a0: {before.share(one)}"]))
        return Tile(one.code, one.name, reader.share(one), of, one.definition)
    mean, median, number = reader.mean(one)
    of = "\u00a0; ".join(filter(None, [f"moyenne de {number}", median and f"médiane\u00a0: {median}"]))
    of = of if number else ""
    return Tile(one.code, one.name, mean, of, one.definition)


def _against(now: Shown, before: Shown | None) -> str:
    if before is None or before.is_hidden:
        return ""
    if now.value is not None and before.value is not None and now.text == str(now.value):
        return f"avant\u00a0: {before.text} ({published.said_change(now.value, before.value)})"
    return f"avant\u00a0: {before.text}"


# --- charts --------------------------------------------------------------------------------------
def _charts(one: Indicator, reader: Reader, before: Reader | None, rows_of: RowsOf) -> Iterable[Chart]:
    for table in one.tables:
        if len(table) == 1 and reader.tells(one.code, *table):
            yield _chart(one, DIMENSIONS[table[0]], reader, before, rows_of)


def values_of(one: Indicator, dimension: Dimension, *readers: Reader | None) -> list[str]:
    """The dimension's own, the town's before them."""
    if not dimension.own_values:
        return list(dimension.codes)
    found: set[str] = set()
    for reader in readers:
        if reader is not None:
            found |= {
                value
                for value in reader.figures.own_values(one.code, dimension.code)
                if not reader.count(one.code, **{dimension.code: value}).is_hidden
            }  # that one has nobody would be told by its absence
    return [*sorted(found - set(dimension.codes)), *dimension.codes]


def _chart(
    one: Indicator, dimension: Dimension, reader: Reader, before: Reader | None, rows_of: RowsOf
) -> Chart:
    values = values_of(one, dimension, reader, before)
    now = {value: reader.count(one.code, **{dimension.code: value}) for value in values}
    then = {value: before.count(one.code, **{dimension.code: value}) for value in values} if before else {}
    untold = all(shown.is_hidden for shown in [*now.values(), *then.values()])
    total, total_then = reader.count(one.code), before.count(one.code) if before else None
    rows = [
        [
            dimension.label(value),
            now[value].text,
            _share(now[value], total),
            *([then[value].text, _share(then[value], total_then)] if total_then else []),
        ]
        for value in values
    ]
    return Chart(
        code=f"{one.code}-{dimension.code}",
        title=f"{one.name}\u00a0: {dimension.name[0].lower()}{dimension.name[1:]}",
        definition=f"{one.population}\u00a0: {total.text}. {dimension.note}".strip(),
        note="" if untold else _missing(one, dimension, reader),
        columns=[dimension.name, *_headings(reader, before)],
        rows=rows,
        bars=[] if untold else list(_bars(one, dimension, now, then, total, rows_of)),
        first=reader.figures.period.label,
        second=before.figures.period.label if before else "",
        empty=UNTOLD if untold else NOTHING,
    )


def _bars(
    one: Indicator,
    dimension: Dimension,
    now: Mapping[str, Shown],
    then: Mapping[str, Shown],
    total: Shown,
    rows_of: RowsOf,
) -> Iterable[PairedBar]:
    most = max((shown.drawn for shown in [*now.values(), *then.values()]), default=0)
    for value, shown in now.items():
        if shown.text != "0" or (then and then[value].text != "0"):
            yield PairedBar(
                label=dimension.label(value),
                url=rows_of(one.code, {dimension.code: value}) if shown.drawn else "",
                first=_part(shown.drawn, most),
                first_text=_with_share(shown, total),
                second=_part(then[value].drawn, most) if then else None,
                second_text=then[value].text if then else "",
            )


def _headings(reader: Reader, before: Reader | None) -> list[str]:
    return [
        heading
        for one in (reader, before)
        if one is not None
        for heading in (_capital(one.figures.period.label), "Part")
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _part(drawn: int, most: int) -> Decimal:
    return Decimal(drawn) / most if most else Decimal(0)


def _share(shown: Shown, total: Shown | None) -> str:
    if total is None or shown.value is None or total.value is None:
        return "" if not shown.is_hidden else HIDDEN
    return published.said_percentage(shown.value, total.value)


def _with_share(shown: Shown, total: Shown) -> str:
    share = _share(shown, total)
    return f"{shown.text} ({share})" if share and not shown.is_hidden and total.value else shown.text


def _missing(one: Indicator, dimension: Dimension, reader: Reader) -> str:
    if not dimension.has_unknown:
        return ""
    unknown, total = reader.count(one.code, **{dimension.code: UNKNOWN}), reader.count(one.code)
    return f"Réponses manquantes\u00a0: {unknown.text} sur {total.text}."


def _crossings(one: Indicator, reader: Reader) -> Iterable[Crossing]:
    """For who sees exact numbers: crossed, small counts are the rule."""
    if reader.masks and is_masked(one):
        return
    for table in one.tables:
        if len(table) == 2:
            down, across = (DIMENSIONS[code] for code in table)
            yield Crossing(
                code=f"{one.code}-{down.code}-{across.code}",
                title=f"{one.name}\u00a0: {down.name.lower()} et {across.name.lower()}",
                columns=[down.name, *(across.label(value) for value in across.codes)],
                rows=[
                    [
                        down.label(value),
                        *(
                            reader.count(one.code, **{down.code: value, across.code: other}).text
                            for other in across.codes
                        ),
                    ]
                    for value in down.codes
                ],
            )


# --- what is unknown -----------------------------------------------------------------------------
def _unknowns(reader: Reader, rows_of: RowsOf) -> Iterable[Unknown]:
    for one in INDICATORS.values():
        for table in one.tables:
            dimension = DIMENSIONS[table[0]]
            if len(table) == 1 and dimension.has_unknown and dimension.code != "district":
                unknown = reader.count(one.code, **{dimension.code: UNKNOWN})
                total = reader.count(one.code)
                if unknown.text == "0":
                    continue
                yield Unknown(
                    label=f"{one.name}\u00a0: {dimension.name.lower()}",
                    text=unknown.text,
                    of=total.text,
                    share=_share(unknown, total),
                    too_many=_too_many(unknown, total),
                    rows_url=rows_of(one.code, {dimension.code: UNKNOWN}),
                )


def _too_many(unknown: Shown, total: Shown) -> bool:
    if unknown.value is None or not total.value:
        return False
    return Decimal(unknown.value) / total.value > MOST_UNKNOWN
