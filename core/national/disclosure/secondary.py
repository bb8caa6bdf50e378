"""What else must be hidden, as little as can be: each unsafe cell asks for the cheapest world that moves it.

The cells that this world moves and that are shown are hidden with it (Kelly, Golden and Assad's heuristic,
on any system of tables rather than one). What turns out to be hidden for nothing is shown again at the end.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from core.national.disclosure.certify import Ledger, hidden_numbers
from core.national.disclosure.room import Room, World
from core.national.disclosure.shapes import PLACE, Recipient
from core.national.disclosure.system import Form, Ints, System

Slice = tuple[str, ...]  # the dimensions of its block in which a room moves; the others stay at one code


@dataclass
class Search:
    """Rooms from small to large, and the ledger of what was found in them."""

    system: System
    recipient: Recipient
    near: bool = False  # leave the nation as a whole alone
    ledger: Ledger = field(init=False)
    _rooms: dict[tuple[str, int, Slice], Room] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.system, self.recipient)
        tree = self.system.trees[PLACE]
        self._above = {
            number: self._line(tree.parents, town) for number, town in enumerate(self.system.towns)
        }
        self._towns_below = {
            place: [self.system.town_index[one] for one in leaves if one in self.system.town_index]
            for place, leaves in tree.leaves.items()
        }

    @staticmethod
    def _line(parents: dict[str, str], town: str) -> list[str]:
        line = []
        while town in parents:
            town = parents[town]
            line.append(town)
        return line

    def rooms(self, form: Form) -> Iterator[Room]:
        """From the smallest place that holds the form's towns up to the nation; few atoms before all."""
        block = int(self.system.block_of[form.atoms[0]])
        names = self.system.blocks[block]
        own = tuple(sorted({name for key in form.keys for name, _ in key.breakdown}))
        slices = [own, names] if own and own != names else [names]
        first, *others = (self._above[town] for town in sorted(form.towns))
        places = [place for place in first if all(place in line for line in others)] or first[-1:]
        for place in places:
            if self.near and place == places[-1] and len(places) > 1:
                return
            for one in slices if place != places[-1] else slices[:1]:
                yield self._room(place, block, one)
        if len(slices) > 1:
            yield self._room(places[-1], block, names)
        if len(self.system.blocks) > 1:
            for place in places:
                yield self._room(place, -1, ())

    def _room(self, place: str, block: int, moving: Slice) -> Room:
        key = (place, block, moving)
        if key not in self._rooms:
            self._rooms[key] = Room(self.system, self._atoms(self._towns_below[place], block, moving))
        return self._rooms[key]

    def _atoms(self, towns: list[int], block: int, moving: Slice) -> Ints:
        chosen = np.isin(self.system.town_of, towns)
        if block >= 0:
            chosen &= self.system.block_of == block
            chosen &= self.system.in_slice(block, moving)
        return np.flatnonzero(chosen).astype(np.int64)

    # --- making safe ------------------------------------------------------------------------------
    def protect(self, numbers: Iterable[int]) -> list[int]:
        """Hide what these forms need. Returns the numbers of those that nothing makes safe."""
        waiting, lost = deque(numbers), []
        queued = set(waiting)
        while waiting:
            number = waiting.popleft()
            queued.discard(number)
            newly: list[int] = []
            if not self.secure(number, newly):
                lost.append(number)
            fresh = [one for one in newly if one not in queued]
            waiting.extend(fresh)
            queued.update(fresh)
        return lost

    def secure(self, number: int, newly: list[int], *, hiding: bool = True) -> bool:
        """Find worlds until the form is safe; `newly` gets the forms hidden for it. False: no way."""
        if not self.ledger.is_safe_outside(number) and not self._widen(number, (), newly, hiding):
            return False
        while inside := self.ledger.knowing(number):
            if not self._answer(number, inside, newly, hiding):
                return False
        return True

    def _answer(self, number: int, inside: list[int], newly: list[int], hiding: bool) -> bool:
        """Proofs that leave these towns as they are: all at once, or by halves."""
        if self._widen(number, inside, newly, hiding):
            return True
        if len(inside) == 1:
            return False
        half = len(inside) // 2
        return all(self._answer(number, part, newly, hiding) for part in (inside[:half], inside[half:]))

    def _widen(self, number: int, shut: Iterable[int], newly: list[int], hiding: bool) -> bool:
        """A proof for the form in which the towns of `shut` stand still."""
        for room in self.rooms(self.system.forms[number]):
            room.shut(shut)
            worlds = self._far_enough(room, number, hiding)
            room.shut(())
            if worlds:
                newly += self._take(worlds)
                return True
        return False

    def _far_enough(self, room: Room, number: int, hiding: bool) -> list[World]:
        width, value = self.recipient.threshold, self.system.forms[number].value
        world = room.move(number, width, hiding=hiding)
        if world is None and value >= width:
            world = room.move(number, -width, hiding=hiding)
        if world is not None and self._is_free(world):
            return [world]
        return self._pair(room, number) or ([world] if world is not None else [])

    def _is_free(self, world: World) -> bool:
        return all(self.system.forms[number].hidden for number in world.forms)

    def _pair(self, room: Room, number: int) -> list[World]:
        """Some way up and some way down among what is hidden, when both together are wide enough."""
        form, width = self.system.forms[number], self.recipient.threshold
        up = min(room.reach(number, 1), width)
        if up <= 0 or form.value + up < width or up + form.value - form.floor < width:
            return []
        down = width - up
        if room.reach(number, -1) < down:
            return []
        found = [room.move(number, up, hiding=False)]
        if down:
            found.append(room.move(number, -down, hiding=False))
        return [world for world in found if world is not None] if all(found) else []

    def _take(self, worlds: list[World]) -> list[int]:
        newly = []
        for world in worlds:
            for number in world.forms:
                form = self.system.forms[number]
                if not form.hidden:
                    form.hidden = True
                    newly.append(number)
                    self._renew(number)
        if not self.ledger.add(*worlds):
            raise AssertionError("A world of the search is not one of the audit.")
        return newly

    def _renew(self, number: int) -> None:
        for room in self._rooms.values():
            room.renew(number)

    # --- showing again ----------------------------------------------------------------------------
    def relax(self) -> int:
        """Show again what is hidden for nothing, dearest first. Returns how many."""
        forms = self.system.forms
        candidates = [n for n in hidden_numbers(self.system) if not forms[n].primary and not forms[n].before]
        candidates.sort(key=lambda n: (-forms[n].weight, -forms[n].value, n))
        self.near = True
        return sum(self._show_again(number) for number in candidates)

    def _show_again(self, number: int) -> bool:
        form = self.system.forms[number]
        form.hidden = False
        self._renew(number)
        before = self.ledger.without(number)
        for other in before:
            if self.system.forms[other].hidden and not self.ledger.is_safe(other):
                if not self.secure(other, [], hiding=False):
                    form.hidden = True
                    self._renew(number)
                    self.ledger.restore(before)
                    return False
        return True
