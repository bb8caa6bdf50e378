"""Dates as people type them: "3/9", "hier", "3 septembre", "lundi dernier", "il y a 2 semaines"."""

import calendar
import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

from core.ui.typography import MONTHS, NO_BREAK, WEEKDAYS, day

Lean = Literal["past", "nearest", "future"]
FIRST_YEAR, LAST_YEAR = 1900, 2100


class NotADateError(ValueError):
    """Its text is a French sentence for the person who typed."""


def fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("œ", "oe"))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.split()).strip(" ,.;")


_MONTH_NAMES = {fold(name): index for index, name in enumerate(MONTHS, start=1)}
_MONTH_SHORT = {"janv": 1, "jan": 1, "fev": 2, "fevr": 2, "avr": 4, "juil": 7, "sept": 9, "sep": 9}
_MONTH_SHORT |= {"oct": 10, "nov": 11, "dec": 12, "mar": 3, "aou": 8, "jui": 7}
_WEEKDAYS = {name: index for index, name in enumerate(WEEKDAYS)}
_NAMED = {
    "aujourd'hui": 0, "aujourdhui": 0, "aujourd hui": 0, "ce jour": 0, "hier": -1, "demain": 1,
    "avant-hier": -2, "avant hier": -2, "apres-demain": 2, "apres demain": 2,
}  # fmt: skip
_COUNTS = {"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8}
_COUNTS |= {"neuf": 9, "dix": 10, "quinze": 15}

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_FIGURES = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})(?:\s*[/.\- ]\s*(\d{1,4}))?")
_PACKED = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
_WORDS = re.compile(r"(\d{1,2})\s?(?:er|e)?[ \-.]*([a-z]{3,9})\.?[ \-]*(\d{1,4})?")
_DISTANCE = re.compile(r"(il y a|dans) (\d{1,3}|[a-z]+) (jours?|semaines?|mois|ans?|annees?)")
_WEEKDAY = re.compile(rf"({'|'.join(WEEKDAYS)})(?: (dernier|passe|prochain))?")
_LEADING_WEEKDAY = re.compile(rf"({'|'.join(WEEKDAYS)}),? (?:le )?(?=\d)")


def parse(text: str, *, today: date, lean: Lean = "nearest", year_required: bool = False) -> date:
    """Raises NotADateError. `lean` says which year or week is meant where the text leaves it open."""
    folded = fold(text).removeprefix("le ")
    named, folded = _leading_weekday(folded)
    found = _relative(folded, today, lean) if named is None else None
    if found is None:
        found = _absolute(folded, today, lean, year_required)
    if found is None:
        raise NotADateError(
            f"Nous ne comprenons pas cette date. Écrivez-la par exemple 3/9/{today.year},"
            f" 3{NO_BREAK}septembre ou hier."
        )
    if named is not None and found.weekday() != named:
        raise NotADateError(
            f"Le {day(found)} est un {WEEKDAYS[found.weekday()]}, pas un {WEEKDAYS[named]}."
            " Corrigez le jour ou la date."
        )
    return found


def _leading_weekday(folded: str) -> tuple[int | None, str]:
    match = _LEADING_WEEKDAY.match(folded)
    if match is None:
        return None, folded
    return _WEEKDAYS[match[1]], folded[match.end() :]


def _relative(folded: str, today: date, lean: Lean) -> date | None:
    if folded in _NAMED:
        return _shifted(today, days=_NAMED[folded])
    if match := _DISTANCE.fullmatch(folded):
        count = int(match[2]) if match[2].isdigit() else _COUNTS.get(match[2])
        if count is None:
            return None
        return _at_distance(today, -count if match[1] == "il y a" else count, match[3])
    if match := _WEEKDAY.fullmatch(folded):
        return _weekday(_WEEKDAYS[match[1]], match[2], today, lean)
    return None


