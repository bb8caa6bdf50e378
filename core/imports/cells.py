"""Cells as people fill them in: what is read, kept as text, and what cannot be understood, said in French."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from core.sheets.shapes import Cell
from core.ui import dates
from core.ui.free_text import holds_nir
from core.ui.typography import day as in_words

# A cell that a spreadsheet program shows in place of what it could not compute.
_BROKEN = re.compile(r"#(?:REF!|N/A|NOM\?|NAME\?|VALEUR!|VALUE!|DIV/0!|NUL!|NULL!|NOMBRE!|NUM!)")
_SEPARATORS = re.compile(r"[;/\n]|,(?!\d)")
SHORTEST_NIR = 13


def as_text(cell: Cell) -> str:
    """A day is written as 2016-03-09, a whole number without decimals."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def without_nir(rows: Sequence[Sequence[Cell]]) -> tuple[list[list[str]], int]:
    """The cells as text; one that holds a social security number is emptied. With how many there were."""
    taken_out = 0
    kept: list[list[str]] = []
    for row in rows:
        texts = [as_text(cell) for cell in row]
        for place, text in enumerate(texts):
            if len(text) >= SHORTEST_NIR and holds_nir(text):
                texts[place] = ""
                taken_out += 1
        kept.append(texts)
    return kept, taken_out


def read_day(text: str, today: date) -> date:
    """Raises ValueError, with what to write."""
    if _BROKEN.match(text):
        raise ValueError("La formule de cette case ne donne rien : écrivez la date.")
    if re.fullmatch(r"\d{5}", text):
        raise ValueError(f"« {text} » n’est pas une date : écrivez-la, par exemple 09/03/2016.")
    found = dates.parse(text, today=today, lean="past", year_required=True)
    if found.year < 1950:
        raise ValueError(f"Le {in_words(found)} est trop loin : vérifiez l’année.")
    return found


def is_broken(text: str) -> bool:
    return _BROKEN.fullmatch(text.strip()) is not None


def split_words(text: str) -> list[str]:
    """Several of the town's words in one cell."""
    return list(dict.fromkeys(word.strip() for word in _SEPARATORS.split(text) if word.strip()))


def split_name(text: str) -> tuple[str, str]:
    """Last and first names written together: by capitals, a comma, else the first word is the last name."""
    if "," in text:
        last, _, first = text.partition(",")
        return last.strip(), first.strip()
    words = text.split()
    capitals = [word for word in words if len(word) > 1 and word.upper() == word and word.lower() != word]
    if capitals and len(capitals) < len(words):
        return " ".join(capitals), " ".join(word for word in words if word not in capitals)
    return (words[0], " ".join(words[1:])) if words else ("", "")
