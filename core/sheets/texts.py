"""Text with separators: which letters, which separator, then the csv module."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from core.sheets.safety import unquoted
from core.sheets.shapes import Limits, SheetData, UnreadableError, too_long

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DELIMITERS: Final = ";\t,|"
_ENDINGS: Final = (".csv", ".txt", ".tsv")
_LOOKED_AT: Final = 30  # first lines, to guess the separator
_WEB: Final = ("<!doctype", "<html", "<?xml", "<table", "<head", "<meta", "mime-version")


def read(content: bytes, name: str, limits: Limits) -> list[SheetData]:
    text = decoded(content)
    if not name.casefold().endswith(_ENDINGS) or text.lstrip().casefold().startswith(_WEB):
        raise UnreadableError(
            "Ce fichier n’est pas un tableur, quoi qu’en dise son nom. Ouvrez-le dans Excel ou"
            " LibreOffice, puis"
            " «\u00a0Enregistrer sous\u00a0» au format .xlsx ou .ods."
        )
    delimiter, text = _announced(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or guessed(text), strict=True)
    return [SheetData("", list(_rows(rows, limits)))]


def decoded(content: bytes) -> str:
    """UTF-8 where it is valid, which other text hardly ever is; else the letters of a French Windows."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], encoding)
    if b"\x00" in content:
        raise _unknown_letters()
    try:
        return content.decode()
    except UnicodeDecodeError:
        return _strictly(content, "cp1252")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unknown_letters() from error
    if "\x00" in text:
        raise _unknown_letters()
    return text


def _unknown_letters() -> UnreadableError:
    return UnreadableError(
        "Nous ne reconnaissons pas les caractères de ce fichier. Enregistrez-le au format .xlsx ou .ods,"
        " ou «\u00a0CSV UTF-8\u00a0», puis envoyez-le de nouveau."
    )


def _announced(text: str) -> tuple[str, str]:
    """Excel's own first line: "sep=;"."""
    first, _, rest = text.partition("\n")
    first = first.rstrip("\r")
    if len(first) == 5 and first.casefold().startswith("sep=") and first[4] in _DELIMITERS:
        return first[4], rest
    return "", text


def guessed(text: str) -> str:
    """The separator that cuts most of the first lines into the same number of cells, and into most cells."""
    best, most = ";", 1
    for delimiter in _DELIMITERS:
        widths = _widths(text, delimiter)
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        if usual > most and 2 * widths.count(usual) >= len(widths):
            best, most = delimiter, usual
    return best


def _widths(text: str, delimiter: str) -> list[int]:
    """Cells of the first lines; a line in which nothing stands says nothing."""
    found: list[int] = []
    try:
        for row in csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter):
            if any(row):
                found.append(len(row))
            if len(found) == _LOOKED_AT:
                break
    except csv.Error:
        pass
    return found


def _rows(rows: Iterator[list[str]], limits: Limits) -> Iterator[list[str | None]]:
    number = 0
    try:
        for number, row in enumerate(rows, start=1):  # said in the error
            if number > limits.rows or len(row) > limits.columns:
                raise too_long(limits)
            yield [unquoted(cell) for cell in row]
    except csv.Error as error:
        raise UnreadableError(
            f"Vers la ligne {number + 1}, un guillemet n’est pas refermé ou suivi d’un texte de trop."
            f" Corrigez-le,"
            " ou enregistrez le fichier au format .xlsx ou .ods."
        ) from error
