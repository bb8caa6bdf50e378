"""A signature as the strokes that a hand drew, or as a name typed with an explicit consent."""

import json
from dataclasses import dataclass, field
from itertools import pairwise
from math import dist
from typing import Any

WIDTH, HEIGHT = 600, 200
MOST_POINTS = 6000
LEAST_LENGTH = 60  # a tenth of the sheet: less is a slip of the finger

Point = tuple[int, int]
Stroke = tuple[Point, ...]


class NotASignatureError(ValueError):
    """Its text is a French sentence for the person who signs."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Strokes in a sheet of 600 × 200; without any, `name` was typed and consent given."""

    strokes: tuple[Stroke, ...] = ()
    name: str = ""
    width: int = field(default=WIDTH, init=False)
    height: int = field(default=HEIGHT, init=False)

    @property
    def drawn(self) -> bool:
        return bool(self.strokes)

    @property
    def path(self) -> str:
        """For the `d` of an SVG path."""
        return " ".join(
            "M" + "L".join(f"{x} {y}" for x, y in (stroke if len(stroke) > 1 else stroke * 2))
            for stroke in self.strokes
        )

    @property
    def as_json(self) -> str:
        return json.dumps(self.strokes, separators=(",", ":")) if self.strokes else ""


def read_strokes(text: str) -> tuple[Stroke, ...]:
    """What the pad sends: `[[[x, y], …], …]`. Nothing else passes. Raises NotASignatureError."""
    if not text:
        return ()
    refusal = NotASignatureError("Le dessin n’a pas pu être lu. Signez de nouveau, ou tapez votre nom.")
    try:
        sent: Any = json.loads(text)
        strokes = tuple(tuple(_point(x, y) for x, y in stroke) for stroke in sent)
    except (TypeError, ValueError, RecursionError):
        raise refusal from None
    if not all(strokes) or sum(map(len, strokes)) > MOST_POINTS:
        raise refusal
    if sum(dist(*pair) for stroke in strokes for pair in pairwise(stroke)) < LEAST_LENGTH:
        raise NotASignatureError("Le dessin est trop court pour être une signature. Signez de nouveau.")
    return strokes


def _point(x: Any, y: Any) -> Point:
    if not (type(x) is int and type(y) is int):
        raise TypeError
    return min(max(x, 0), WIDTH), min(max(y, 0), HEIGHT)
