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
            for one in slices[:1] if self.near else slices:
                yield self._room(place, block, one)
            if len(self.system.blocks) > 1 and not self.near:
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
        if not self.ledger.is_safe_outside(number):
            rooms = self.rooms(self.system.forms[number])
            if not any(self._widen(room, number, [], newly, hiding) for room in rooms):
                return False
        while inside := self.ledger.knowing(number):
            for room in self.rooms(self.system.forms[number]):
                inside = self._answer(room, number, inside, newly, hiding)
                if not inside:
                    break
            else:
                return False
        return True

    def _answer(
        self, room: Room, number: int, inside: list[int], newly: list[int], hiding: bool
    ) -> list[int]:
        """Proofs that leave these towns as they are: all at once, or by halves. Returns those without one."""
        if self._widen(room, number, inside, newly, hiding):
            return []
        if len(inside) == 1:
            return inside
        half = len(inside) // 2
        return [
            town
            for part in (inside[:half], inside[half:])
            for town in self._answer(room, number, part, newly, hiding)
        ]

    def _widen(self, room: Room, number: int, shut: list[int], newly: list[int], hiding: bool) -> bool:
        """A proof for the form in which the towns of `shut` stand still."""
        room.shut(shut)
        worlds = self._far_enough(room, number, hiding, inside=bool(shut))
        room.shut([])
        newly += self._take(worlds)
        return bool(worlds)

    def _far_enough(self, room: Room, number: int, hiding: bool, *, inside: bool) -> list[World]:
        width = self.recipient.inside if inside else self.recipient.threshold
        reach = 0 if inside else self.recipient.threshold
        value = self.system.forms[number].value
        world = room.move(number, width, hiding=hiding)
        if world is None and value >= reach:
            world = room.move(number, -width, hiding=hiding)
        if world is not None and self._is_free(world):
            return [world]
        if free := self._pair(room, number, width, reach, hiding=False):
            return free
        if world is not None:
            return [world]
        return self._pair(room, number, width, reach, hiding=True) if hiding else []

    def _is_free(self, world: World) -> bool:
        return all(self.system.forms[number].hidden for number in world.forms)

    def _pair(self, room: Room, number: int, width: int, reach: int, *, hiding: bool) -> list[World]:
        """Some way up and some way down, when both together are wide enough: small towns have no more."""
        form = self.system.forms[number]
        up = min(room.reach(number, 1, hiding=hiding), width)
        if form.value + up < reach or up + form.value - form.floor < width:
            return []
        found: list[World] = []
        tried: list[int] = []
        for step in (up, up - width):
            if step and (world := room.move(number, step, hiding=hiding)):
                found.append(world)
                tried += self._hide(world)
        self._show(tried)
        return found if len(found) == 1 + (up < width) - (up == 0) else []

    def _hide(self, world: World) -> list[int]:
        """What the world moves and what is shown: hidden from now on."""
        newly = [number for number in world.forms if not self.system.forms[number].hidden]
        for number in newly:
            self.system.forms[number].hidden = True
            self._renew(number)
        return newly

    def _show(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.system.forms[number].hidden = False
            self._renew(number)

    def _take(self, worlds: list[World]) -> list[int]:
        newly = [number for world in worlds for number in self._hide(world)]
        if worlds and not self.ledger.add(*worlds):
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
        self._show([number])
        before = self.ledger.without(number)
        for other in before:
            if self.system.forms[other].hidden and not self.ledger.is_safe(other):
                if not self.secure(other, [], hiding=False):
                    form.hidden = True
                    self._renew(number)
                    self.ledger.restore(before)
                    return False
        return True
