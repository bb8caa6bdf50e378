"""Which numbers a report tells, and which of them are hidden.

Every report leaves the coordinator's hands. So it tells few tables: totals, and tables of one dimension that
hang together by their total alone, without the flow of pathways from one year to the next (begun, ended,
open), by which a year gives back what another hides. `core.reporting.masking` hides small counts and what
would give them back; ADR 0033 says what was attacked.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.reporting import steering
from core.reporting.enums import ReportKind
from core.reporting.indicators import DIMENSIONS, INDICATORS, SHARES, Counted, Figures
from core.reporting.masking import Sum, mask
from core.reporting.steering import Behind, few_behind, is_masked, name_of
from tenants import context

TOTALS = (
    "children",
    "families",
    "referrals",
    "objectives",
    "actions",
    "sessions_held",
    "minutes_delivered",
    "partners",
    "meetings_held",
    "situations",
)
TABLES = (
    ("children", "sex"),
    ("children", "bracket"),
    ("children", "level"),
    ("children", "residence"),
    ("children", "network"),
    ("children", "participation"),
    ("referrals", "source"),
    ("referrals", "uptake"),
    ("actions", "origin"),
    ("actions", "form"),
    ("partners", "kind"),
)
RATES = ("individualisation", "residence_share", "network_share", "uptake_share", "existing_share")
WITH_PATHWAY = "with_pathway"
# The values of each recipient in the town's file. What elected members and partners hold goes anywhere.
THRESHOLDS: Mapping[ReportKind, tuple[tuple[str, int], ...]] = {
    ReportKind.PREFET: (("prefet", 5),),
    ReportKind.STEERING: (("steering", 5), ("public", 11)),
    ReportKind.PARTNERS: (("public", 11),),
}


@dataclass(frozen=True, slots=True)
class Told:
    """Figures with the numbers that one kind of report does not tell."""

    figures: Figures
    hidden: frozenset[str]
    threshold: int

    def count(self, indicator: str, dimension: str = "", value: str = "") -> int | None:
        """None where it is hidden. Raises LookupError for a number that no report tells."""
        if ((indicator, dimension) not in TABLES) if dimension else indicator not in TOTALS:
            raise LookupError(f"{indicator} {dimension}")
        if is_masked(INDICATORS[indicator]) and name_of(indicator, dimension, value) in self.hidden:
            return None
        return self.figures.count(indicator, **({dimension: value} if dimension else {}))

    @property
    def with_pathway(self) -> int | None:
        """Children with a pathway, in a group as well or not."""
        if WITH_PATHWAY in self.hidden:
            return None
        return SHARES["individualisation"].numerator.of(self.figures)

    def of(self, counted: Counted) -> int | None:
        """A part of a rate: None where one of its numbers is hidden."""
        if counted == SHARES["individualisation"].numerator:
            return self.with_pathway
        if not counted.dimension:
            return self.count(counted.indicator)
        parts = [self.count(counted.indicator, counted.dimension, value) for value in counted.values]
        known = [part for part in parts if part is not None]
        return sum(known) if len(known) == len(parts) else None


def threshold_of(kind: ReportKind) -> int:
    own = context.require().config.get("small_counts", {})
    return max(int(own.get(name, least)) for name, least in THRESHOLDS[kind])


def web_of(figures: Figures) -> tuple[dict[str, int], list[Sum]]:
    """Numbers that can tell of a child, by name, and the sums by which they hang together. No cycle."""
    values = {name_of(code): figures.count(code) for code in TOTALS if is_masked(INDICATORS[code])}
    sums = []
    for code, dimension in TABLES:
        if is_masked(INDICATORS[code]):
            table = figures.table(code, DIMENSIONS[dimension])
            parts = {name_of(code, dimension, value): count for (value,), count in table}
            values |= parts
            if dimension != "participation":
                sums.append(Sum(name_of(code), tuple(parts)))
    pathway, both, group = (
        name_of("children", "participation", value) for value in ("pathway", "both", "group")
    )
    values[WITH_PATHWAY] = values[pathway] + values[both]
    sums += [Sum("children", (WITH_PATHWAY, group)), Sum(WITH_PATHWAY, (pathway, both))]
    return values, sums


def hidden_for_all(figures: Figures, behind: Behind, thresholds: Mapping[str, int]) -> dict[str, list[str]]:
    """For each kind of report, the names that it does not tell.

    From the lowest threshold to the highest, each hides all that the ones before it hide: who holds all of
    them knows what the most open one says, and no more.
    """
    values, sums = web_of(figures)
    found: dict[int, list[str]] = {}
    hidden: frozenset[str] = frozenset()
    for threshold in sorted(set(thresholds.values())):
        small = few_behind(figures, behind, threshold) & values.keys()
        hidden = mask(values, sums, threshold=threshold, small=small, hidden=hidden)
        found[threshold] = sorted(hidden)
    return {kind: found[threshold] for kind, threshold in thresholds.items()}


def may_be_told(figures: Figures) -> bool:
    """A year of the town's own kind: those of another kind overlap it, and would tell by difference."""
    return str(figures.period.kind) == steering.own_kind()
