"""Numbers of children's pathways, as they may be told to a person.

Who does not meet every child gets classes, never numbers: two exact numbers above the threshold would by
their difference give one below it.
"""

from bisect import bisect_right

from core.ui.typography import number
from tenants import context

BOUNDS = (5, 10, 20, 50, 100, 200, 500, 1000)


def least() -> int:
    """The town's threshold towards those who steer (`small_counts.steering`)."""
    return int(context.require().config.get("small_counts", {}).get("steering", 5))


def bounds(smallest: int) -> list[int]:
    """Where classes begin: the threshold, then the usual steps above it."""
    return [smallest, *(bound for bound in BOUNDS if bound > smallest)]


def floor(count: int, *, exact: bool, smallest: int) -> int:
    """What something is drawn by: its number, or the beginning of its class; 0 below the threshold."""
    if exact:
        return count
    steps = bounds(smallest)
    place = bisect_right(steps, count)
    return steps[place - 1] if place else 0


def said(count: int, *, exact: bool, smallest: int) -> str:
    """« 12 », or « 10 à 19 », « moins de 5 »."""
    if exact:
        return number(count)
    steps = bounds(smallest)
    place = bisect_right(steps, count)
    if place == 0:
        return f"moins de {smallest}"
    if place == len(steps):
        return f"{number(steps[-1])} ou plus"
    return f"{number(steps[place - 1])} à {number(steps[place] - 1)}"
