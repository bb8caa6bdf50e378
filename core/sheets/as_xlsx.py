"""A workbook for Excel. Kept in memory: a temporary file would leave children's names on the disk after a
crash.
"""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.sheets.rows import checked, tab_titles, with_notes
from core.sheets.safety import looks_like_formula, printable
from core.sheets.shapes import Column, Sheet, Value

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# The same rows give the same bytes: the day of writing is said in notes, where it matters.
WRITTEN_AT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_FIRST_DAY = date(1900, 3, 1)  # before, Excel's calendar has a day that never was
Formats = dict[str, Format]


def write(sheets: Sequence[Sheet]) -> bytes:
    answer = io.BytesIO()
    with xlsxwriter.Workbook(answer, OPTIONS) as workbook:
        workbook.set_properties({"title": printable(sheets[0].title), "created": WRITTEN_AT})
        formats = {
            "title": workbook.add_format(
                {"bold": True, "bottom": 1, "text_wrap": True, "quote_prefix": True}
            ),
            "text": workbook.add_format({"num_format": "@"}),
            # what Excel itself writes when somebody types an apostrophe first: text, even once edited
            "quoted": workbook.add_format({"num_format": "@", "quote_prefix": True}),
            "date": workbook.add_format({"num_format": "dd/mm/yyyy", "align": "left"}),
            "moment": workbook.add_format({"num_format": "dd/mm/yyyy hh:mm", "align": "left"}),
            "number": workbook.add_format(),
            "percent": workbook.add_format({"num_format": "0.0%"}),
        }
        every = with_notes(sheets)
        for sheet, title in zip(every, tab_titles(sheet.title for sheet in every), strict=True):
            _fill(workbook.add_worksheet(title), sheet, formats)
    return answer.getvalue()


def _fill(page: Worksheet, sheet: Sheet, formats: Formats) -> None:
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.characters)
        page.write_string(0, index, printable(column.title), formats["title"])
    page.freeze_panes(1, 0)
    last = 0
    for last, row in enumerate(sheet.rows, start=1):
        for index, value in enumerate(checked(row, sheet.columns)):
            if value is not None:
                _put(page, last, index, value, sheet.columns[index], formats)
    if last and sheet.columns:
        page.autofilter(0, 0, last, len(sheet.columns) - 1)


def _put(page: Worksheet, row: int, index: int, value: Value, column: Column, formats: Formats) -> None:
    if isinstance(value, datetime) and value.date() >= _FIRST_DAY:
        page.write_datetime(row, index, value, formats["moment"])
    elif isinstance(value, date) and not isinstance(value, datetime) and value >= _FIRST_DAY:
        page.write_datetime(row, index, value, formats["date"])
    elif isinstance(value, date):
        page.write_string(row, index, f"{value:%d/%m/}{value.year:04d}", formats["text"])
    elif isinstance(value, int | float):
        page.write_number(row, index, value, formats["percent" if column.kind == "percent" else "number"])
    else:
        text = str(value)
        page.write_string(row, index, text, formats["quoted" if looks_like_formula(text) else "text"])
