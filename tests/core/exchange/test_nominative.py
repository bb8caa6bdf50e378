"""What is pointed at before a text leaves, and what is not: a warning at each sentence is read by nobody."""

import pytest

from core.exchange import nominative

COUNTS = (
    "Il reste deux en sixième.",
    "Dont 3 sans solution.",
    "Trois ont quitté la ville.",
    "Nous suivons 12\u202f500 dossiers.",
    "Une dizaine vient du collège.",
    "Un seul enfant est sorti.",
    "Aucune fille n’est orientée par la justice.",
    "Vingt-deux, puis quatre-vingts.",
    "En 2026, 2 fratries.",
    "Un garçon de 8 ans.",
)
WORDS = (
    "Un enfant sur mesure, une action par famille.",
    "La subvention est de 12\u202f000\u00a0€, soit 35,5\u00a0% du total.",
    "Un poste et demi : 1,5 ETP, deux équivalents temps plein, 3 h par semaine, 17h30.",
    "Depuis le 1er septembre 2026, et le 12/03/2027, en 2026-2027 et en juin 2027.",
    "La loi n° 2005-32 du 18 janvier 2005, article 128, et l’article L. 121-4.",
    "Le CM2 et la 6e travaillent avec le REP.",
    "La Caisse d’allocations familiales finance cinq pour cent.",
)


@pytest.mark.parametrize("text", COUNTS)
def test_a_number_in_a_text_is_pointed_at(text: str) -> None:
    assert any("un nombre y est écrit" in one for one in nominative.signs(text))


@pytest.mark.parametrize("text", WORDS)
def test_money_shares_days_and_laws_are_not(text: str) -> None:
    assert nominative.signs(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("La famille Exempleur part.", "une famille"),
        ("Appelez le 06-12-34-56-78.", "téléphone"),
        ("Appelez le +33 6 12 34 56 78.", "téléphone"),
        ("Appelez le 06 12 34 56 78.", "téléphone"),
        ("Mme Dupont part.", "une personne"),
    ],
)
def test_names_and_phones_are_pointed_at(text: str, said: str) -> None:
    found = nominative.signs(text)
    assert len(found) == 1
    assert said in found[0]
