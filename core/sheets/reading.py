"""Other people's spreadsheets (xlsx, ods, xls, csv), read without trusting them.

A workbook is a zip, and a zip may lie about its size; a sheet may say "one cell at row 1,048,576, column
XFD" and make its
reader ask for 400 GB; a reader written in another language ends its process where Python would raise. So
what the zip
holds is unpacked under a count, only what was counted goes further, and calamine works in a process of its
own with
bounded memory and time (`workbooks`).
"""

from collections.abc import Sequence
from datetime import datetime

from core.sheets import texts, workbooks
from core.sheets.safety import printable
from core.sheets.shapes import MEGA, USUAL, Cell, Limits, SheetData, UnreadableError

__all__ = ["USUAL", "Cell", "Limits", "SheetData", "UnreadableError", "read", "tidy"]


def read(content: bytes, name: str, limits: Limits = USUAL) -> list[SheetData]:
    """The visible sheets that hold something. What the file is, its first bytes say; its name is only
    believed for text.
    """
    if not content:
        raise UnreadableError("Ce fichier est vide. Choisissez celui que vous remplissez d’habitude.")
    if len(content) > limits.octets:
        raise UnreadableError(
            f"Ce fichier pèse plus de {limits.octets // MEGA}\u00a0Mo. Gardez la seule feuille utile,"
            " sans images, puis envoyez-le de nouveau."
        )
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        sheets = workbooks.read(workbooks.unpacked(content, limits), limits)
    elif content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        sheets = workbooks.read(content, limits)
    else:
        sheets = texts.read(content, name, limits)
    return _that_say_something([tidy(sheet, limits) for sheet in sheets])


def _that_say_something(sheets: Sequence[SheetData]) -> list[SheetData]:
    found = [sheet for sheet in sheets if sheet.rows]
    if not found:
        raise UnreadableError(
            "Ce fichier n’a aucune ligne remplie. Vérifiez que c’est le bon, puis envoyez-le."
        )
    return found


def tidy(sheet: SheetData, limits: Limits) -> SheetData:
    rows = [_tidy_row(row, limits) for row in sheet.rows]
    while rows and not rows[-1]:
        rows.pop()
    return SheetData(sheet.name, rows)


def _tidy_row(row: list[Cell], limits: Limits) -> list[Cell]:
    cells = [_tidy_cell(cell, limits) for cell in row]
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _tidy_cell(cell: Cell, limits: Limits) -> Cell:
    if isinstance(cell, str):
        text = printable(cell)
        if len(text) > limits.characters:
            raise UnreadableError(
                f"Une cellule contient plus de {limits.characters} caractères. Le fichier est peut-être"
                f" abîmé."
            )
        return text if text.strip() else None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        return int(cell)
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date()
    return cell
