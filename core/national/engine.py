"""From what towns sent to what a release shows: populations, disclosure control, audit. It writes nothing.

The only code of the nation that reads raw counts (core.exchange.queries.cells_of). What it answers holds no
hidden count.
"""

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.exchange import perimeter
from core.exchange import queries as exchange
from core.exchange.models import Batch, Pin
from core.exchange.queries import TownCells
from core.national import places, tables
from core.national.disclosure import control
from core.national.disclosure.control import Protected
from core.national.disclosure.shapes import PUBLIC, Block, Hierarchy, Key, Population, Shown
from core.national.models import Release, ReleasedCell

Counts = Mapping[str, Population]  # by indicator


class NotComputableError(Exception):
    """Why no release can be made of these cells; French, for the screen."""


@dataclass(frozen=True, slots=True)
class Line:
    """One cell as it leaves: a number, or hidden."""

    indicator: str
    place: str
    breakdown: str
    value: int | None


@dataclass(frozen=True)
class Result:
    lines: list[Line]
    passed: bool
    audit: dict[str, Any]
    carried: dict[str, list[str]]
    postponed: dict[str, list[str]]
    fingerprint: str = field(default="")


def compute(release: Release, former: Sequence[Release]) -> Result:
    """`former` are the releases of the same period, in the order in which they were published."""
    document = release.document
    trees = {**tables.trees_of(document), "place": places.tree(document["places"])}
    counts = counts_of(release, [], fresh=True)
    lines: list[Line] = []
    audits: list[dict[str, Any]] = []
    carried: dict[str, list[str]] = {}
    postponed: dict[str, list[str]] = {}
    for indicator, population in counts.items():
        began = time.monotonic()
        found = _protected(population, document, trees, former)
        lines += lines_of(found)
        carried[indicator] = sorted(found.carried)
        postponed[indicator] = sorted(found.postponed)
        audits.append(_said(indicator, found, trees, time.monotonic() - began))
    lines.sort(key=lambda one: (one.indicator, one.place, one.breakdown))
    return Result(
        lines,
        all(one["passed"] for one in audits),
        {"populations": audits},
        carried,
        postponed,
        fingerprint_of(lines),
    )


def _protected(
    population: Population,
    document: Mapping[str, Any],
    trees: Mapping[str, Hierarchy],
    former: Sequence[Release],
) -> Protected:
    shown_tables = tables.tables_of(document, population.code)
    before = [shown for one in former if (shown := shown_by(one, former, population.code))]
    if before:
        return control.protect_correction(population, shown_tables, trees, PUBLIC, before)
    return control.protect(population, shown_tables, trees, PUBLIC)


def shown_by(release: Release, former: Sequence[Release], indicator: str) -> Shown | None:
    """What an earlier release showed of an indicator, with the counts that it was made of."""
    document = release.document
    if indicator not in document["indicators"]:
        return None
    known = set(release.former)  # numbers are given when a release is prepared: they tell nothing of this
    before = [one for one in former if one.number in known]
    hidden = frozenset(
        Key(indicator, place, perimeter.read(breakdown))
        for place, breakdown in ReleasedCell.objects.filter(
            release=release, indicator=indicator, value=None
        ).values_list("place", "breakdown")
    )
    trees = {**tables.trees_of(document), "place": places.tree(document["places"])}
    population = counts_of(release, before)[indicator]
    return Shown(population, tables.tables_of(document, indicator), hidden, trees)


def counts_of(release: Release, before: Sequence[Release], *, fresh: bool = False) -> Counts:
    """The counts that a release is made of, from the batches that it keeps.

    Once audited, towns that were carried over have those of the release before, and those that were
    postponed none. Raises NotComputableError when cells are kept no longer.
    """
    pinned = list(Pin.objects.filter(release=release.number).values_list("batch_id", flat=True))
    batches = list(Batch.objects.filter(pk__in=pinned).order_by("pk"))
    if len(batches) != release.answering:
        raise NotComputableError(
            f"Les chiffres de la publication n°\u00a0{release.number} ne sont plus conservés\u00a0: aucune "
            "autre ne peut plus paraître pour cette période"
        )
    cells = exchange.cells_of(batches)
    found = {one: population_of(one, release, cells) for one in release.document["indicators"]}
    if fresh or not before:
        return found
    last = counts_of(before[-1], before[:-1])
    return {
        code: one.only(one.towns() - set(release.postponed.get(code, []))).with_towns_of(
            last.get(code, one), release.carried.get(code, [])
        )
        for code, one in found.items()
    }


def population_of(indicator: str, release: Release, towns: Iterable[TownCells]) -> Population:
    """Every town of the release is in every block, one without children too."""
    document = release.document
    crossings = tables.blocks_of(document, indicator)
    counts: dict[tuple[str, ...], dict[tuple[str, tuple[str, ...]], int]] = {one: {} for one in crossings}
    values = {name: next(iter(tables.labels_of(document, name)))[0] for one in crossings for name in one}
    for town in towns:
        code = release.towns[town.schema]
        for crossing in crossings:
            counts[crossing][code, tuple(values[name] for name in crossing)] = 0
        for (counted, breakdown), count in town.counts.items():
            crossing = tuple(name for name, _ in breakdown)
            if counted == indicator and crossing in counts:
                counts[crossing][code, tuple(value for _, value in breakdown)] = count
    return Population(indicator, tuple(Block(one, counts[one]) for one in crossings))


def lines_of(found: Protected) -> list[Line]:
    return [
        Line(
            key.population,
            key.place,
            perimeter.written(key.breakdown),
            None if key in found.hidden else value,
        )
        for key, value in found.values.items()
    ]


def stored_lines(release: Release) -> list[Line]:
    """What is kept of a release, in the order of its fingerprint."""
    rows = release.cells.values_list("indicator", "place", "breakdown", "value")
    return [Line(*row) for row in sorted(rows, key=lambda row: row[:3])]


def _said(indicator: str, found: Protected, trees: Mapping[str, Hierarchy], seconds: float) -> dict[str, Any]:
    """What the audit did, in counts of cells: no count of children."""
    depths = trees["place"].depths
    by_level = {name: {"cells": 0, "hidden": 0} for name in tables.LEVELS}
    for key in found.values:
        level = by_level[tables.LEVELS[depths[key.place]]]
        level["cells"] += 1
        level["hidden"] += key in found.hidden
    return {
        "indicator": indicator,
        "passed": found.audit.passed,
        "cells": len(found.values),
        "hidden": len(found.hidden),
        "plainly_hidden": len(control.plainly_hidden(found, trees["place"])),
        "worlds": found.audit.worlds,
        "least_width": found.audit.least_width,
        "failures": len(found.audit.failures),
        "levels": by_level,
        "seconds": round(seconds, 1),
    }


def fingerprint_of(lines: Iterable[Line]) -> str:
    """The same for the same cells, hidden ones as hidden: what a reader can compute again from a file."""
    digest = hashlib.sha256()
    for one in lines:
        value = "-" if one.value is None else str(one.value)
        digest.update(f"{one.indicator}|{one.place}|{one.breakdown}|{value}\n".encode())
    return digest.hexdigest()
