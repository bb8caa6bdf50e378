"""What both sides speak: sheets to write, sheets that were read, limits, and what is refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal

Kind = Literal["text", "date", "number", "percent"]
Format = Literal["xlsx", "ods", "csv"]
# A text is taken in a column of any kind: "secret", "inconnu".
Value = str | date | datetime | int | float | Decimal | bool | None
Cell = str | int | float | bool | date | datetime | None

MEGA: Final = 1_000_000
CONTENT_TYPES: Final[dict[Format, str]] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv; charset=utf-8",
}
LABELS: Final[dict[Format, str]] = {
    "xlsx": "Excel (.xlsx)",
    "ods": "LibreOffice (.ods)",
    "csv": "texte (.csv)",
}


@dataclass(frozen=True)
class Column:
    title: str
    kind: Kind = "text"
    width: int | None = None
    """In characters; by default from the title and the kind."""

    @property
    def characters(self) -> int:
        return self.width or max(len(self.title) + 3, 14 if self.kind != "text" else 18)


@dataclass(frozen=True)
class Sheet:
    """`rows` may be a generator: it is read once, one row at a time. A percent is a share: 0.582 for 58,2
    %.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    notes: Sequence[str] = ()
    """Where it comes from, what is left out: a sheet of their own (xlsx, ods), below the rows (csv)."""


class NotWritableError(ValueError):
    """A fault of the caller: rows and columns that do not match, a number that is none."""


@dataclass(frozen=True)
class Limits:
    octets: int = 10 * MEGA
    unpacked: int = 120 * MEGA
    rows: int = 10_000
    columns: int = 200
    sheets: int = 30
    characters: int = 10_000
    """In one cell."""

    @property
    def said(self) -> str:
        """Said on the page before somebody chooses a file."""
        rows = f"{self.rows:,}".replace(",", "\u202f")
        return (
            f"Excel (.xlsx ou .xls), LibreOffice (.ods) ou texte (.csv), {self.octets // MEGA}\u00a0Mo au"
            f" plus,"
            f" {rows}\u00a0lignes et {self.columns}\u00a0colonnes au plus."
        )


USUAL: Final = Limits()


@dataclass(frozen=True)
class SheetData:
    """`rows[0]` is the file's first row: row n of the file is `rows[n - 1]`. Rows end at their last cell that
    says something; an empty cell is None; a whole number is an int, whatever the format kept."""

    name: str
    rows: list[list[Cell]] = field(repr=False)


class UnreadableError(ValueError):
    """Its text is French, for the person who sent the file: what is wrong with it, and what to do."""


def too_long(limits: Limits, sheet: str = "") -> UnreadableError:
    where = f"La feuille «\u00a0{sheet}\u00a0» " if sheet else "Ce fichier "
    rows = f"{limits.rows:,}".replace(",", "\u202f")
    return UnreadableError(
        f"{where}dépasse {rows}\u00a0lignes ou {limits.columns}\u00a0colonnes."
        " Partagez-la en plusieurs fichiers, puis envoyez-les l’un après l’autre."
    )
