"""What passes to the nation, and of which periods: what national tables are made of, and nothing more."""

from collections.abc import Iterable, Iterator
from datetime import date

from core.reporting import indicators
from core.reporting.indicators import Breakdown, Cell, Period

# By indicator, the crossings that pass. Their sums over any dimension are not sent: the nation adds up.
PASSED: dict[str, tuple[tuple[str, ...], ...]] = {
    "children": (("participation",), ("bracket", "sex"), ("residence",)),
    "pathways_ended": (("reason",),),
}
SETTLING_MONTHS = 4  # after a school year, its figures still move


def passing(cells: Iterable[Cell]) -> Iterator[Cell]:
    for cell in cells:
        if tuple(name for name, _ in cell.breakdown) in PASSED.get(cell.indicator, ()):
            yield cell


def running_periods(on: date) -> list[Period]:
    """The nation's school year of the day, and for some months the one before."""
    year = indicators.school_year_of(on)
    current = indicators.school_year(year)
    settling = (on.year - year) * 12 + on.month - 9 < SETTLING_MONTHS
    return [indicators.school_year(year - 1), current] if settling else [current]


def written(breakdown: Breakdown) -> str:
    """`bracket=6-10;sex=f`."""
    return ";".join(f"{name}={code}" for name, code in sorted(breakdown))


def read(text: str) -> Breakdown:
    if not text:
        return ()
    pairs = (part.partition("=") for part in text.split(";"))
    return tuple((name, code) for name, _, code in pairs)