def _at_distance(today: date, count: int, unit: str) -> date:
    if unit.startswith("jour"):
        return _shifted(today, days=count)
    if unit.startswith("semaine"):
        return _shifted(today, days=7 * count)
    months = count if unit == "mois" else 12 * count
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    _check_year(year)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _weekday(wanted: int, which: str | None, today: date, lean: Lean) -> date:
    ahead = (wanted - today.weekday()) % 7
    if which == "prochain":
        return _shifted(today, days=ahead or 7)
    if which is not None:
        return _shifted(today, days=ahead - 7)
    if lean == "future":
        return _shifted(today, days=ahead)
    if lean == "past":
        return _shifted(today, days=ahead - 7 if ahead else 0)
    return _shifted(today, days=ahead if ahead <= 3 else ahead - 7)


def _absolute(folded: str, today: date, lean: Lean, year_required: bool) -> date | None:
    if match := _ISO.fullmatch(folded):
        return _dated(int(match[3]), int(match[2]), int(match[1]))
    match = _FIGURES.fullmatch(folded) or _PACKED.fullmatch(folded)
    if match:
        number, month, year = int(match[1]), int(match[2]), match[3]
    elif match := _WORDS.fullmatch(folded):
        named = _MONTH_NAMES.get(match[2]) or _MONTH_SHORT.get(match[2])
        if named is None:
            return None
        number, month, year = int(match[1]), named, match[3]
    else:
        return None
    _check_month(number, month)
    if year is None:
        if year_required:
            raise NotADateError(f"Ajoutez l’année, par exemple {number}/{month}/{today.year}.")
        return _closest(lambda year: _dated(number, month, year), today, lean)
    return _dated(number, month, _full_year(year, number, month, today, lean))


def _full_year(typed: str, number: int, month: int, today: date, lean: Lean) -> int:
    """Two figures stand for the century that `lean` makes likely; "nearest" looks 20 years ahead."""
    if len(typed) == 4:
        return int(typed)
    if len(typed) != 2:
        raise NotADateError("Écrivez l’année avec quatre chiffres, par exemple 2014.")
    this_century = today.year - today.year % 100 + int(typed)
    if lean == "future":
        return this_century if this_century >= today.year else this_century + 100
    if lean == "nearest":
        return this_century if this_century <= today.year + 20 else this_century - 100
    if (this_century, month, number) <= (today.year, today.month, today.day):
        return this_century
    return this_century - 100


def _closest(on: Callable[[int], date], today: date, lean: Lean) -> date:
    """Of the same day in the years around, the one that `lean` means; 29 February skips years."""
    candidates = []
    for year in range(today.year - 8, today.year + 9):
        try:
            candidates.append(on(year))
        except NotADateError as error:
            refusal = error
    if not candidates:
        raise refusal
    if lean == "past":
        return max(found for found in candidates if found <= today)
    if lean == "future":
        return min(found for found in candidates if found >= today)
    return min(candidates, key=lambda found: (abs(found - today), found > today))


def _dated(number: int, month: int, year: int) -> date:
    _check_month(number, month)
    _check_year(year)
    last = calendar.monthrange(year, month)[1]
    if not 1 <= number <= last:
        of_year = f" {year}" if month == 2 else ""
        raise NotADateError(
            f"Il n’y a pas de {number}{NO_BREAK}{MONTHS[month - 1]}{of_year}{NO_BREAK}:"
            f" ce mois a {last} jours."
        )
    return date(year, month, number)


def _check_month(number: int, month: int) -> None:
    if not 1 <= month <= 12:
        swapped = " Écrivez le jour avant le mois." if number <= 12 and month <= 31 else ""
        raise NotADateError(f"Il n’y a pas de mois numéro {month}.{swapped}")


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotADateError(f"L’année {year} est trop éloignée : vérifiez-la.")


def _shifted(today: date, *, days: int) -> date:
    found = today + timedelta(days=days)
    _check_year(found.year)
    return found
