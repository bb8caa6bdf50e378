"""Small counts hidden, and enough others that no sum or difference gives a hidden one back.

Numbers hang together by sums (`Sum`): a whole and its parts, over and over, without a cycle. A reader is told
the numbers that are shown, exactly or as a class, and knows the sums; `bounds` is all that can be computed
from that about the others. Without a cycle, passing bounds along the sums finds the tightest ones there are.

A number is protected when what can be computed about it spans at least the threshold and reaches it; and
when somebody who guesses which numbers were hidden for being small still has two answers for each (four
hidden parts of sixteen, all below five, would be fours). What else is hidden for that is chosen by place (the
next part in the order of the table), not by size, so that which one was taken tells nothing.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

ENDLESS = 10**12
Interval = tuple[int, int]
Told = Callable[[int], Interval]


@dataclass(frozen=True, slots=True)
class Sum:
    whole: str
    parts: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.parts, self.whole)


class CyclicError(ValueError):
    """Numbers hang together in more than one way: bounds passed along would not be the tightest."""


class DoNotAddUpError(ValueError):
    """A whole is not the sum of its parts: nothing could be said of what gives what away."""


def exactly(value: int) -> Interval:
    return value, value


def mask(
    values: Mapping[str, int],
    sums: Sequence[Sum],
    *,
    threshold: int,
    small: Collection[str] = (),
    hidden: Collection[str] = (),
    fixed: Collection[str] = (),
    told: Told = exactly,
) -> frozenset[str]:
    """The names to hide among `values`.

    Hidden for themselves: 0 < value < threshold, and then its parts too, zeros included (four parts of a
    whole of four would be ones); `small`, whatever their value; `hidden`, since an earlier release hid them.
    `fixed` were told before, or are no secret: they are not hidden any more.
    """
    check_acyclic(sums)
    for one in sums:
        if values[one.whole] != sum(values[part] for part in one.parts):
            raise DoNotAddUpError(one.whole)
    of_itself = {
        name
        for name, value in values.items()
        if name not in fixed and (0 < value < threshold or name in small)
    } | set(hidden)
    of_itself |= _below(of_itself, sums) - set(fixed)
    found = dict.fromkeys(name for name in values if name in of_itself)  # in the order of being hidden
    while name := _lonely(values, sums, found, threshold) or _exposed(values, sums, found, threshold, told):
        other = _next_to_hide(name, values, sums, found, fixed)
        if other is None:
            return frozenset(values)  # what is fixed gives it away whatever else is hidden: nothing is told
        found[other] = None
    return frozenset(found)


def bounds(
    values: Mapping[str, int],
    sums: Sequence[Sum],
    hidden: Collection[str],
    told: Told = exactly,
    guessed: Mapping[str, Interval] | None = None,
) -> dict[str, Interval]:
    """What can be computed about each number from those that are shown. Counts are not negative.

    `guessed` is what a reader holds about hidden numbers beforehand.
    """
    unknown = guessed or {}
    known = {
        name: unknown.get(name, (0, ENDLESS)) if name in hidden else told(value)
        for name, value in values.items()
    }
    moved = True
    while moved:
        moved = False
        for one in sums:
            for name, interval in _of_sum(one, known):
                low, high = max(known[name][0], interval[0]), min(known[name][1], interval[1])
                if (low, high) != known[name]:
                    known[name], moved = (low, high), True
    return known


def is_protected(interval: Interval, threshold: int) -> bool:
    low, high = interval
    return high - low >= threshold and high >= threshold


def check_acyclic(sums: Iterable[Sum]) -> None:
    """Raises CyclicError."""
    above: dict[str, str] = {}

    def root(name: str) -> str:
        while (higher := above.get(name, name)) != name:
            name = higher
        return name

    for number, one in enumerate(sums):
        for name in one.names:
            first, second = root(f"sum {number}"), root(name)
            if first == second:
                raise CyclicError(f"{name} in {one.whole}")
            above[first] = second


def _below(names: Collection[str], sums: Sequence[Sum]) -> set[str]:
    """All parts of these, and theirs."""
    found: set[str] = set()
    fresh = set(names)
    while fresh:
        fresh = {part for one in sums if one.whole in fresh for part in one.parts} - found
        found |= fresh
    return found


def _lonely(
    values: Mapping[str, int], sums: Sequence[Sum], hidden: Collection[str], threshold: int
) -> str | None:
    """A small hidden part of a shown whole beside which no larger part is hidden.

    One more is hidden each time, not only where sizes would give the small ones away (fours of a sum of
    eight): else the reader would be told by its absence.
    """
    for one in sums:
        parts = [part for part in one.parts if part in hidden]
        small = [part for part in parts if values[part] < threshold]
        if small and one.whole not in hidden and len(small) == len(parts):
            return small[0]
    return None


def _of_sum(one: Sum, known: Mapping[str, Interval]) -> Iterable[tuple[str, Interval]]:
    """What one sum says about the whole and about each of its parts."""
    low = sum(known[part][0] for part in one.parts)
    highs = [known[part][1] for part in one.parts]
    high = sum(highs)
    whole_low, whole_high = known[one.whole]
    yield one.whole, (low, min(ENDLESS, high))
    for part, own_high in zip(one.parts, highs, strict=True):
        others_low = low - known[part][0]
        others_high = min(ENDLESS, high - own_high)
        high_of_part = whole_high - others_low if whole_high < ENDLESS else ENDLESS
        yield part, (max(0, whole_low - others_high), max(0, high_of_part))


def _exposed(
    values: Mapping[str, int], sums: Sequence[Sum], hidden: Mapping[str, None], threshold: int, told: Told
) -> str | None:
    """A hidden number that can be computed or guessed, the one hidden last before those it was hidden for."""
    known = bounds(values, sums, hidden, told)
    guessed = {name: _guess(values[name], threshold) for name in hidden}
    guesses = bounds(values, sums, hidden, told, guessed=guessed)
    for name in reversed(hidden):
        low, high = guesses[name]
        if low == high or not is_protected(known[name], threshold):
            return name
    return None


def _guess(value: int, threshold: int) -> Interval:
    """What who knows why a number is hidden holds about it: it is small, or it is not."""
    if value >= threshold:
        return threshold, ENDLESS
    return (1 if value else 0), threshold - 1


def _next_to_hide(
    name: str,
    values: Mapping[str, int],
    sums: Sequence[Sum],
    hidden: Collection[str],
    fixed: Collection[str],
) -> str | None:
    """The nearest that counts anything, and where there is none the nearest zero."""
    nearest_zero = None
    for other in _around(name, sums):
        if other not in hidden and other not in fixed:
            if values[other]:
                return other
            nearest_zero = nearest_zero or other
    return nearest_zero


def _around(name: str, sums: Sequence[Sum]) -> Iterable[str]:
    """What hangs together with it, once each, the nearest first: parts of its tables, then their wholes."""
    in_sums: dict[str, list[Sum]] = {}
    for one in sums:
        for member in one.names:
            in_sums.setdefault(member, []).append(one)
    near, reached = [name], {name}
    while near:
        parts = [part for at in near for one in in_sums.get(at, ()) for part in _after(at, one.parts)]
        wholes = [one.whole for at in near for one in in_sums.get(at, ())]
        near = []
        for other in (*parts, *wholes):
            if other not in reached:
                reached.add(other)
                near.append(other)
        yield from near


def _after(name: str, parts: tuple[str, ...]) -> list[str]:
    """The parts from the one after `name` on, round to the first."""
    place = parts.index(name) + 1 if name in parts else 0
    return [*parts[place:], *parts[:place]]
