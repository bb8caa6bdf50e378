import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from core.people.demo import PASSWORD
from tenants.context import Place


@pytest.mark.parametrize(
    "password",
    [
        "onze lettre",
        "motdepasse12",
        "M0tDeP@sse2026!",
        "MotDePasse-Alpha",
        "passwordpassword",
        "azertyuiop123",
        "123456789012",
        "aaaaaaaaaaaaaa",
        "abababababab",
        "Printemps2026!!",
        "alpha-alpha-2026",
        "Bonjour123456",
        "qwerty123456",
        "dragonmonkey12",
    ],
)
def test_what_would_be_tried_first_is_refused(in_town_a: Place, password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "quatre chevaux mangent du trèfle",
        "une phrase de passe pour les essais",
        "kiwi-tournevis-92-brume",
        "xK7#pQ2!vR9m",
        "le printemps arrose mes tulipes",
        PASSWORD,
    ],
)
def test_a_phrase_of_ones_own_is_taken(in_town_a: Place, password: str) -> None:
    validate_password(password)
