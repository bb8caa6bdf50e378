"""Figures in the hands of a person: the coordinator's exact ones, or those that may be told to who steers.

A page, a chart, a report or a file asks a reader for each number, and so shows what that person may see.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from core.partners import counts
from core.reporting import frozen, indicators, published, steering
from core.reporting.indicators import DIMENSIONS, INDICATORS, Counted, Figures, Mean, Period, Share, Unit
from core.reporting.indicators.behind import children_behind
from core.reporting.indicators.moment import moment_of
from core.reporting.models import Snapshot
from core.ui import typography

HIDDEN = "masqué"


@dataclass(frozen=True, slots=True)
class Shown:
    """`value` is the exact number where the person may know it; `drawn` what a chart may be drawn by."""

    text: str
    value: int | None = None
    drawn: int = 0

    @property
    def is_hidden(self) -> bool:
        return self.text == HIDDEN


class Reader(Protocol):
    figures: Figures
    masks: bool
    exact: bool

    def count(self, indicator: str, **breakdown: str) -> Shown: ...

    def tells(self, indicator: str, *dimensions: str) -> bool: ...

    def share(self, share: Share) -> str: ...

    def share_detail(self, share: Share) -> str: ...

    def mean(self, mean: Mean) -> tuple[str, str, str]: ...


def said(indicator: str, value: int) -> str:
    """A number as it is told: minutes as hours."""
    if INDICATORS[indicator].unit == Unit.MINUTES:
        return published.said_hours(value)
    return typography.number(value)


@dataclass(frozen=True)
class Exact:
    figures: Figures
    masks = False
    exact = True

    def count(self, indicator: str, **breakdown: str) -> Shown:
        value = self.figures.count(indicator, **breakdown)
        return Shown(said(indicator, value), value, value)

    def tells(self, indicator: str, *dimensions: str) -> bool:
        return True

    def share(self, share: Share) -> str:
        return published.said_ratio(self.figures.share(share))

    def share_detail(self, share: Share) -> str:
        ratio = self.figures.share(share)
        return f"{typography.number(ratio.part)} sur {typography.number(ratio.whole)} {share.of_what}"

    def mean(self, mean: Mean) -> tuple[str, str, str]:
        """The mean, the median, and of how many."""
        spread = self.figures.spread(mean)
        return (
            published.said_mean(spread, mean.unit),
            published.said_median(spread, mean.unit),
            f"{typography.number(spread.number)} {mean.of_what}",
        )


# A mean is told when the count that it is of is.
BASES: Mapping[str, tuple[str, str, str]] = {
    "pathway_duration": ("pathways_ended", "", ""),
    "referent_wait": ("referent_waits", "waiting", "named"),
}


@dataclass(frozen=True)
class Masked:
    """`exact` tells what is not hidden in numbers; otherwise there are totals alone, in classes."""

    figures: Figures
    hidden: frozenset[str]
    threshold: int
    exact: bool
    masks = True

    def count(self, indicator: str, **breakdown: str) -> Shown:
        one = INDICATORS[indicator]
        value = self.figures.count(indicator, **breakdown)
        if not steering.is_masked(one):
            return Shown(said(indicator, value), value, value)
        if not self.tells(indicator, *breakdown) or self._is_hidden(indicator, **breakdown):
            return Shown(HIDDEN)
        if self.exact:
            return Shown(said(indicator, value), value, value)
        if one.unit == Unit.MINUTES:
            return Shown(HIDDEN)  # told in numbers alone, once the year is frozen
        if value < self.threshold:
            return Shown(f"moins de {self.threshold}")
        text = counts.said(value, exact=False, smallest=self.threshold)
        return Shown(text, None, counts.floor(value, exact=False, smallest=self.threshold))

    def tells(self, indicator: str, *dimensions: str) -> bool:
        """Whether tables of these dimensions are told at all: of a year that nobody froze, totals alone."""
        if not steering.is_masked(INDICATORS[indicator]) or not dimensions:
            return True
        known = steering.dimensions_of(INDICATORS[indicator])
        return self.exact and len(dimensions) == 1 and dimensions[0] in known

    def share(self, share: Share) -> str:
        return published.said_ratio(self.figures.share(share)) if self._tells(share) else HIDDEN

    def share_detail(self, share: Share) -> str:
        return Exact(self.figures).share_detail(share) if self._tells(share) else ""

    def mean(self, mean: Mean) -> tuple[str, str, str]:
        indicator, dimension, value = BASES[mean.spread]
        number = self.figures.spread(mean).number
        breakdown = {dimension: value} if dimension else {}
        table = mean.spread != "pathway_duration" or all(
            not self._is_hidden("pathways_ended", duration=value) for value in DIMENSIONS["duration"].codes
        )
        if not self.exact or not table or self._is_hidden(indicator, **breakdown) or number < self.threshold:
            return HIDDEN, "", ""
        said, _, of = Exact(self.figures).mean(mean)
        return said, "", of  # the one in the middle is a child's own

    def _tells(self, share: Share) -> bool:
        """The parts and what they are of are all told in numbers."""
        return self.exact and not any(
            self._is_hidden(counted.indicator, **breakdown)
            for counted in (share.numerator, share.denominator)
            for breakdown in _breakdowns(counted)
        )

    def _is_hidden(self, indicator: str, **breakdown: str) -> bool:
        ((dimension, value),) = breakdown.items() or [("", "")]
        if dimension == "district" and value in DIMENSIONS["residence"].codes:
            dimension = "residence"
        return steering.name_of(indicator, dimension, value) in self.hidden


def _breakdowns(counted: Counted) -> list[dict[str, str]]:
    return [{counted.dimension: value} for value in counted.values] if counted.dimension else [{}]


# --- who gets which ------------------------------------------------------------------------------
def for_coordination(period: Period, *, at: date | None = None) -> Exact:
    return Exact(indicators.compute(period, at=at))


def for_steering(period: Period, *, today: date) -> Masked:
    """A year frozen for them in numbers; of any other totals in classes, as at the end of a month."""
    own = [
        one
        for one in steering.snapshots_for_steering()
        if (one.first_on, one.last_on) == (period.first, period.last)
    ]
    if own:
        return of_snapshot(own[-1])
    figures, threshold = indicators.compute(period, at=steering.told_on(period, today)), counts.least()
    few = steering.few_behind(figures, behind(figures), threshold)
    return Masked(figures, frozenset(few), threshold, exact=False)


def of_snapshot(snapshot: Snapshot) -> Masked:
    return Masked(frozen.figures_of(snapshot), frozen.hidden_in(snapshot), counts.least(), exact=True)


def behind(figures: Figures) -> steering.Behind:
    moment = moment_of(figures.period, figures.on)
    return children_behind(moment) if moment.has_begun else {}
