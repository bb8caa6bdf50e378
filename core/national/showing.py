"""What a page of a release shows of one place: charts with their tables, places below, the map of tiles."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.national import places, reading
from core.national.models import Release
from core.national.places import NATION
from core.national.reading import Reading, Told
from core.national.tables import LEVELS
from core.reporting.boards import Chart
from core.ui import typography
from core.ui.shapes import PairedBar

SIDE = 30  # of a tile, in units of the picture
STEPS = (0.08, 0.18, 0.3, 0.42, 0.55)  # of the fill, from few children to many: text stays legible on each


@dataclass(frozen=True, slots=True)
class Grid:
    """A table alone: crossed dimensions, or the places below."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    links: list[str]  # of each row: the code of its place, empty where there is no page

    @property
    def lines(self) -> list[tuple[str, list[str]]]:
        return list(zip(self.links, self.rows, strict=True))


@dataclass(frozen=True, slots=True)
class Tile:
    code: str
    name: str
    text: str
    x: int
    y: int
    opacity: str  # "0": no answer or hidden
    hidden: bool
    url: str

    @property
    def middle(self) -> str:
        return str(self.x + SIDE // 2 - 1)

    @property
    def right(self) -> str:
        return str(self.x + SIDE - 2)

    @property
    def bottom(self) -> str:
        return str(self.y + SIDE - 2)

    @property
    def base(self) -> str:
        return str(self.y + SIDE // 2 + 3)


@dataclass(frozen=True, slots=True)
class Board:
    totals: list[tuple[str, str, str]]  # (label, number, definition)
    charts: list[Chart]
    crossings: list[Grid]
    below: list[Grid]
    tiles: list[Tile]
    hides: bool


def board_of(release: Release, place: str, other: Release | None) -> Board:
    """Constant in queries: the cells of the place, of those below and of all départements, once a release."""
    inside = [place, *reading.below(release, place)]
    everywhere = [code for code, one in release.document["places"].items() if one["level"] == "department"]
    whole = place == NATION
    here = Reading(release, inside, totals_of=everywhere if whole else [])
    there = Reading(other, [place]) if other is not None else None
    level = LEVELS.index(release.document["places"][place]["level"])
    tables = release.document["tables"]
    charts = [one for table in tables for one in _charts(table, here, there, place, level)]
    crossings = [one for table in tables for one in _crossings(table, here, place, level)]
    below = [one for table in tables for one in _below(table, here, place, level)]
    tiles = list(_tiles(here)) if whole else []
    grids = [row for one in (*charts, *crossings, *below) for row in one.rows]
    return Board(
        totals=list(_totals(here, there, place)),
        charts=charts,
        crossings=crossings,
        below=below,
        tiles=tiles,
        hides=any(reading.HIDDEN in cell for row in grids for cell in row),
    )


def _totals(here: Reading, there: Reading | None, place: str) -> Iterator[tuple[str, str, str]]:
    for code, indicator in here.document["indicators"].items():
        told = here.told(code, place)
        before = there.told(code, place) if there else None
        compared = before is not None and before.value is not None
        said = f"{told.text} (avant\u00a0: {before.text})" if compared else told.text
        yield indicator["name"], said, indicator["definition"]


def _charts(
    table: dict[str, Any], here: Reading, there: Reading | None, place: str, level: int
) -> Iterator[Chart]:
    for name in table["levels"].get(str(level), []):
        yield _chart(table, name, here, there, place)


def _chart(table: dict[str, Any], name: str, here: Reading, there: Reading | None, place: str) -> Chart:
    indicator, dimension = table["indicator"], here.document["dimensions"][name]
    counted = here.document["indicators"][indicator]
    now = {one["code"]: here.told(indicator, place, **{name: one["code"]}) for one in dimension["values"]}
    then = {code: there.told(indicator, place, **{name: code}) for code in now} if there else {}
    total = here.told(indicator, place)
    most = max((told.value or 0 for told in [*now.values(), *then.values()]), default=0)
    labels = {one["code"]: one["label"] for one in dimension["values"]}
    rows = [
        [labels[code], told.text, _share(told, total), *([then[code].text] if then else [])]
        for code, told in now.items()
    ]
    bars = [
        PairedBar(
            label=labels[code],
            first=_part(told, most),
            first_text=told.text if told.hidden else f"{told.text} ({_share(told, total)})",
            second=_part(then[code], most) if then else None,
            second_text=then[code].text if then else "",
        )
        for code, told in now.items()
        if told.value != 0 or (then and then[code].value != 0)
    ]
    return Chart(
        code=f"{table['code']}-{name}",
        title=f"{counted['name']}\u00a0: {dimension['name'][0].lower()}{dimension['name'][1:]}",
        definition=f"{counted['population']}\u00a0: {total.text}. {dimension['note']}".strip(),
        note="",
        columns=[
            dimension["name"], _capital(here.document["period"]), "Part",
            *([_capital(there.document["period"])] if there else []),
        ],
        rows=rows,
        bars=bars,
        first=here.document["period"],
        second=there.document["period"] if there else "",
    )  # fmt: skip


def _crossings(table: dict[str, Any], here: Reading, place: str, level: int) -> Iterator[Grid]:
    names = table["levels"].get(str(level), [])
    if len(names) != 2:
        return
    down, across = (here.document["dimensions"][name] for name in names)
    rows = [
        [
            one["label"],
            *(
                here.told(table["indicator"], place, **{names[0]: one["code"], names[1]: other["code"]}).text
                for other in across["values"]
            ),
            here.told(table["indicator"], place, **{names[0]: one["code"]}).text,
        ]
        for one in down["values"]
    ]
    columns = [down["name"], *(one["label"] for one in across["values"]), "Ensemble"]
    yield Grid(table["title"], columns, rows, [""] * len(rows))


def _below(table: dict[str, Any], here: Reading, place: str, level: int) -> Iterator[Grid]:
    """The places just below, one table of the release at a time: a line a place."""
    names = table["levels"].get(str(level + 1))
    codes = reading.below(here.release, place)
    if names is None or len(names) > 1 or not codes:
        return
    indicator, known = table["indicator"], here.document["places"]
    values = here.document["dimensions"][names[0]]["values"] if names else []
    rows = [
        [
            known[code]["name"],
            *(here.told(indicator, code, **{names[0]: one["code"]}).text for one in values),
            here.told(indicator, code).text,
        ]
        for code in codes
    ]
    total = here.document["indicators"][indicator]["name"] if not names else "Ensemble"
    columns = [reading.BELOW[LEVELS[level]], *(one["label"] for one in values), total]
    title = table["title"] if names or level == 2 else total
    yield Grid(title, columns, rows, [code if level < 2 else "" for code in codes])


def _tiles(here: Reading) -> Iterator[Tile]:
    told = {code: here.told("children", f"D{code}") for code in places.DEPARTMENTS}
    numbers = sorted(one.value for one in told.values() if one.value)
    for code, (column, row) in places.tiles().items():
        one = told[code]
        answered = f"D{code}" in here.document["places"]
        yield Tile(
            code=code,
            name=places.DEPARTMENTS[code],
            text=one.text if answered else "pas de ville répondante",
            x=column * SIDE,
            y=row * SIDE,
            opacity=f"{_step(one.value, numbers)}",
            hidden=one.hidden,
            url=f"D{code}" if answered else "",
        )


def _step(value: int | None, numbers: list[int]) -> float:
    """By fifths of the départements that show a number."""
    if not value:
        return 0
    below = sum(one < value for one in numbers)
    return STEPS[min(below * len(STEPS) // len(numbers), len(STEPS) - 1)]


def _share(told: Told, total: Told) -> str:
    if told.hidden or total.hidden:
        return reading.HIDDEN
    if told.value is None or not total.value:
        return reading.ABSENT
    return typography.rate(told.value, total.value)


def _part(told: Told, most: int) -> Decimal:
    return Decimal(told.value or 0) / most if most else Decimal(0)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
