"""A table arrives, its sheet and its titles are chosen, or it is given up and nothing of it stays."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from core.imports import cells, columns
from core.imports.models import Import, RememberedColumns
from core.imports.operations.moving import locked, move, record
from core.imports.workflow import MAPPABLE, OPEN
from core.people.models import User
from core.sheets.shapes import SheetData, UnreadableError

KEPT_DAYS = 30
NIGHTLY = "travail planifié"
LOOKED_AT = 20  # first rows among which the titles are looked for


@transaction.atomic
def receive(*, file_name: str, sheets: Sequence[SheetData], by: User, at: datetime) -> Import:
    """Keep the cells as text, social security numbers taken out. Raises UnreadableError."""
    kept, taken_out = [], 0
    for sheet in sheets:
        rows, found = cells.without_nir(sheet.rows)
        taken_out += found
        if len(rows) > 1:
            for number in range(header_row_of(rows)):
                _empty_forbidden(rows, number)
            kept.append({"name": sheet.name[:100], "rows": rows})
    if not kept:
        raise UnreadableError("Aucune feuille n’a de titres suivis de lignes. Choisissez un autre fichier.")
    batch = Import(file_name=_name(file_name), sheets=kept, refused_numbers=taken_out, sent_at=at, sent_by=by)
    first = kept[0]["rows"]
    _read_titles(batch, str(kept[0]["name"]), header_row_of(first))
    batch.save()
    record(batch, "received", by=by, at=at)
    return batch


@transaction.atomic
def choose_sheet(*, batch: Import, sheet_name: str, header_row: int, by: User, at: datetime) -> Import:
    """Which sheet, and on which line its titles stand. Raises CannotImportError, UnreadableError."""
    held = locked(batch, MAPPABLE)
    move(held, "map_anew")
    _read_titles(held, sheet_name, header_row)
    held.rows.all().delete()
    held.done = held.total = 0
    held.save()
    record(held, "sheet_chosen", by=by, at=at)
    return held


@transaction.atomic
def give_up(*, batch: Import, by: User | None, at: datetime) -> None:
    """What was sent goes at once. Raises CannotImportError."""
    held = locked(batch)
    move(held, "abandon")
    forget_cells(held)
    held.save()
    held.rows.all().delete()
    record(held, "given_up", by=by, at=at)


def forget_left(*, at: datetime) -> int:
    """What nobody came back to for a month is given up. Answers with how many."""
    left = Import.objects.filter(state__in=OPEN, sent_at__lt=at - timedelta(days=KEPT_DAYS))
    found = list(left.order_by("pk"))
    for batch in found:
        give_up(batch=batch, by=None, at=at)
    return len(found)


def forget_cells(batch: Import) -> None:
    """Of what was sent, nothing; the caller saves."""
    batch.sheets, batch.headers, batch.columns, batch.values = [], [], {}, {}


def header_row_of(rows: Sequence[Sequence[str]]) -> int:
    """The line, counted from 1, whose titles are best known; else the first with two words."""
    best, most = 0, 0
    for number, row in enumerate(rows[:LOOKED_AT], start=1):
        known = len(columns.guess(row))
        if known > most:
            best, most = number, known
    if best:
        return best
    wide = (n for n, row in enumerate(rows[:LOOKED_AT], start=1) if sum(map(bool, row)) > 1)
    return next(wide, 1)


def table_of(batch: Import) -> list[list[str]]:
    """The lines below the titles of the chosen sheet."""
    for sheet in batch.sheets:
        if sheet["name"] == batch.sheet_name:
            rows: list[list[str]] = sheet["rows"]
            return rows[batch.header_row :]
    return []


def keep_what_is_used(batch: Import) -> None:
    """Of what was sent: the chosen sheet, its titles, and the columns that are taken. The caller saves."""
    taken = {int(number) for number in batch.columns}
    sheets = (sheet["rows"] for sheet in batch.sheets if sheet["name"] == batch.sheet_name)
    rows: list[list[str]] = next(sheets, [])
    titles = batch.header_row - 1
    kept = [
        row if number == titles else [text if place in taken else "" for place, text in enumerate(row)]
        for number, row in enumerate(rows)
    ]
    batch.sheets = [{"name": batch.sheet_name, "rows": [*([] for _ in kept[:titles]), *kept[titles:]]}]


def _empty_forbidden(rows: list[list[str]], titles: int) -> None:
    """What stands below a title that may not be is not kept, whether the column is taken or not."""
    places = [place for place, title in enumerate(rows[titles]) if columns.is_forbidden(title)]
    for row in rows[titles + 1 :] if places else ():
        for place in places:
            if place < len(row):
                row[place] = ""


def fingerprint(headers: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(headers), ensure_ascii=False).encode()).hexdigest()


def _read_titles(batch: Import, sheet_name: str, header_row: int) -> None:
    rows = next((sheet["rows"] for sheet in batch.sheets if sheet["name"] == sheet_name), None)
    if rows is None or not 1 <= header_row < len(rows):
        raise UnreadableError("Cette ligne n’est pas une ligne de titres suivie d’autres lignes.")
    _empty_forbidden(rows, header_row - 1)
    batch.sheet_name, batch.header_row = sheet_name, header_row
    batch.headers = [title[:200] for title in rows[header_row - 1]]
    remembered = RememberedColumns.objects.filter(headers_sha256=fingerprint(batch.headers)).first()
    batch.columns = dict(remembered.columns) if remembered is not None else columns.guess(batch.headers)


def _name(file_name: str) -> str:
    """A file may be called after a child, or bear a number: its ending says enough."""
    ending = file_name.rpartition(".")[2].casefold()
    return f"tableau.{ending}" if ending in ("xlsx", "ods", "xls", "csv", "txt", "tsv") else "tableau"
