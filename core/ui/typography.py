"""French typography: spaces that never break, dates and numbers as a careful printer sets them."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from django.utils import timezone

NO_BREAK = "\u00a0"
THIN = "\u202f"  # narrow, and it does not break either
MINUS = "\u2212"

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

# A sign that opens an address (https://), a time (10:30) or a tag stays as it is.
_BEFORE_HIGH_SIGN = re.compile(r"(?<=[\w»)\]…%€])[ \u00a0\u202f]*(?<!:)([;!?]+)(?=[\s»)\]…]|$)")
_BEFORE_COLON = re.compile(r"(?<=[\w»)\]…%€])[ \u00a0\u202f]+:(?=\s|$)")
_GLUED_COLON = re.compile(r"(?<=[^\W\d_]):(?=\s|$)")
_AFTER_OPENING = re.compile(r"«[ \u00a0\u202f]*")
_BEFORE_CLOSING = re.compile(r"[ \u00a0\u202f]*»")
_BEFORE_UNIT = re.compile(r"(?<=\d)[ \u00a0\u202f]+(?=[%€](?!\w))")


def typeset(text: str) -> str:
    """Put the spaces that never break where French wants them; running it twice changes nothing."""
    text = _AFTER_OPENING.sub(f"«{NO_BREAK}", text)
    text = _BEFORE_CLOSING.sub(f"{NO_BREAK}»", text)
    text = _BEFORE_HIGH_SIGN.sub(rf"{THIN}\1", text)
    text = _BEFORE_COLON.sub(f"{NO_BREAK}:", text)
    text = _GLUED_COLON.sub(f"{NO_BREAK}:", text)
    return _BEFORE_UNIT.sub(NO_BREAK, text).replace("'", "’")


def number(value: int | float | Decimal, places: int | None = None) -> str:
    """`1234` gives "1 234", `0.5` "0,5"; `places` rounds half up to that many decimals."""
    amount = Decimal(str(value))
    if places is not None:
        amount = amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    if not amount:
        amount = abs(amount)
    whole, _, decimals = f"{abs(amount):f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", THIN)
    return f"{MINUS if amount < 0 else ''}{grouped}{',' + decimals if decimals else ''}"


def percent(share: float | Decimal, places: int = 1) -> str:
    """A share between 0 and 1: `0.582` gives "58,2 %"."""
    return f"{number(Decimal(str(share)) * 100, places)}{NO_BREAK}%"


def rate(part: int, whole: int, places: int = 1) -> str:
    """`percent` of two counts, and a dash where nothing is counted."""
    return percent(Decimal(part) / whole, places) if whole else "–"


def euros(amount: int | Decimal) -> str:
    """Whole euros stay whole: "850 €", "12,50 €"."""
    places = 0 if Decimal(amount) == int(amount) else 2
    return f"{number(amount, places)}{NO_BREAK}€"


def day(value: date, *, weekday: bool = False, year: bool = True) -> str:
    """ "23 novembre 2026", "1er mars 2027", with the weekday on demand."""
    words = [WEEKDAYS[value.weekday()]] if weekday else []
    words += ["1er" if value.day == 1 else str(value.day), MONTHS[value.month - 1]]
    if year:
        words.append(str(value.year))
    return NO_BREAK.join(words)


def moment(value: datetime) -> str:
    """ "23 novembre 2026 à 9 h 05", in the time zone of the place."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)} à {clock(local)}"


def clock(value: datetime) -> str:
    minutes = f"{NO_BREAK}{value.minute:02d}" if value.minute else ""
    return f"{value.hour}{NO_BREAK}h{minutes}"


def days_away(value: date, today: date) -> str:
    """How a person would say it: "hier", "dans 3 jours"; past two weeks, the date."""
    words = {-2: "avant-hier", -1: "hier", 0: "aujourd’hui", 1: "demain", 2: "après-demain"}
    distance = (value - today).days
    if distance in words:
        return words[distance]
    if 2 < distance <= 14:
        return f"dans {distance}{NO_BREAK}jours"
    if -14 <= distance < -2:
        return f"il y a {-distance}{NO_BREAK}jours"
    return f"le {day(value, year=value.year != today.year)}"


def counted(count: int, singular: str, plural: str = "") -> str:
    """ "3 enfants"; zero and one are singular in French."""
    words = singular if abs(count) < 2 else plural or f"{singular}s"
    return f"{number(count)}{NO_BREAK}{words}"


def enumeration(items: Iterable[str]) -> str:
    """ "Aïcha, Noé et Lina"."""
    words: Sequence[str] = [str(item) for item in items]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} et {words[-1]}"


def size(octets: int) -> str:
    """ "850 ko", "10 Mo": a thousand at a time, as people read it."""
    units = (("octets", 1), ("ko", 1000), ("Mo", 1000**2), ("Go", 1000**3))
    for (unit, factor), (_, following) in pairwise((*units, ("", 1000**4))):
        if octets < following:
            amount = (Decimal(octets) / factor).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
            return f"{number(amount, 0 if amount == int(amount) else 1)}{NO_BREAK}{unit}"
    raise ValueError("Too large to be a file of ours.")


def phone(number: str) -> str:
    """« 05 36 49 00 11 » for a French number kept as +33536490011; another as it is."""
    if number.startswith("+33") and len(number) == 12:
        digits = f"0{number[3:]}"
        return NO_BREAK.join(digits[start : start + 2] for start in range(0, 10, 2))
    return number
