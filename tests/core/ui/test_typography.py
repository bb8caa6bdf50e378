from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ui import typography
from core.ui.typography import NO_BREAK, THIN


@pytest.mark.parametrize(
    ("typed", "set_as"),
    [
        ("Qui oriente ?", f"Qui oriente{THIN}?"),
        ("Qui oriente?", f"Qui oriente{THIN}?"),
        ("Attention : ici", f"Attention{NO_BREAK}: ici"),
        ("Attention: ici", f"Attention{NO_BREAK}: ici"),
        ("un ; deux", f"un{THIN}; deux"),
        ("dit « oui » hier", f"dit «{NO_BREAK}oui{NO_BREAK}» hier"),
        ("dit «oui»", f"dit «{NO_BREAK}oui{NO_BREAK}»"),
        ("58,2 % de 850 €", f"58,2{NO_BREAK}% de 850{NO_BREAK}€"),
        ("l'enfant", "l’enfant"),
        ("https://ville.example/a?b=1;c", "https://ville.example/a?b=1;c"),
        ("à 10:30 précises", "à 10:30 précises"),
        ("Vraiment ?!", f"Vraiment{THIN}?!"),
    ],
)
def test_spaces_where_french_wants_them(typed: str, set_as: str) -> None:
    assert typography.typeset(typed) == set_as


@given(st.text(alphabet="ab1 «»:;?!%€'\u00a0\u202f.", max_size=30))
def test_setting_twice_is_setting_once(text: str) -> None:
    once = typography.typeset(text)
    assert typography.typeset(once) == once


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (0, None, "0"),
        (1234, None, f"1{THIN}234"),
        (1234567, None, f"1{THIN}234{THIN}567"),
        (Decimal("1234.50"), None, f"1{THIN}234,50"),
        (2.5, 0, "3"),
        (Decimal("-12.25"), 1, "\u221212,3"),
        (Decimal("-0.001"), 1, "0,0"),
    ],
)
def test_number(value: float | Decimal, places: int | None, shown: str) -> None:
    assert typography.number(value, places) == shown


def test_percentages_name_no_more_than_was_counted() -> None:
    assert typography.percent(0.582) == f"58,2{NO_BREAK}%"
    assert typography.rate(2, 3) == f"66,7{NO_BREAK}%"
    assert typography.rate(0, 0) == "–"


def test_euros() -> None:
    assert typography.euros(850) == f"850{NO_BREAK}€"
    assert typography.euros(Decimal("12.5")) == f"12,50{NO_BREAK}€"


def test_days_in_words() -> None:
    assert typography.day(date(2026, 11, 23)) == NO_BREAK.join(["23", "novembre", "2026"])
    assert typography.day(date(2027, 3, 1), weekday=True) == NO_BREAK.join(["lundi", "1er", "mars", "2027"])
    assert typography.day(date(2026, 8, 2), year=False) == f"2{NO_BREAK}août"


def test_moments_are_told_in_the_time_of_the_place() -> None:
    winter = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
    assert typography.moment(winter) == f"{typography.day(date(2026, 11, 23))} à 9{NO_BREAK}h{NO_BREAK}05"
    assert typography.clock(datetime(2026, 11, 23, 14, 0)) == f"14{NO_BREAK}h"  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2026, 11, 24), "aujourd’hui"),
        (date(2026, 11, 23), "hier"),
        (date(2026, 11, 26), "après-demain"),
        (date(2026, 11, 27), f"dans 3{NO_BREAK}jours"),
        (date(2026, 11, 14), f"il y a 10{NO_BREAK}jours"),
        (date(2026, 10, 2), f"le 2{NO_BREAK}octobre"),
        (date(2027, 1, 2), f"le 2{NO_BREAK}janvier{NO_BREAK}2027"),
    ],
)
def test_days_away(value: date, words: str) -> None:
    assert typography.days_away(value, date(2026, 11, 24)) == words


def test_enumeration() -> None:
    assert typography.enumeration(["Aïcha"]) == "Aïcha"
    assert typography.enumeration(["Aïcha", "Noé", "Lina"]) == "Aïcha, Noé et Lina"
    assert typography.enumeration([]) == ""


@pytest.mark.parametrize(
    ("octets", "shown"), [(12, "12 octets"), (999, "999 octets"), (1000, "1 ko"), (10_000_000, "10 Mo")]
)
def test_size(octets: int, shown: str) -> None:
    assert typography.size(octets) == shown.replace(" ", NO_BREAK)
