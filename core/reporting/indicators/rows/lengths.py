"""Lengths of a period, in days: of pathways that ended, and of waiting for a referent."""

from typing import Any

from django.db.models import CharField, F, Value

from core.reporting.indicators.moment import Moment
from core.reporting.indicators.rows.children import pathways_of
from core.reporting.indicators.rows.entries import counted_waits

DURATION, WAIT = "pathway_duration", "referent_wait"


def lengths_of(moment: Moment) -> dict[str, list[int]]:
    """Both in one statement. A pathway's length counts its first and its last day; a wait is not negative."""
    found: dict[str, list[int]] = {DURATION: [], WAIT: []}
    for kind, first, last in _pathways(moment).union(_waits(moment), all=True):
        days = (last - first).days
        found[kind].append(days + 1 if kind == DURATION else max(0, days))
    return found


def _pathways(moment: Moment) -> Any:
    ended = pathways_of(moment).filter(ended_on__lte=moment.on)
    return _of(ended, DURATION, "started_on", "ended_on")


def _waits(moment: Moment) -> Any:
    named = counted_waits(moment).filter(named_on__isnull=False)
    return _of(named, WAIT, "admitted_on", "named_on")


def _of(rows: Any, kind: str, first: str, last: str) -> Any:
    return rows.annotate(
        what=Value(kind, output_field=CharField()), begins=F(first), ends=F(last)
    ).values_list("what", "begins", "ends")
