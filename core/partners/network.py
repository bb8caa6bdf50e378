"""Who works with whom around the children: counts and their picture, never a child.

`partners` does not know pathways: the app that does registers when it starts,

    network.register(pathway_network.around_open_pathways)

and answers, for a day, with the ids of the organisations around each open pathway.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from core.partners import counts
from core.partners.models import Organisation
from core.people.names import fold

MOST = 24  # circles that can still be told apart
WIDTH, HEIGHT, RADIUS = 560, 480, 195  # units of the drawing; whole numbers, which no locale rewrites
Around = Iterable[frozenset[int]]
Source = Callable[[date], Around]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Called once by an app, in its AppConfig.ready."""
    if source not in _sources:
        _sources.append(source)


@dataclass(frozen=True, slots=True)
class Node:
    number: int
    organisation: Organisation
    said: str
    x: int
    y: int
    radius: int


@dataclass(frozen=True, slots=True)
class Edge:
    first: Node
    second: Node
    said: str
    width: int


@dataclass(frozen=True, slots=True)
class Picture:
    nodes: list[Node]
    edges: list[Edge]
    left_out: int  # organisations for which there was no room
    hides: bool  # small numbers are not shown, nor what they are of
    smallest: int


def picture(on: date, *, exact: bool) -> Picture:
    """The network as a person may see it: in numbers, or in classes with nothing below the threshold.

    Sizes are drawn from what is said, so that no ruler finds a number that is not.
    """
    alone, together = _counted(on)
    smallest = counts.least()

    def drawn(count: int) -> int:
        return counts.floor(count, exact=exact, smallest=smallest)

    def said(count: int) -> str:
        return counts.said(count, exact=exact, smallest=smallest)

    organisations = Organisation.objects.filter(pk__in=[pk for pk, count in alone.items() if drawn(count)])
    ranked = sorted(
        organisations.order_by("pk"), key=lambda one: (-drawn(alone[one.pk]), fold(one.name), one.pk)
    )
    kept = sorted(ranked[:MOST], key=lambda one: (one.kind, fold(one.name), one.pk))
    largest = max((drawn(alone[one.pk]) for one in kept), default=1)
    nodes = {
        one.pk: _node(place, len(kept), one, said(alone[one.pk]), drawn(alone[one.pk]) / largest)
        for place, one in enumerate(kept)
    }
    edges = [
        Edge(nodes[first], nodes[second], said(count), _thick(drawn(count) / largest))
        for (first, second), count in together.items()
        if drawn(count) and first in nodes and second in nodes
    ]
    edges.sort(key=lambda edge: (-edge.width, edge.first.number, edge.second.number))
    left_out = len(ranked) - len(kept)
    return Picture(list(nodes.values()), edges, left_out, hides=not exact, smallest=smallest)


def _counted(on: date) -> tuple[Counter[int], Counter[tuple[int, int]]]:
    """Pathways around which each organisation, and each two of them, stand."""
    alone: Counter[int] = Counter()
    together: Counter[tuple[int, int]] = Counter()
    for source in _sources:
        for around in source(on):
            alone.update(around)
            together.update(combinations(sorted(around), 2))
    return alone, together


def _node(place: int, of: int, organisation: Organisation, said: str, share: float) -> Node:
    """On a circle, from the top, clockwise; its surface grows with its share."""
    angle = 2 * math.pi * place / of - math.pi / 2
    return Node(
        number=place + 1,
        organisation=organisation,
        said=said,
        x=round(WIDTH / 2 + RADIUS * math.cos(angle)),
        y=round(HEIGHT / 2 + RADIUS * math.sin(angle)),
        radius=round(14 + 18 * math.sqrt(share)),
    )


def _thick(share: float) -> int:
    return round(2 + 10 * share)
