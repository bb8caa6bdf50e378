from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.ui import typography
from core.ui.dates import Lean, NotADateError, parse

TODAY = date(2026, 11, 24)  # a Tuesday
DAYS = st.dates(date(1930, 1, 1), date(2090, 12, 31))
TODAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))
LEANS: st.SearchStrategy[Lean] = st.sampled_from(["past", "nearest", "future"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("3/9", date(2026, 9, 3)),
        ("3.9.", date(2026, 9, 3)),
        ("03-09-2026", date(2026, 9, 3)),
        ("3 9 26", date(2026, 9, 3)),
        ("03092026", date(2026, 9, 3)),
        ("030926", date(2026, 9, 3)),
        ("2026-09-03", date(2026, 9, 3)),
        ("3 septembre", date(2026, 9, 3)),
        ("le 3 septembre", date(2026, 9, 3)),
        ("3 SEPT.", date(2026, 9, 3)),
        ("3septembre2026", date(2026, 9, 3)),
        ("1er mars", date(2027, 3, 1)),
        ("1 er mars 2026", date(2026, 3, 1)),
        ("15 aout", date(2026, 8, 15)),
        ("15 Août 26", date(2026, 8, 15)),
        ("3 févr. 2027", date(2027, 2, 3)),
        ("3\u00a0février\u00a02027", date(2027, 2, 3)),
        ("10 déc", date(2026, 12, 10)),
        ("aujourd'hui", TODAY),
        ("Aujourd’hui", TODAY),
        ("hier", date(2026, 11, 23)),
        ("  Hier.  ", date(2026, 11, 23)),
        ("avant-hier", date(2026, 11, 22)),
        ("demain", date(2026, 11, 25)),
        ("après-demain", date(2026, 11, 26)),
        ("apres demain", date(2026, 11, 26)),
        ("lundi", date(2026, 11, 23)),
        ("mardi", TODAY),
        ("lundi dernier", date(2026, 11, 23)),
        ("mardi dernier", date(2026, 11, 17)),
        ("mardi prochain", date(2026, 12, 1)),
        ("vendredi", date(2026, 11, 27)),
        ("lundi 23 novembre", date(2026, 11, 23)),
        ("mardi, 24/11/2026", TODAY),
        ("il y a 3 jours", date(2026, 11, 21)),
        ("il y a deux semaines", date(2026, 11, 10)),
        ("il y a un mois", date(2026, 10, 24)),
        ("il y a 1 an", date(2025, 11, 24)),
        ("dans 3 mois", date(2027, 2, 24)),
    ],
)
def test_what_people_type(typed: str, meant: date) -> None:
    assert parse(typed, today=TODAY) == meant


@pytest.mark.parametrize(
    ("typed", "lean", "meant"),
    [
        ("25/12", "past", date(2025, 12, 25)),
        ("25/12", "future", date(2026, 12, 25)),
        ("24/11", "past", TODAY),
        ("24/11", "future", TODAY),
        ("29/2", "past", date(2024, 2, 29)),
        ("29/2", "future", date(2028, 2, 29)),
        ("lundi", "future", date(2026, 11, 30)),
        ("mercredi", "past", date(2026, 11, 18)),
        ("3/9/14", "past", date(2014, 9, 3)),
        ("3/9/87", "past", date(1987, 9, 3)),
        ("25/12/26", "past", date(1926, 12, 25)),
        ("3/9/87", "nearest", date(1987, 9, 3)),
        ("3/9/30", "nearest", date(2030, 9, 3)),
        ("3/9/26", "future", date(2026, 9, 3)),
        ("3/9/25", "future", date(2125, 9, 3)),
    ],
)
def test_what_is_left_open_leans_one_way(typed: str, lean: Lean, meant: date) -> None:
    if meant.year > 2100:
        with pytest.raises(NotADateError, match="trop éloignée"):
            parse(typed, today=TODAY, lean=lean)
    else:
        assert parse(typed, today=TODAY, lean=lean) == meant


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31/2/2026", "Il n’y a pas de 31\u00a0février 2026\u00a0: ce mois a 28 jours."),
        ("31 avril", "ce mois a 30 jours"),
        ("0/5/2026", "Il n’y a pas de 0"),
        ("9/23/2026", "Il n’y a pas de mois numéro 23. Écrivez le jour avant le mois."),
        ("30/13/2026", "Il n’y a pas de mois numéro 13."),
        ("3/9/202", "quatre chiffres"),
        ("3/9/1826", "trop éloignée"),
        ("lundi 24 novembre 2026", "est un mardi, pas un lundi"),
        ("bientôt", "Nous ne comprenons pas"),
        ("3 brumaire", "Nous ne comprenons pas"),
        ("il y a longtemps", "Nous ne comprenons pas"),
        ("il y a treize jours", "Nous ne comprenons pas"),
        ("3", "Nous ne comprenons pas"),
        ("", "Nous ne comprenons pas"),
    ],
)
def test_refusals_say_what_is_wrong(typed: str, said: str) -> None:
    with pytest.raises(NotADateError) as refused:
        parse(typed, today=TODAY)
    assert said in str(refused.value)


def test_a_birth_date_wants_its_year() -> None:
    with pytest.raises(NotADateError, match="Ajoutez l’année"):
        parse("3/9", today=TODAY, year_required=True)
    assert parse("3/9/2017", today=TODAY, year_required=True) == date(2017, 9, 3)


@given(DAYS, TODAYS, LEANS)
def test_every_day_in_full_is_itself_however_written(day: date, today: date, lean: Lean) -> None:
    writings = [
        day.isoformat(),
        f"{day:%d/%m/%Y}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day:%d%m%Y}",
        typography.day(day),
        typography.day(day, weekday=True),
        f"le {typography.day(day, weekday=True)}",
    ]
    assert {parse(text, today=today, lean=lean) for text in writings} == {day}


@given(DAYS, TODAYS)
def test_without_a_year_the_lean_is_kept(day: date, today: date) -> None:
    written = f"{day.day}/{day.month}"
    past, nearest, future = (parse(written, today=today, lean=lean) for lean in ("past", "nearest", "future"))
    assert past <= today <= future
    assert nearest in {past, future}
    assert abs(nearest - today) == min(today - past, future - today)
    assert {(found.day, found.month) for found in (past, nearest, future)} == {(day.day, day.month)}


@given(TODAYS, st.integers(1, 14))
def test_distances_told_are_distances_understood(today: date, distance: int) -> None:
    for day in (today - timedelta(days=distance), today, today + timedelta(days=distance)):
        assert parse(typography.days_away(day, today), today=today) == day


@given(st.text(max_size=40))
def test_any_text_gives_a_date_or_a_sentence(text: str) -> None:
    try:
        found = parse(text, today=TODAY)
    except NotADateError as refusal:
        said = str(refusal)
    else:
        said = f"{found.year}."
        assert 1900 <= found.year <= 2100
    assert said.endswith(".")


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 9999))
def test_figures_never_slip_into_another_day(day: int, month: int, year: int) -> None:
    assume(year >= 1000)
    try:
        found = parse(f"{day}/{month}/{year}", today=TODAY)
    except NotADateError:
        try:
            date(year, month, day)
        except ValueError:
            return
        assert not 1900 <= year <= 2100
    else:
        assert (found.day, found.month, found.year) == (day, month, year)
