"""Formulas and roundings, as the published surveys have them: every screen, report and export uses these.

Halves go up. A percentage keeps one decimal and is not made to add up to 100. A cost a child is rounded to
ten euros, as the State published it (109 M€ and 128,000 children in 2013: 850 €).
"""

from decimal import ROUND_HALF_UP, Decimal

from core.reporting.indicators import Ratio, Spread
from core.ui import typography
from core.ui.typography import NO_BREAK

DAYS_A_MONTH = Decimal("365.25") / 12
NOTHING = "–"


def rounded(value: Decimal | int, places: int = 0) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def to_nearest(value: Decimal | int, step: int) -> int:
    """850 for 851.6 and a step of ten."""
    return int(rounded(Decimal(value) / step)) * step


def percentage(part: int, whole: int, places: int = 1) -> Decimal | None:
    """None where nothing is counted."""
    return rounded(Decimal(part) * 100 / whole, places) if whole else None


def mean(total: Decimal | int, number: int, places: int = 0) -> Decimal | None:
    return rounded(Decimal(total) / number, places) if number else None


def cost_each(amount: Decimal | int, number: int, step: int = 10) -> int | None:
    """Euros for each child, or pathway: what is divided and by what is for the caller to name."""
    return to_nearest(Decimal(amount) / number, step) if number else None


def months(days: Decimal | int, places: int = 1) -> Decimal:
    return rounded(Decimal(days) / DAYS_A_MONTH, places)


def hours(minutes: int, places: int = 0) -> Decimal:
    return rounded(Decimal(minutes) / 60, places)


# --- as they are told ---------------------------------------------------------------------------
def said_percentage(part: int, whole: int) -> str:
    """ "58,2 %", or a dash."""
    value = percentage(part, whole)
    return NOTHING if value is None else f"{typography.number(value, 1)}{NO_BREAK}%"


def said_ratio(ratio: Ratio) -> str:
    return said_percentage(ratio.part, ratio.whole)


def said_hours(minutes: int) -> str:
    return f"{typography.number(hours(minutes))}{NO_BREAK}h"


def said_length(days: Decimal | int | None, unit: str) -> str:
    """ "13,4 mois", "12 jours"."""
    if days is None:
        return NOTHING
    if unit == "months":
        return f"{typography.number(months(days), 1)}{NO_BREAK}mois"
    number = rounded(Decimal(days))
    return f"{typography.number(number, 0)}{NO_BREAK}{'jour' if number < 2 else 'jours'}"


def said_mean(spread: Spread, unit: str) -> str:
    return said_length(spread.mean, unit)


def said_median(spread: Spread, unit: str) -> str:
    return said_length(spread.median, unit)


def said_change(now: int, before: int) -> str:
    """ "+12 (+8,1 %)": against the period before; without a percentage where there was nothing."""
    difference = now - before
    if not difference:
        return "sans changement"
    sign = "+" if difference > 0 else typography.MINUS
    said = f"{sign}{typography.number(abs(difference))}"
    share = percentage(abs(difference), before)
    return said if share is None else f"{said} ({sign}{typography.number(share, 1)}{NO_BREAK}%)"
