"""Figures as canonical text and back: the same numbers, whoever froze them and whenever they are read."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from core.reporting.indicators import INDICATORS, Figures, Period, Spread
from core.reporting.models import Snapshot


class AlteredError(Exception):
    """A frozen text no longer has its hash: it must not be shown."""


def text_of(figures: Figures, *, hidden: Iterable[str] = ()) -> str:
    """Sorted keys, no spaces: the same figures always give the same text.

    `hidden` names the numbers that those who steer are not told (see `core.reporting.steering`).
    """
    cells = [
        [code, [list(pair) for pair in breakdown], count, INDICATORS[code].version]
        for (code, breakdown), count in sorted(figures.counts.items())
        if count
    ]
    content = {
        "period": [figures.period.first.isoformat(), figures.period.last.isoformat()],
        "on": figures.on.isoformat(),
        "ages_on": figures.ages_on.isoformat(),
        "catalogue": figures.catalogue,
        "cells": cells,
        "spreads": {
            code: [spread.number, spread.total, None if spread.median is None else str(spread.median)]
            for code, spread in figures.spreads.items()
        },
        "hidden": sorted(hidden),
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def figures_of(snapshot: Snapshot) -> Figures:
    """Raises AlteredError."""
    content = _content(snapshot)
    return Figures(
        period=Period(*(date.fromisoformat(day) for day in content["period"])),
        on=date.fromisoformat(content["on"]),
        ages_on=date.fromisoformat(content["ages_on"]),
        catalogue=content["catalogue"],
        counts={
            (code, tuple((dimension, value) for dimension, value in breakdown)): count
            for code, breakdown, count, _ in content["cells"]
        },
        spreads={
            code: Spread(number, total, None if median is None else Decimal(median))
            for code, (number, total, median) in content["spreads"].items()
        },
    )


def hidden_in(snapshot: Snapshot) -> frozenset[str]:
    """Raises AlteredError."""
    return frozenset(_content(snapshot)["hidden"])


def _content(snapshot: Snapshot) -> dict[str, Any]:
    if hash_of(snapshot.text) != snapshot.sha256:
        raise AlteredError(snapshot.pk)
    content: dict[str, Any] = json.loads(snapshot.text)
    return content
