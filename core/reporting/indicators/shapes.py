"""What an indicator is, and what a computation answers. Data alone: nothing here reads the database.

Numbers are integers by (indicator, breakdown). A breakdown is a tuple of (dimension, value) pairs, sorted
by the dimension's code; the empty one is the total. What is not listed is zero.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import product

from core.reporting.indicators.periods import Period

Breakdown = tuple[tuple[str, str], ...]
UNKNOWN = "unknown"


class Sensitivity(StrEnum):
    """What a small number could tell."""

    NONE = "none"  # of organisations and meetings: no child behind it
    CHILDREN = "children"  # a small count may let a child be found
    CARE = "care"  # of health or child protection: zero tells something too


class Unit(StrEnum):
    CHILDREN = "children"
    FAMILIES = "families"
    ADULTS = "adults"
    REFERRALS = "referrals"
    PATHWAYS = "pathways"
    OBJECTIVES = "objectives"
    ACTIONS = "actions"
    SESSIONS = "sessions"
    PRESENCES = "presences"
    ENCOUNTERS = "encounters"
    MINUTES = "minutes"
    ORGANISATIONS = "organisations"
    MEETINGS = "meetings"
    SITUATIONS = "situations"
    REVIEWS = "reviews"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a dimension. `sensitive`: of health or protection, so that its zeros are hidden too."""

    code: str
    label: str
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Dimension:
    """`overlapping`: one thing counts under several values, so they do not add up to the total.

    `own_values`: the values come from the town (codes of districts), besides those listed.
    """

    code: str
    name: str
    values: tuple[Value, ...]
    overlapping: bool = False
    own_values: bool = False
    note: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(value.code for value in self.values)

    @property
    def has_unknown(self) -> bool:
        return UNKNOWN in self.codes

    def label(self, code: str) -> str:
        return next((value.label for value in self.values if value.code == code), code)

    def is_sensitive(self, code: str) -> bool:
        return any(value.sensitive for value in self.values if value.code == code)


@dataclass(frozen=True, slots=True)
class Indicator:
    """A count, defined once. `tables` are the breakdowns in which it is told, each a crossing of dimensions.

    `rows` names the engine's rows that are counted, `where` the values that a row must have, `measure` what
    is added up. `fields` are those from which it comes.
    """

    code: str
    name: str
    definition: str
    population: str
    unit: Unit
    rows: str
    fields: tuple[str, ...]
    tables: tuple[tuple[str, ...], ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    measure: str = "rows"  # or "minutes"
    sensitivity: Sensitivity = Sensitivity.CHILDREN
    theme: str = ""
    version: int = 1

    @property
    def breakdowns(self) -> tuple[tuple[str, ...], ...]:
        """The total, then each table."""
        return ((), *self.tables)


@dataclass(frozen=True, slots=True)
class Counted:
    """A count that a share or a mean is made of: an indicator, or the sum of some values of one dimension."""

    indicator: str
    dimension: str = ""
    values: tuple[str, ...] = ()

    def of(self, figures: "Figures") -> int:
        if not self.dimension:
            return figures.count(self.indicator)
        return sum(figures.count(self.indicator, **{self.dimension: value}) for value in self.values)


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage, with what it is of."""

    code: str
    name: str
    definition: str
    numerator: Counted
    denominator: Counted
    of_what: str  # « sur 160 enfants de la période »: what follows the number
    theme: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean and a median over its own denominator, from one spread of the engine."""

    code: str
    name: str
    definition: str
    spread: str
    of_what: str
    unit: str  # "months" or "days"
    theme: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a table, for what leaves the town. Below the threshold it is personal data."""

    indicator: str
    breakdown: Breakdown
    count: int
    version: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Lengths in days: how many there are, their sum, and the one in the middle (half up between two)."""

    number: int = 0
    total: int = 0
    median: Decimal | None = None

    @property
    def mean(self) -> Decimal | None:
        return Decimal(self.total) / self.number if self.number else None


@dataclass(frozen=True, slots=True)
class Ratio:
    """A part with what it is part of; `value` is None where nothing is counted."""

    part: int
    whole: int

    @property
    def value(self) -> Decimal | None:
        return Decimal(self.part) / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one town and one period, live or frozen.

    `on` is the day whose state is told: the period's last, or the day of computation while it runs.
    `ages_on` is the day on which ages are taken. `catalogue` is the version of the definitions.
    """

    period: Period
    on: date
    ages_on: date
    catalogue: str
    counts: Mapping[tuple[str, Breakdown], int]
    spreads: Mapping[str, Spread] = field(default_factory=dict)

    def count(self, indicator: str, **breakdown: str) -> int:
        """Zero where there is none. The pairs in any order; the crossing must be one of the catalogue's."""
        pairs = tuple(sorted(breakdown.items()))
        return self.counts.get((indicator, pairs), 0)

    def share(self, share: Share) -> Ratio:
        return Ratio(share.numerator.of(self), share.denominator.of(self))

    def spread(self, mean: Mean) -> Spread:
        return self.spreads.get(mean.spread, Spread())

    def own_values(self, indicator: str, dimension: str) -> list[str]:
        """Values of `dimension` that are counted for this indicator, sorted."""
        return sorted(
            {pairs[0][1] for code, pairs in self.counts if code == indicator and _alone(pairs, dimension)}
        )

    def table(self, indicator: str, *dimensions: Dimension) -> "list[tuple[tuple[str, ...], int]]":
        """Every combination of values in the catalogue's order, zeros included."""
        return list(self._table(indicator, dimensions))

    def _table(
        self, indicator: str, dimensions: tuple[Dimension, ...]
    ) -> Iterator[tuple[tuple[str, ...], int]]:
        for combination in product(*(self._values(indicator, one) for one in dimensions)):
            pairs = {one.code: value for one, value in zip(dimensions, combination, strict=True)}
            yield combination, self.count(indicator, **pairs)

    def _values(self, indicator: str, dimension: Dimension) -> list[str]:
        listed = list(dimension.codes)
        if not dimension.own_values:
            return listed
        return [code for code in self.own_values(indicator, dimension.code) if code not in listed] + listed


def _alone(pairs: Breakdown, dimension: str) -> bool:
    return len(pairs) == 1 and pairs[0][0] == dimension
