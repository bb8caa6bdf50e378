"""What waits for a person, in the order in which it hurts to leave it.

An app adds its own kinds when it starts, as `core.children.panels` does for a child's page:

    today.register(today_source.TO_REVIEW)
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Count, QuerySet, Window

from core.notifications.today.shapes import Group, Line, Press, Reader, Rows, Source

__all__ = [
    "Group",
    "Line",
    "Press",
    "Reader",
    "Source",
    "child_ids",
    "find",
    "group_of",
    "groups_for",
    "register",
]

OPEN = 6  # groups that stand open; those after them are folded

_sources: dict[str, Source] = {}


def register(*sources: Source) -> None:
    """Called once by an app, in its AppConfig.ready."""
    _sources.update({source.code: source for source in sources})


def find(code: str) -> Source | None:
    return _sources.get(code)


def groups_for(reader: Reader) -> list[Group]:
    """Those with something in them; the number of queries does not depend on how much waits."""
    in_order = sorted(_sources.values(), key=lambda source: (source.order, source.code))
    groups = [group for source in in_order if (group := group_of(source, reader)) and group.count]
    return [replace(group, folded=place >= OPEN) for place, group in enumerate(groups)]


def group_of(source: Source, reader: Reader, *, said: str = "", refused: bool = False) -> Group | None:
    """Its first lines and their number; None where the kind is not this reader's."""
    rows = source.rows(reader)
    if rows is None:
        return None
    first, count = _first(rows, source.shown)
    lines = source.lines(first, reader) if first else []
    return Group(
        code=source.code,
        title=source.title,
        icon=source.icon,
        lines=lines,
        count=count,
        url=source.url(reader),
        hint=source.hint,
        waits=source.waits,
        said=said,
        refused=refused,
    )


def _first(rows: Rows, shown: int) -> tuple[Sequence[Any], int]:
    """The first ones and the number of all, in one query."""
    if not isinstance(rows, QuerySet):
        return rows[:shown], len(rows)
    found = list(rows.annotate(in_all=Window(Count("*")))[:shown])
    return found, found[0].in_all if found else 0


def child_ids(groups: Iterable[Group]) -> list[int]:
    return [child_id for group in groups for child_id in group.child_ids]
