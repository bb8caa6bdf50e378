"""Other worlds: whole-number changes of the truth that no reader can tell from it, by linear programming.

A room is a part of a system (a département, a region, all) whose surroundings stand still: what it finds
holds everywhere. One HiGHS model a room is kept and only its bounds and costs move, so that each question
starts from the last answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

from core.national.disclosure.system import Ints, System

FREE = 1e-4  # cost of moving a hidden cell: small worlds touch few towns
FAR = 1e4  # what a step of a form is worth when it is asked how far it goes: above any weight
EXACT = 1e-6
MIP_NODES = 100  # a limit by work, so that the same counts give the same release on any machine
MIP_SECONDS = 30.0  # a guard alone: nothing is known to come near it
WHOLE_ATOMS = 1500  # a programme in whole numbers over more takes seconds
SPARSER = 3


Steps = npt.NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """A change of the truth: atoms and by how much, forms and by how much, and the towns it touches."""

    atoms: Ints
    steps: Ints
    forms: dict[int, int]
    towns: frozenset[int]


class Quiet(highspy.Highs):
    """Highs prints a line of its own when it is made, on the output of the command that asks."""

    def __init__(self) -> None:
        highspy._core._Highs.__init__(self)
        self.setOptionValue("output_flag", False)
        self.callbacks: list[object] = []


class Room:
    """Changes of these atoms, everything else standing still."""

    def __init__(self, system: System, atoms: Ints) -> None:
        self.system = system
        self.atoms = atoms
        self.place = {atom: at for at, atom in enumerate(self.atoms.tolist())}
        self._atoms_of_town: dict[int, list[int]] = {}
        for at, town in enumerate(system.town_of[self.atoms].tolist()):
            self._atoms_of_town.setdefault(town, []).append(at)
        self._shut: list[int] = []
        self._rows()
        self._build()
        self.refresh()

    def _rows(self) -> None:
        """Forms that lie inside, and, as sums that stand still, the inside part of those that do not."""
        numbers = np.unique(self.system.forms_of(self.atoms)[0]).tolist()
        whole: dict[bytes, int] = {}
        still: dict[bytes, list[int]] = {}
        for number in numbers:
            form = self.system.forms[number]
            inside = form.atoms[np.isin(form.atoms, self.atoms, assume_unique=True)]
            if len(inside) == len(form.atoms):
                whole[inside.tobytes()] = number
            else:
                still[inside.tobytes()] = [self.place[atom] for atom in inside.tolist()]
        self.numbers = [number for identity, number in whole.items() if identity not in still]
        self.at_number = {number: at for at, number in enumerate(self.numbers)}
        self.still = [[(at, 1.0) for at in one] for one in still.values()] + self._identity_rows()

    def _identity_rows(self) -> list[list[tuple[int, float]]]:
        found = []
        for signed in self.system.identities:
            row = [
                (self.place[atom if atom >= 0 else -atom - 1], 1.0 if atom >= 0 else -1.0)
                for atom in signed.tolist()
                if (atom if atom >= 0 else -atom - 1) in self.place
            ]
            if row:
                found.append(row)
        return found

    def _build(self) -> None:
        """Columns: atoms, then for each form inside what it rises by and what it falls by."""
        forms, infinity = self.system.forms, highspy.kHighsInf
        self.width = len(self.atoms)
        self.columns = self.width + 2 * len(self.numbers)
        index: list[int] = []
        value: list[float] = []
        start = [0]
        for at, number in enumerate(self.numbers):
            inside = [self.place[atom] for atom in forms[number].atoms.tolist()]
            index += [*inside, self.width + 2 * at, self.width + 2 * at + 1]
            value += [1.0] * len(inside) + [-1.0, 1.0]
            start.append(len(index))
        for row in self.still:
            index += [at for at, _ in row]
            value += [sign for _, sign in row]
            start.append(len(index))
        rows = len(start) - 1
        problem = highspy.HighsLp()
        problem.num_col_, problem.num_row_ = self.columns, rows
        problem.col_cost_ = np.zeros(self.columns)
        problem.col_lower_, problem.col_upper_ = np.zeros(self.columns), np.full(self.columns, infinity)
        problem.row_lower_ = problem.row_upper_ = np.zeros(rows)
        problem.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        problem.a_matrix_.start_ = np.array(start)
        problem.a_matrix_.index_ = np.array(index)
        problem.a_matrix_.value_ = np.array(value)
        self.highs = Quiet()
        self.highs.setOptionValue("threads", 1)
        self.highs.setOptionValue("mip_max_nodes", MIP_NODES)
        self.highs.setOptionValue("mip_max_improving_sols", 1)  # any world will do
        self.highs.passModel(problem)
        self.lower, self.upper = np.zeros(self.columns), np.full(self.columns, infinity)
        self.lower[: self.width] = -self.system.room[self.atoms]

    def refresh(self) -> None:
        """Costs and bounds as the forms are shown or hidden now."""
        self.cost = np.zeros(self.columns)
        for at, number in enumerate(self.numbers):
            self._set_form(at, number)
        self._push(range(self.columns))

    def renew(self, number: int) -> None:
        """One form was hidden or shown."""
        if (at := self.at_number.get(number)) is not None:
            self._set_form(at, number)
            self._push([self.width + 2 * at, self.width + 2 * at + 1])

    def _set_form(self, at: int, number: int) -> None:
        form = self.system.forms[number]
        rise = self.width + 2 * at
        stays = form.fixed and not form.hidden
        self.cost[rise : rise + 2] = FREE if form.hidden else form.weight
        self.upper[rise] = 0.0 if stays else highspy.kHighsInf
        self.upper[rise + 1] = 0.0 if stays else max(form.least - form.floor, 0)

    def _push(self, columns: Iterable[int]) -> None:
        chosen = np.array(list(columns), dtype=np.int32)
        self.highs.changeColsCost(len(chosen), chosen, self.cost[chosen])
        self.highs.changeColsBounds(len(chosen), chosen, self.lower[chosen], self.upper[chosen])

    # --- questions --------------------------------------------------------------------------------
    def shut(self, towns: Iterable[int]) -> None:
        """These towns know their own counts: nothing of theirs moves, until the next call."""
        before, held = self._shut, [at for town in towns for at in self._atoms_of_town.get(town, [])]
        self.lower[before] = -self.system.room[self.atoms[before]]
        self.upper[before] = highspy.kHighsInf
        self.lower[held] = self.upper[held] = 0.0
        self._shut = held
        self._push({*before, *held})

    def move(self, number: int, by: int, *, hiding: bool) -> World | None:
        """The cheapest world in which the form differs by at least `by` (down when negative).

        With `hiding` shown forms may move too, at their weight: they would have to be hidden.
        """
        at = self.at_number.get(number)
        if at is None:
            return None
        rise = self.width + 2 * at
        moving, other = (rise, rise + 1) if by > 0 else (rise + 1, rise)
        if self.upper[moving] < abs(by):
            return None
        columns = np.array([moving, other], dtype=np.int32)
        bounds = np.array([float(abs(by)), 0.0]), np.array([self.upper[moving], 0.0])
        if not hiding:
            self._close_shown()
        self.highs.changeColsBounds(2, columns, *bounds)
        world = self._solve()
        if hiding and world is not None:
            world = self._sparser(world, abs(by))
        self._push([*columns.tolist(), *(self._shown_columns() if not hiding else [])])
        return world

    def _sparser(self, world: World, by: int) -> World:
        """The same in fewer cells: a programme pays by the child, hiding is paid by the cell.

        A cell that moved by little is made dear, as often as that helps (reweighted l1).
        """
        best, price = world, self._price(world)
        for _ in range(SPARSER):
            if price <= 1.0:
                break
            moved = [
                (self.width + 2 * at, abs(world.forms[number]))
                for at, number in enumerate(self.numbers)
                if number in world.forms and not self.system.forms[number].hidden
            ]
            columns = np.array([column + side for column, _ in moved for side in (0, 1)], dtype=np.int32)
            dearer = np.repeat([by / step for _, step in moved], 2)
            self.highs.changeColsCost(len(columns), columns, self.cost[columns] * dearer)
            other = self._solve()
            self._push(columns.tolist())
            if other is None or self._price(other) >= price:
                break
            best, price = other, self._price(other)
            world = other
        return best

    def _price(self, world: World) -> float:
        forms = self.system.forms
        return sum(forms[number].weight for number in world.forms if not forms[number].hidden)

    def reach(self, number: int, sign: int, *, hiding: bool) -> int:
        """How far up (or down) the form goes, among what is hidden now or might be."""
        at = self.at_number.get(number)
        if at is None:
            return 0
        rise = self.width + 2 * at
        if not hiding:
            self._close_shown()
        columns = np.array([rise, rise + 1], dtype=np.int32)
        self.highs.changeColsCost(2, columns, np.array([-sign, sign]) * FAR)
        self.highs.run()
        found = self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        values = self.highs.getSolution().col_value if found else None
        self._push([*self._shown_columns(), rise, rise + 1])
        return 0 if values is None else int((values[rise] - values[rise + 1]) * sign + EXACT)

    def _shown_columns(self) -> list[int]:
        shown = [at for at, number in enumerate(self.numbers) if not self.system.forms[number].hidden]
        return [column for at in shown for column in (self.width + 2 * at, self.width + 2 * at + 1)]

    def _close_shown(self) -> None:
        columns = np.array(self._shown_columns(), dtype=np.int32)
        zeros = np.zeros(len(columns))
        self.highs.changeColsBounds(len(columns), columns, zeros, zeros)

    def _solve(self) -> World | None:
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        steps = np.array(self.highs.getSolution().col_value[: self.width])
        if np.max(np.abs(steps - np.round(steps)), initial=0.0) > EXACT:
            return self._solve_whole(steps)
        return self._world(steps)

    def _solve_whole(self, steps: Steps) -> World | None:
        """The same question in whole numbers: among the atoms that moved, then those of their towns."""
        moved = np.abs(steps) > EXACT
        towns = self.system.town_of[self.atoms]
        near = np.isin(towns, towns[moved])
        for allowed in (moved, near, np.ones(self.width, dtype=bool)):
            if allowed.sum() <= WHOLE_ATOMS and (world := self._whole_among(allowed)):
                return world
        return None

    def _whole_among(self, allowed: npt.NDArray[np.bool_]) -> World | None:
        atoms = np.arange(self.width, dtype=np.int32)
        lower, upper = self.lower[: self.width], self.upper[: self.width]
        self.highs.changeColsBounds(
            self.width, atoms, np.where(allowed, lower, 0.0), np.where(allowed, upper, 0.0)
        )
        self.highs.changeColsIntegrality(self.width, atoms, [highspy.HighsVarType.kInteger] * self.width)
        # HiGHS counts the time of all the runs of a model.
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + MIP_SECONDS)
        self.highs.run()
        found = self.highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        steps = np.array(self.highs.getSolution().col_value[: self.width]) if found else None
        self.highs.changeColsIntegrality(self.width, atoms, [highspy.HighsVarType.kContinuous] * self.width)
        self.highs.setOptionValue("time_limit", highspy.kHighsInf)
        self.highs.changeColsBounds(self.width, atoms, lower, upper)
        return self._world(steps) if steps is not None else None

    def _world(self, steps: Steps) -> World | None:
        whole = np.round(steps).astype(np.int64)
        moved = np.flatnonzero(whole)
        return world_of(self.system, self.atoms[moved], whole[moved])


def world_of(system: System, atoms: Ints, steps: Ints) -> World:
    """The world of these steps, its forms counted exactly."""
    numbers, position = system.forms_of(atoms)
    sums = np.bincount(numbers, weights=steps[position], minlength=1)  # small whole numbers: exact
    moved = {number: int(sums[number]) for number in np.flatnonzero(sums).tolist()}
    return World(atoms, steps, moved, frozenset(system.town_of[atoms].tolist()))


def is_possible(system: System, world: World) -> bool:
    """Whether no reader could tell: counts stay counts, and everything that is shown stays as it is."""
    if np.any(system.room[world.atoms] + world.steps < 0):
        return False
    for number, step in world.forms.items():
        form = system.forms[number]
        if not form.hidden or form.least + step < form.floor:
            return False
    return keeps_totals(system, world)


def keeps_totals(system: System, world: World) -> bool:
    """Each town has as many children by one block as by another."""
    if len(system.blocks) < 2:
        return True
    blocks, towns = len(system.blocks), len(system.towns)
    moved = np.zeros((blocks, towns), dtype=np.int64)
    np.add.at(moved, (system.block_of[world.atoms], system.town_of[world.atoms]), world.steps)
    return bool(np.all(moved == moved[0]))
