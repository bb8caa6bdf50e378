"""Which numbers a report tells, and which of them are hidden.

Every report leaves the coordinator's hands. So it tells few tables: totals, and tables of one dimension that
hang together by their total alone, without the flow of pathways from one year to the next (begun, ended,
open), by which a year gives back what another hides. What is hidden of them is decided as for those who
steer (`core.reporting.steering`); ADR 0033 says what was attacked.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.reporting import steering
from core.reporting.enums import ReportKind
from core.reporting.indicators import INDICATORS, SHARES, Counted, Figures
from core.reporting.steering import Behind, is_masked, name_of
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
        """In a group as well or not. All children less these are those of a group alone."""
        return self.of(SHARES["individualisation"].numerator)

    def of(self, counted: Counted) -> int | None:
        """A part of a rate: None where one of its numbers is hidden."""
        if not counted.dimension:
            return self.count(counted.indicator)
        parts = [self.count(counted.indicator, counted.dimension, value) for value in counted.values]
        known = [part for part in parts if part is not None]
        return sum(known) if len(known) == len(parts) else None


def threshold_of(kind: ReportKind) -> int:
    own = context.require().config.get("small_counts", {})
    return max(int(own.get(name, least)) for name, least in THRESHOLDS[kind])


def hidden_for_all(figures: Figures, behind: Behind, thresholds: Mapping[str, int]) -> dict[str, list[str]]:
    """For each kind of report, the names that it does not tell: a table whole, or not at all (ADR 0035).

    The higher the threshold, the more is hidden, and never anything else: who holds all the reports of a
    year knows what the most open one says, and no more.
    """
    before = steering.told_before()
    return {
        kind: sorted(steering.hidden_numbers(figures, behind, threshold=threshold, before=before))
        for kind, threshold in thresholds.items()
    }
