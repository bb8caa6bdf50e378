"""The shapes that disclosure control works on: trees of codes, tables, counts by town, recipients."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import product
from typing import NamedTuple

PLACE = "place"  # the dimension that every table has: towns below départements below regions below the nation


class Fault(StrEnum):
    """What is wrong with counts. A reason is kept and read before anything is out: it names no town, no code
    and above all no count.
    """

    COUNT = "count_outside_tables"
    TOTALS = "breakdowns_disagree"
    PLACE = "town_without_place"
    DIMENSIONS = "former_dimensions"
    CROSSING = "table_without_counts"
    TREE = "two_parents"
    LEFT = "town_left"


class DataError(ValueError):
    """The counts contradict each other or the tables."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Hierarchy:
    """A dimension as a tree: codes of children by code of their parent, from one root."""

    name: str
    root: str
    children: Mapping[str, tuple[str, ...]]

    @cached_property
    def depths(self) -> dict[str, int]:
        found = {self.root: 0}
        for code in self._walk(self.root):
            for child in self.children.get(code, ()):
                if child in found:
                    raise DataError(Fault.TREE)
                found[child] = found[code] + 1
        return found

    @cached_property
    def leaves(self) -> dict[str, tuple[str, ...]]:
        """The leaves below each code, in the order of the tree."""
        found: dict[str, tuple[str, ...]] = {}
        for code in reversed(list(self._walk(self.root))):
            below = self.children.get(code, ())
            found[code] = tuple(leaf for child in below for leaf in found[child]) if below else (code,)
        return found

    @cached_property
    def parents(self) -> dict[str, str]:
        return {child: parent for parent, below in self.children.items() for child in below}

    def down_to(self, depth: int) -> list[str]:
        """Codes from the root to `depth`; a branch that ends earlier stays."""
        return [code for code in self._walk(self.root) if self.depths[code] <= depth]

    def at(self, depth: int) -> list[str]:
        return [code for code in self._walk(self.root) if self.depths[code] == depth]

    def _walk(self, code: str) -> Iterator[str]:
        """Parents before their children."""
        waiting = [code]
        while waiting:
            one = waiting.pop(0)
            yield one
            waiting[:0] = self.children.get(one, ())


def flat(name: str, codes: Iterable[str], *, root: str = "") -> Hierarchy:
    """A dimension without levels: its codes below one total."""
    return Hierarchy(name, root, {root: tuple(codes)})


class Key(NamedTuple):
    """A cell, whichever table shows it: two tables that cross it share it."""

    population: str
    place: str
    breakdown: tuple[tuple[str, str], ...] = ()  # (dimension, code) by dimension, totals left out

    def code_of(self, dimension: str, total: str) -> str:
        return dict(self.breakdown).get(dimension, total)


@dataclass(frozen=True)
class Table:
    """What one published table shows.

    `depths` says for each depth of places that it shows how deep each of its dimensions goes there.
    Totals are always shown with it. A zero of a `sensitive` (dimension, code) tells too much as well.
    """

    code: str
    population: str
    depths: Mapping[int, Mapping[str, int]]
    sensitive: frozenset[tuple[str, str]] = frozenset()

    @property
    def dimensions(self) -> tuple[str, ...]:
        return tuple(sorted({name for one in self.depths.values() for name in one}))

    def keys(self, trees: Mapping[str, Hierarchy]) -> Iterator[Key]:
        for depth, dimensions in sorted(self.depths.items()):
            names = sorted(dimensions)
            choices = [trees[name].down_to(dimensions[name]) for name in names]
            for place in trees[PLACE].at(depth):
                for codes in product(*choices):
                    yield key_of(self.population, place, dict(zip(names, codes, strict=True)), trees)


def key_of(population: str, place: str, codes: Mapping[str, str], trees: Mapping[str, Hierarchy]) -> Key:
    broken = tuple(sorted((name, code) for name, code in codes.items() if code != trees[name].root))
    return Key(population, place, broken)


@dataclass(frozen=True)
class Block:
    """Counts by town over dimensions that some table crosses: (town, code of each dimension) → children."""

    dimensions: tuple[str, ...]
    counts: Mapping[tuple[str, tuple[str, ...]], int]

    def towns(self) -> set[str]:
        return {town for town, _ in self.counts}

    def total(self, town: str, codes: Iterable[tuple[str, ...]]) -> int:
        return sum(self.counts.get((town, one), 0) for one in codes)


@dataclass(frozen=True)
class Population:
    """What is counted (children of the period, exits…): the same people seen by each of its blocks."""

    code: str
    blocks: tuple[Block, ...]

    def towns(self) -> set[str]:
        return set().union(*(block.towns() for block in self.blocks))

    def only(self, towns: Iterable[str]) -> "Population":
        kept = set(towns)
        return Population(
            self.code,
            tuple(
                Block(one.dimensions, {key: n for key, n in one.counts.items() if key[0] in kept})
                for one in self.blocks
            ),
        )

    def with_towns_of(self, other: "Population", towns: Iterable[str]) -> "Population":
        """The same, with these towns' counts taken from `other`."""
        rest = self.only(self.towns() - set(towns))
        taken = other.only(towns)
        return Population(
            self.code,
            tuple(
                Block(one.dimensions, {**one.counts, **same.counts})
                for one, same in zip(rest.blocks, taken.blocks, strict=True)
            ),
        )


@dataclass(frozen=True)
class Recipient:
    """To whom, and what is small for them.

    `threshold`: the least count that is shown, and the least width of what a reader may compute of a
    hidden one. `inside`: that width for a town, which knows its own counts. `pair`: a cell is also
    hidden when fewer than that many children are left without its two largest towns.
    """

    code: str
    threshold: int
    inside: int
    pair: int = 3


PUBLIC = Recipient("public", threshold=11, inside=5)
NATION = Recipient("nation", threshold=11, inside=5)
PREFECT = Recipient("prefect", threshold=5, inside=3)


@dataclass(frozen=True)
class Shown:
    """What a release showed of one population: its counts as they were, and its hidden cells."""

    population: Population
    tables: tuple[Table, ...]
    hidden: frozenset[Key]
    trees: Mapping[str, Hierarchy] = field(repr=False)
