"""A population as a reader's unknowns (atoms) and all that releases say of them (forms).

An atom is one town × one joint code of a block. A form is a sum of atoms that some release names: shown,
or hidden. What readers know are the shown forms of every release of the period; we grant them more, the
difference between two releases, atom by atom (a neighbour knows which child came). One unknown a release is
then one unknown in all, and a former release is simply more forms.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import numpy.typing as npt

from core.national.disclosure.shapes import (
    PLACE,
    DataError,
    Fault,
    Hierarchy,
    Key,
    Population,
    Shown,
    Table,
)

Ints = npt.NDArray[np.int64]
# What hiding a cell costs, by depth of its place from the nation down: figures of the whole last longest.
WEIGHTS = (60.0, 16.0, 5.0, 1.0)
TOTAL_WEIGHT = 3.0  # times more for a cell that sums over every dimension


@dataclass
class Form:
    """A sum of atoms under one or several keys.

    `value` is today's, or the former release's where only that one names it; `least` the lowest of all
    releases. A `fixed` form can't be hidden: it is the nation's total, a zero, or was shown before.
    """

    atoms: Ints
    value: int
    least: int
    weight: float
    towns: frozenset[int]
    keys: list[Key] = field(default_factory=list)
    fixed: bool = False
    primary: bool = False
    hidden: bool = False
    before: bool = False  # hidden in a former release: it stays so
    zero_hides: bool = False  # of a code whose zeros say too much

    @property
    def floor(self) -> int:
        """What a reader takes a hidden count to be at least: zeros are shown, unless they tell too much."""
        return 0 if self.zero_hides or self.least == 0 else 1


class System:
    """One population: atoms with their truth, and forms."""

    def __init__(
        self,
        population: Population,
        tables: Sequence[Table],
        trees: Mapping[str, Hierarchy],
        former: Sequence[Shown] = (),
    ) -> None:
        self.population = population.code
        self.trees = trees
        releases = [(population, tuple(tables), trees), *((f.population, f.tables, f.trees) for f in former)]
        self.blocks = _blocks(releases)
        self.towns = sorted(set().union(*(one.towns() for one, _, _ in releases)))
        self.town_index = {town: number for number, town in enumerate(self.towns)}
        self._number_atoms()
        counts = [self._vector(one) for one, _, _ in releases]
        self.truth = counts[0]
        present = [self._presence(one) for one, _, _ in releases]
        rooms = [np.where(there, n, np.iinfo(np.int64).max) for n, there in zip(counts, present, strict=True)]
        self.room: Ints = np.min(rooms, axis=0)  # by how much an atom may be lower in another world
        self.forms: list[Form] = []
        self.by_key: dict[tuple[int, Key], Form] = {}
        self._by_atoms: dict[bytes, Form] = {}
        for number, (one, shown, its_trees) in enumerate(releases):
            hidden = former[number - 1].hidden if number else None
            self._add_release(number, one, shown, its_trees, counts[number], hidden)
        self.identities = self._identities()
        self._note_zeros()
        self.starts, self.touching = self._adjacency()

    # --- atoms ------------------------------------------------------------------------------------
    def _number_atoms(self) -> None:
        self.first: list[int] = []
        self.joints: list[list[tuple[str, ...]]] = []
        town_of: list[int] = []
        block_of: list[int] = []
        start = 0
        for number, dimensions in enumerate(self.blocks):
            joint = list(product(*(self.trees[name].leaves[self.trees[name].root] for name in dimensions)))
            self.first.append(start)
            self.joints.append(joint)
            for town in range(len(self.towns)):
                town_of += [town] * len(joint)
            block_of += [number] * (len(joint) * len(self.towns))
            start += len(joint) * len(self.towns)
        self.size = start
        self.town_of: Ints = np.array(town_of, dtype=np.int64)
        self.block_of: Ints = np.array(block_of, dtype=np.int64)

    def _vector(self, population: Population) -> Ints:
        vector = np.zeros(self.size, dtype=np.int64)
        by_dimensions = {tuple(sorted(one.dimensions)): one for one in population.blocks}
        for number, dimensions in enumerate(self.blocks):
            block = by_dimensions[dimensions]
            order = [block.dimensions.index(name) for name in dimensions]
            position = {codes: at for at, codes in enumerate(self.joints[number])}
            width = len(position)
            for (town, codes), count in block.counts.items():
                at = position.get(tuple(codes[one] for one in order))
                if at is None or count < 0:
                    raise DataError(Fault.COUNT)
                vector[self.first[number] + self.town_index[town] * width + at] += count
        self._check_totals(vector)
        return vector

    def _check_totals(self, vector: Ints) -> None:
        totals = [
            np.bincount(
                self.town_of[self.block_of == number],
                weights=vector[self.block_of == number],
                minlength=len(self.towns),
            )
            for number in range(len(self.blocks))
        ]
        for one in totals[1:]:
            if not np.array_equal(one, totals[0]):
                raise DataError(Fault.TOTALS)

    def _presence(self, population: Population) -> npt.NDArray[np.bool_]:
        there = np.zeros(len(self.towns), dtype=bool)
        there[[self.town_index[town] for town in population.towns()]] = True
        return there[self.town_of]

    def _atoms(
        self, block: int, towns: Sequence[int], codes: Mapping[str, str], trees: Mapping[str, Hierarchy]
    ) -> Ints:
        allowed = [set(trees[name].leaves[codes.get(name, trees[name].root)]) for name in self.blocks[block]]
        joint = self.joints[block]
        inside = np.array(
            [
                at
                for at, leaf in enumerate(joint)
                if all(code in some for code, some in zip(leaf, allowed, strict=True))
            ],
            dtype=np.int64,
        )
        starts = self.first[block] + np.array(towns, dtype=np.int64) * len(joint)
        return (starts[:, None] + inside[None, :]).reshape(-1)

    # --- forms ------------------------------------------------------------------------------------
    def _add_release(
        self,
        number: int,
        population: Population,
        tables: Sequence[Table],
        trees: Mapping[str, Hierarchy],
        counts: Ints,
        hidden: frozenset[Key] | None,
    ) -> None:
        known = population.towns()
        towns_at: dict[str, list[int]] = {
            place: [self.town_index[town] for town in leaves if town in known]
            for place, leaves in trees[PLACE].leaves.items()
        }
        if not known <= set(trees[PLACE].leaves[trees[PLACE].root]):
            raise DataError(Fault.PLACE)
        for table in tables:
            for key in table.keys(trees):
                if (number, key) in self.by_key:
                    form = self.by_key[number, key]
                elif towns_at[key.place]:
                    form = self._form(key, towns_at[key.place], trees, counts)
                    self.by_key[number, key] = form
                else:
                    continue
                form.zero_hides |= not table.sensitive.isdisjoint(key.breakdown)
                if hidden is not None:
                    form.before |= key in hidden
                    form.fixed |= key not in hidden
                    form.hidden |= key in hidden

    def _form(self, key: Key, towns: Sequence[int], trees: Mapping[str, Hierarchy], counts: Ints) -> Form:
        codes = dict(key.breakdown)
        block = next(n for n, names in enumerate(self.blocks) if set(codes) <= set(names))
        atoms = np.sort(self._atoms(block, towns, codes, trees))
        identity = atoms.tobytes()
        value = int(counts[atoms].sum())
        form = self._by_atoms.get(identity)
        if form is None:
            depth = min(trees[PLACE].depths[key.place], len(WEIGHTS) - 1)
            weight = WEIGHTS[depth] * (1.0 if codes else TOTAL_WEIGHT)
            form = Form(atoms, value, value, weight, frozenset(towns))
            form.fixed = not codes and key.place == trees[PLACE].root
            self._by_atoms[identity] = form
            self.forms.append(form)
        form.least = min(form.least, value)
        form.keys.append(key)
        return form

    def _note_zeros(self) -> None:
        """Zeros are shown. One that tells too much is hidden, but where nobody is counted: it is no news."""
        for form in self.forms:
            if form.value == 0 and not form.zero_hides and not form.before:
                form.fixed = True
        for (number, key), form in self.by_key.items():
            if form.value == 0 and form.zero_hides and not form.before:
                total = self.by_key.get((number, Key(key.population, key.place)))
                form.fixed |= total is not None and total.fixed and total.value == 0

    def _identities(self) -> list[Ints]:
        """Each town's total is the same in every block: its atoms here, and the others as -atom-1."""
        found = []
        for block in range(1, len(self.blocks)):
            for town in range(len(self.towns)):
                plus = self._atoms(0, [town], {}, self.trees)
                minus = self._atoms(block, [town], {}, self.trees)
                found.append(np.concatenate([plus, -minus - 1]))
        return found

    def _adjacency(self) -> tuple[Ints, Ints]:
        """For each atom the numbers of the forms that it is in: where its own begin, and all of them."""
        atoms = np.concatenate([form.atoms for form in self.forms]) if self.forms else np.zeros(0, np.int64)
        lengths = [len(form.atoms) for form in self.forms]
        numbers = np.repeat(np.arange(len(self.forms), dtype=np.int64), lengths)
        order = np.argsort(atoms, kind="stable")
        starts = np.searchsorted(atoms[order], np.arange(self.size + 1))
        return starts, numbers[order]

    def forms_of(self, atoms: Ints) -> tuple[Ints, Ints]:
        """Numbers of the forms in which each of these atoms is, and the position of the atom for each."""
        first, last = self.starts[atoms], self.starts[atoms + 1]
        lengths = last - first
        position = np.repeat(np.arange(len(atoms)), lengths)
        offset = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return self.touching[first[position] + offset], position

    def in_slice(self, block: int, moving: tuple[str, ...]) -> npt.NDArray[np.bool_]:
        """Atoms of the block whose codes are the most frequent ones in all but the dimensions `moving`."""
        joint, names = self.joints[block], self.blocks[block]
        mine = self.block_of == block
        weights = self.truth[mine].reshape(len(self.towns), len(joint)).sum(axis=0)
        best = joint[int(np.argmax(weights))] if joint else ()
        kept = [
            all(code == best[at] for at, code in enumerate(codes) if names[at] not in moving)
            for codes in joint
        ]
        chosen = np.zeros(self.size, dtype=bool)
        chosen[mine] = np.tile(np.array(kept, dtype=bool), len(self.towns))
        return chosen

    def rest_is_shown(self, number: int, town: int) -> bool:
        """Whether the form without this town's part is nothing, or made of other towns' shown cells."""
        form = self.forms[number]
        for other in form.towns - {town}:
            part = form.atoms[self.town_of[form.atoms] == other]
            cell = self._by_atoms.get(part.tobytes())
            if cell is None or cell.hidden:
                return False
        return True


def _blocks(
    releases: Iterable[tuple[Population, Sequence[Table], Mapping[str, Hierarchy]]],
) -> list[tuple[str, ...]]:
    """Dimensions of each block, the same in all releases, each table inside one of them."""
    names: list[tuple[str, ...]] | None = None
    for population, tables, _ in releases:
        found = [tuple(sorted(block.dimensions)) for block in population.blocks]
        if names is not None and sorted(names) != sorted(found):
            raise DataError(Fault.DIMENSIONS)
        names = names or found
        for table in tables:
            for dimensions in table.depths.values():
                if not any(set(dimensions) <= set(block) for block in names):
                    raise DataError(Fault.CROSSING)
    return names or []
