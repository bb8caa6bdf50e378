"""Tables written for other people's programs: xlsx, ods and csv, of the same sheets, with the same bytes
each time.
"""

import unicodedata
from collections.abc import Sequence

from core.sheets import as_csv, as_ods, as_xlsx
from core.sheets.shapes import CONTENT_TYPES, LABELS, Column, Format, Kind, NotWritableError, Sheet, Value

__all__ = ["CONTENT_TYPES", "LABELS", "Column", "Format", "Kind", "Sheet", "Value", "file_name", "write"]


def write(sheets: Sequence[Sheet], format: Format) -> bytes:
    """A csv holds one sheet. Formulas are neutralised in each format, titles included."""
    if not sheets or (format == "csv" and len(sheets) > 1):
        raise NotWritableError("A csv holds one sheet, a workbook one at least.")
    writers = {"xlsx": as_xlsx.write, "ods": as_ods.write, "csv": as_csv.write}
    return writers[format](sheets)


def file_name(title: str, format: Format) -> str:
    """Plain ASCII, so that each browser and each disk keeps it: "Enfants suivis" gives
    "enfants-suivis.xlsx".
    """
    plain = unicodedata.normalize("NFKD", title.replace("’", " ").replace("œ", "oe")).encode(
        "ascii", "ignore"
    )
    words = "".join(sign if sign.isalnum() else " " for sign in plain.decode().casefold()).split()
    return f"{'-'.join(words)[:80] or 'liste'}.{format}"
