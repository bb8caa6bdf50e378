"""A need as people say it finds what offers say of themselves."""

import pytest

from core.partners import needs
from core.partners.models import Offer, Organisation
from core.partners.needs import Need, understand

DISTRICTS = {"QN08205N": "Beausoleil-Bas", "QN08202M": "Médiathèque", "QN08201I": "Cœur de Ville"}
DOMAINS = {"educatif": "Éducatif", "culturel": "Culturel"}
pytestmark = pytest.mark.usefixtures("in_town_a")


def offers() -> list[Offer]:
    club = Organisation(pk=1, name="Les Ateliers du Ramier", districts=["QN08205N"])
    library = Organisation(pk=2, name="Médiathèque municipale", districts=[])
    homework = Offer(
        pk=1,
        organisation=club,
        label="Accompagnement à la scolarité",
        need_words="aide aux devoirs, leçons",
        domains=["educatif"],
        youngest=6,
        oldest=11,
        weekdays=[3, 5],
        cost="paid",
    )
    reading = Offer(
        pk=2,
        organisation=library,
        label="Lectures à voix haute",
        domains=["culturel"],
        districts=["QN08201I"],
        venue="Médiathèque",
        weekdays=[3],
        places_left=0,
        cost="free",
    )
    any_time = Offer(pk=3, organisation=library, label="Aide aux devoirs à la carte", domains=["educatif"])
    return [homework, reading, any_time]


def found(text: str, **chosen: object) -> list[int]:
    need = needs.replace(understand(text, DISTRICTS), **chosen)  # type: ignore[type-var]
    return [offer.pk for offer in needs.search(offers(), need, DOMAINS).offers]


def test_a_sentence_is_understood() -> None:
    need = understand("Aide aux devoirs, 9 ans, Beausoleil-Bas, le mercredi", DISTRICTS)
    assert need == Need(
        words=("aide", "devoir"),
        age=9,
        district="QN08205N",
        district_words=("beausoleil", "bas"),
        weekday=3,
    )
    assert understand("gratuit, coeur de ville", DISTRICTS).cost == "free"
    assert understand("coeur de ville", DISTRICTS).district == "QN08201I"
    assert understand("", DISTRICTS).is_empty


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aide aux devoirs, 9 ans, Beausoleil-Bas, le mercredi", [1, 3]),
        ("AIDE AUX DEVOIRS 9 ANS", [1, 3]),
        ("devoir", [1, 3]),
        ("leçons", [1]),
        ("lecons 12 ans", []),
        ("leçons 11 ans", [1]),
        ("leçons le lundi", []),
        ("leçons le vendredi", [1]),
        ("lecture cœur de ville", [2]),
        ("lecture beausoleil bas", []),
        ("gratuit", [2]),
        ("culturel", [2]),
        ("", [1, 3, 2]),
    ],
)
def test_what_it_finds(text: str, expected: list[int]) -> None:
    assert found(text) == expected


def test_a_district_that_is_a_name_too_finds_the_name() -> None:
    """« Médiathèque » is a priority district of Montauban and a place in another one."""
    assert 2 in found("lecture médiathèque")
    assert 2 not in found("lecture", district="QN08202M")


def test_the_nearest_are_given_and_said_when_none_says_every_word() -> None:
    need = understand("aide aux devoirs en patinage", DISTRICTS)
    answer = needs.search(offers(), need, DOMAINS)
    assert {offer.pk for offer in answer.offers} == {1, 3}
    assert answer.near
    assert not needs.search(offers(), understand("aide aux devoirs", DISTRICTS), DOMAINS).near
    assert needs.search(offers(), understand("patinage", DISTRICTS), DOMAINS) == needs.Answer()


def test_full_offers_come_last_and_may_be_left_out() -> None:
    assert found("")[-1] == 2
    assert found("", with_places=True) == [1, 3]


def test_a_chosen_domain_keeps_its_offers() -> None:
    assert found("", domain="culturel") == [2]
    assert found("", domain="educatif") == [1, 3]
