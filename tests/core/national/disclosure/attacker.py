"""Readers who want what is hidden: written from what is published alone, without a line of the product.

They see, for each release, cells by (place, breakdown) with a number or None, and the trees of codes. An
attacker may also know how one release differs from another child by child, and one town's own counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import highspy
import numpy as np

Joint = tuple[str, tuple[str, ...]]  # town, code of each dimension
Cell = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Published:
    """One release as it is read, with the children by which it differs from the first one."""

    cells: Mapping[Cell, int | None]
    towns: Mapping[str, tuple[str, ...]]  # towns below each place
    difference: Mapping[Joint, int]


class Attacker:
    """Unknowns: every town × every joint code. Everything published is an equation over them."""

    def __init__(
        self,
        releases: list[Published],
        dimensions: tuple[str, ...],
        leaves: Mapping[str, Mapping[str, tuple[str, ...]]],
        known: Mapping[Joint, int] | None = None,
    ) -> None:
        towns = sorted({town for one in releases for below in one.towns.values() for town in below})
        codes = list(product(*(max(leaves[name].values(), key=len) for name in dimensions)))
        self.unknowns: list[Joint] = [(town, code) for town in towns for code in codes]
        self.at = {one: number for number, one in enumerate(self.unknowns)}
        self.dimensions, self.leaves, self.releases = dimensions, leaves, releases
        self.known = known or {}
        self.equations: list[tuple[list[int], int]] = []
        self.hidden: list[tuple[Cell, list[int], int]] = []
        for release in releases:
            self._read(release)

    def _read(self, release: Published) -> None:
        for cell, value in release.cells.items():
            members = self.members(release, cell)
            shift = sum(release.difference.get(self.unknowns[one], 0) for one in members)
            if value is None:
                self.hidden.append((cell, members, shift))
            else:
                self.equations.append((members, value - shift))

    def members(self, release: Published, cell: Cell) -> list[int]:
        place, breakdown = cell
        wanted = dict(breakdown)
        allowed = [
            set(self.leaves[name][wanted[name]]) if name in wanted else None for name in self.dimensions
        ]
        return [
            self.at[town, code]
            for town in release.towns[place]
            for code in {code for _, code in self.unknowns}
            if all(some is None or one in some for one, some in zip(code, allowed, strict=True))
        ]

    def model(self) -> highspy.Highs:
        problem = highspy.Highs()
        problem.setOptionValue("output_flag", False)
        problem.setOptionValue("threads", 1)  # as the release engine: one setting a process
        for one in self.unknowns:
            low = max([0, *(-release.difference.get(one, 0) for release in self.releases)])
            exact = self.known.get(one)
            problem.addVar(low if exact is None else exact, highspy.kHighsInf if exact is None else exact)
        for members, value in self.equations:
            problem.addRow(value, value, len(members), np.array(members, np.int32), np.ones(len(members)))
        for _, members, shift in self.hidden:  # a zero would have been shown
            problem.addRow(
                1 - shift, highspy.kHighsInf, len(members), np.array(members, np.int32), np.ones(len(members))
            )
        return problem

    def intervals(self) -> dict[tuple[Cell, int], tuple[float, float]]:
        """The least and the most that each hidden cell can be, by linear programming."""
        problem = self.model()
        found = {}
        for number, (cell, members, shift) in enumerate(self.hidden):
            ends = []
            for sign in (1.0, -1.0):
                cost = np.zeros(len(self.unknowns))
                cost[members] = sign
                problem.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
                problem.run()
                if problem.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                    ends.append(sign * problem.getInfo().objective_function_value + shift)
                else:
                    ends.append(sign * -highspy.kHighsInf)
            found[cell, number] = (ends[0], ends[1])
        return found

    def by_differencing(self) -> set[Cell]:
        """Hidden cells that are a sum and difference of what is published: elimination, no inequality."""
        rows = [self._row(members) for members, _ in self.equations]
        rows += [self._row([self.at[one]]) for one in self.known if one in self.at]
        basis = reduced(rows)
        return {cell for cell, members, _ in self.hidden if depends(self._row(members), basis)}

    def _row(self, members: Iterable[int]) -> dict[int, Fraction]:
        return {one: Fraction(1) for one in members}


def reduced(rows: list[dict[int, Fraction]]) -> dict[int, dict[int, Fraction]]:
    basis: dict[int, dict[int, Fraction]] = {}
    for row in rows:
        rest = without(row, basis)
        if rest:
            pivot = min(rest)
            scale = rest[pivot]
            basis[pivot] = {at: value / scale for at, value in rest.items()}
    return basis


def without(row: dict[int, Fraction], basis: dict[int, dict[int, Fraction]]) -> dict[int, Fraction]:
    rest = dict(row)
    while pivots := [at for at in rest if at in basis]:
        pivot = min(pivots)
        factor = rest[pivot]
        for at, value in basis[pivot].items():
            rest[at] = rest.get(at, Fraction(0)) - factor * value
            if not rest[at]:
                del rest[at]
    return rest


def depends(row: dict[int, Fraction], basis: dict[int, dict[int, Fraction]]) -> bool:
    return not without(row, basis)
