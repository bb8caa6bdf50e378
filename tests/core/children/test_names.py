import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.children import names

SAME_SOUND = [
    ("Aïcha", "Aysha"),
    ("Yacine", "Yassine"),
    ("Dupont", "Dupond"),
    ("Oualid", "Walid"),
    ("Mohamed", "Mohammed"),
    ("Philippe", "Filip"),
    ("Chloé", "Cloe"),
    ("Khadija", "Kadidja"),
    ("Gérard", "Jérard"),
    ("Schmitt", "Chmit"),
]


@pytest.mark.parametrize(("one", "other"), SAME_SOUND)
def test_spellings_of_one_name_share_a_sound(one: str, other: str) -> None:
    assert names.sounds(one) == names.sounds(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Léa", "Lou"), ("Inès", "Anis"), ("Adam", "Ayoub"), ("Lina", "Lila")]
)
def test_other_names_do_not(one: str, other: str) -> None:
    assert names.sounds(one) != names.sounds(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Aïcha", "Ben-Saïd"), ("Bensaid", "Aicha")),
        (("Aïcha", "Ben Saïd"), ("AICHA", "BENSAÏD")),
        (("Jean-Luc", "Demo"), ("demo", "jean luc")),
    ],
)
def test_order_accents_and_spaces_do_not_tell_names_apart(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert names.likeness(one, other) == 1.0


def test_letters_in_another_order_are_another_name() -> None:
    assert names.likeness(("Léna", "Demo"), ("Nale", "Demo")) < 1.0


def test_a_slip_of_the_hand_is_alike() -> None:
    assert names.LIKE <= names.likeness(("Soraya", "Fictif"), ("Soroya", "Fictif")) <= 1.0
    assert names.likeness(("Soraya", "Fictif"), ("Malo", "Imaginaire")) < 0.5


@given(st.text(max_size=30), st.text(max_size=30))
def test_keys_are_stable_and_likeness_is_even(one: str, other: str) -> None:
    assert names.sounds(one) == names.sounds(one.upper().lower()) or not one.isascii()
    assert names.likeness((one, other), (other, one)) == 1.0
    assert 0.0 <= names.likeness((one, ""), (other, "")) <= 1.0


def test_search_text_holds_each_word_and_each_name_in_one_word() -> None:
    assert names.search_text("Aïcha", "Ben-Saïd", "") == " aicha ben said bensaid aichabensaid"
