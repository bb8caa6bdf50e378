"""Whether a text names a child of the town: a warning before it leaves, for a name may be anybody's."""

from collections.abc import Iterable

from core.children.models import Child
from core.people.names import fold


def names_in(texts: Iterable[str]) -> list[str]:
    """First and last names that stand side by side in the texts, in either order, as the files have them."""
    padded = " ".join(f" {fold(text)} " for text in texts)
    if not padded.strip():
        return []
    found = set()
    rows = Child.objects.order_by().values_list("first_name", "last_name", "usual_name")
    for first, last, usual in rows:
        for family in filter(None, (last, usual)):
            one, other = fold(first), fold(family)
            if one and other and (f" {one} {other} " in padded or f" {other} {one} " in padded):
                found.add(f"{first} {family}")
    return sorted(found)
