"""A sheet as text that a French Excel opens with a double click: UTF-8 with its mark, semicolons, commas for
decimals.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from core.sheets.rows import checked
from core.sheets.safety import printable, quoted
from core.sheets.shapes import Column, Sheet, Value

MARK = "\ufeff"
DELIMITER = ";"


def write(sheets: Sequence[Sheet]) -> bytes:
    (sheet,) = sheets
    text = io.StringIO()
    rows = csv.writer(text, delimiter=DELIMITER, lineterminator="\r\n")
    rows.writerow([quoted(printable(column.title)) for column in sheet.columns])
    for row in sheet.rows:
        values = checked(row, sheet.columns)
        rows.writerow([_cell(value, column) for value, column in zip(values, sheet.columns, strict=True)])
    if sheet.notes:
        rows.writerow([])
        rows.writerows([quoted(printable(note))] for note in sheet.notes)
    return (MARK + text.getvalue()).encode()


def _cell(value: Value, column: Column) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%d/%m/}{value.year:04d} {value:%H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/}{value.year:04d}"
    if isinstance(value, int | float):
        percent = column.kind == "percent"
        return _decimal(Decimal(str(value)) * (100 if percent else 1)) + (" %" if percent else "")
    return quoted(str(value))


def _decimal(amount: Decimal) -> str:
    text = f"{amount:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")
