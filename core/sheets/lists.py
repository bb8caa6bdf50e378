"""Lists that people may take away as a file. Each app registers its own when it starts, as for
`children.panels`:

    lists.register(ListToExport("children", "Enfants", CHILD_READERS, build))

`build` gets the reader, the choices of the page (its address's parameters) and the instant, and answers with
what that
reader sees there, all pages together: never a note, never an address that is kept secret.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from core.sheets.shapes import Column, Value


@dataclass(frozen=True)
class Taken:
    """What is taken away. `child_ids` are those of the children named in it: they go to the read log."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    child_ids: Iterable[int] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class ListToExport:
    """`roles` are the values of `core.people.enums.Role` that may take it away."""

    code: str
    title: str
    roles: frozenset[str]
    build: Callable[[Any, Mapping[str, str], datetime], Taken]
    names_children: bool = True
    choices: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the list's page that narrow it, and what each is called: {"q": "recherche"}."""


_lists: dict[str, ListToExport] = {}


def register(found: ListToExport) -> None:
    """Called once by an app, in its AppConfig.ready."""
    _lists[found.code] = found


def by_code(code: str) -> ListToExport | None:
    return _lists.get(code)


def for_roles(roles: Iterable[str]) -> list[ListToExport]:
    held = {str(role) for role in roles}
    return sorted((one for one in _lists.values() if held & one.roles), key=lambda one: one.title)


def address(code: str, roles: Iterable[str], params: Mapping[str, str]) -> str:
    """Where the list as the page shows it now may be taken away; empty for those who may not."""
    found = next((one for one in for_roles(roles) if one.code == code), None)
    if found is None:
        return ""
    chosen = {name: params[name] for name in found.choices if params.get(name)}
    return f"{reverse('exports:new')}?{urlencode({'liste': code, **chosen})}"
