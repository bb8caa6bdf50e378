"""What differs between a file and what is in place, as a person reads it.

`reconcile` is the one way in which an applier turns a section into rows: rows that the file names are
made or changed; rows that came from a file and left it are deactivated, never deleted; rows that were
made on screen are left alone.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, TypeVar

from django.db.models import Model

from tenants import context

M = TypeVar("M", bound=Model)


class Act(Enum):
    ADD = "+"
    CHANGE = "~"
    RETIRE = "-"


@dataclass(frozen=True)
class Detail:
    """One field of a changed row, under its French name."""

    field: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.field} : {written(self.before)} → {written(self.after)}"


@dataclass(frozen=True)
class Change:
    act: Act
    section: str
    key: str
    details: tuple[Detail, ...] = ()
    note: str = ""

    def lines(self) -> list[str]:
        head = f"{self.act.value} {self.section} {self.key}"
        if len(self.details) == 1:
            head += f", {self.details[0]}"
        if self.note:
            head += f" ({self.note})"
        return [head, *(f"    {detail}" for detail in self.details)] if len(self.details) > 1 else [head]


@dataclass(frozen=True)
class Section:
    """How rows of one kind are called: in the singular, with the French names of their fields."""

    name: str
    fields: Mapping[str, str]


Rows = Mapping[str, Mapping[str, Any]]


def written(value: Any) -> str:
    if value is None or value == "" or value == [] or value == ():
        return "rien"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list | tuple):
        return ", ".join(map(written, value))
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return str(value) if isinstance(value, int) else f"« {value} »"


def rows_in_place(model: type[M], key: Callable[[M], str], *related: str) -> dict[str, M]:
    """The town's rows by key; none while the town itself is still to be made."""
    if context.current() is None:
        return {}
    rows: Iterable[M] = model._default_manager.select_related(*related).order_by("pk")
    return {key(row): row for row in rows}


def reconcile(
    section: Section,
    wanted: Rows,
    current: Mapping[str, Any],
    *,
    make: Callable[[str, Mapping[str, Any]], Model],
    plan: bool,
) -> list[Change]:
    """Bring the rows `current` to what the file wants; with `plan`, only tell.

    Both are by key. Each row of the model has `active` and `from_file`. `make` returns an unsaved row
    for a key, without the wanted fields, which are set here.
    """
    # Retired rows go first: what takes their place may carry the same public number.
    changes = [
        _retired(section, key, row, plan=plan) for key, row in current.items() if _left(key, row, wanted)
    ]
    for key, values in wanted.items():
        row = current.get(key)
        if row is None:
            changes.append(Change(Act.ADD, section.name, key, note=_name_of(section, values)))
        elif details := _differences(section, row, values):
            changes.append(Change(Act.CHANGE, section.name, key, details, _note_of(row)))
        elif not row.from_file:
            changes.append(Change(Act.CHANGE, section.name, key, note=_note_of(row)))
        else:
            continue
        if not plan:
            _write(row or make(key, values), values, created=row is None)
    return changes


def _left(key: str, row: Any, wanted: Rows) -> bool:
    return key not in wanted and row.from_file and row.active


def _retired(section: Section, key: str, row: Any, *, plan: bool) -> Change:
    if not plan:
        row.active = False
        row.save(update_fields=["active"])
    return Change(Act.RETIRE, section.name, key, note="désactivé : ses données restent")


def _name_of(section: Section, values: Mapping[str, Any]) -> str:
    """Of a new row, its name alone: the file itself tells the rest."""
    return str(values[next(iter(section.fields))])


def _differences(section: Section, row: Any, values: Mapping[str, Any]) -> tuple[Detail, ...]:
    return tuple(
        Detail(section.fields.get(field, field), getattr(row, field), value)
        for field, value in values.items()
        if getattr(row, field) != value
    )


def _note_of(row: Any) -> str:
    return "" if row.from_file else "saisi à l’écran, repris par le fichier"


def _write(row: Any, values: Mapping[str, Any], *, created: bool) -> None:
    for field, value in values.items():
        setattr(row, field, value)
    row.from_file = True
    row.save(force_insert=created)
