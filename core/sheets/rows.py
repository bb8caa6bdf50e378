"""Rows and titles in the few shapes that every writer knows."""

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from core.sheets.safety import printable
from core.sheets.shapes import Column, Kind, NotWritableError, Sheet, Value

NOTES_TITLE: Final = "À lire"
LONGEST_TEXT: Final = 32_767  # what a cell of Excel holds
_EXACT: Final = 10**15  # above, Excel rounds an integer: it is written as text
_FORBIDDEN_IN_TITLES: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def checked(row: Sequence[Value], columns: Sequence[Column]) -> list[Value]:
    """The row's values in the few shapes that writers know: text, int, float, date, naive datetime, None."""
    if len(row) != len(columns):
        raise NotWritableError(f"{len(row)} values for {len(columns)} columns.")
    return [_plain(value, column.kind) for value, column in zip(row, columns, strict=True)]


def _plain(value: Value, kind: Kind) -> Value:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return value.replace(tzinfo=None, microsecond=0)
    if isinstance(value, date):
        return value
    if isinstance(value, int | float | Decimal):
        return _number(value, kind)
    return printable(str(value))[:LONGEST_TEXT] or None


def _number(value: int | float | Decimal, kind: Kind) -> Value:
    if not math.isfinite(value):
        raise NotWritableError(f"{value} is not a number.")
    if kind not in ("number", "percent"):
        return str(value)
    if value == int(value):
        return int(value) if abs(value) < _EXACT else str(value)
    return float(value)


def tab_titles(titles: Iterable[str]) -> list[str]:
    """At most 31 characters, none of those that Excel forbids, each once whatever the capitals."""
    taken: set[str] = {"history", "historique"}
    found = []
    for title in titles:
        plain = " ".join(printable(title).translate(_FORBIDDEN_IN_TITLES).split())[:31].strip() or "Feuille"
        chosen, number = plain, 1
        while chosen.casefold() in taken:
            number += 1
            chosen = f"{plain[: 31 - len(str(number)) - 1]} {number}"
        taken.add(chosen.casefold())
        found.append(chosen)
    return found


def with_notes(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets, then one that holds what each says about itself."""
    noted = [sheet for sheet in sheets if sheet.notes]
    if not noted:
        return list(sheets)
    rows = [(sheet.title, note) for sheet in noted for note in sheet.notes]
    columns = (Column("Feuille", width=30), Column("À savoir", width=100))
    return [*sheets, Sheet(NOTES_TITLE, columns, rows)]
