"""Passwords that anybody would try first, French habits included."""

import re
from functools import cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from core.people.names import fold
from tenants import context

# Whole words that guessers start with; a password made of them, digits and signs is no secret.
EXPECTED = (
    "motdepasse mdp password passe secret code acces azerty qwerty uiop qsdf wxcv asdf zxcv admin "
    "administrateur administration root user utilisateur test essai demo bienvenue bonjour soleil "
    "doudou loulou chouchou nounours amour jetaime princesse marseille paris france football mairie "
    "ville ecole college lycee enfant enfants famille reussite educative educatif projet programme "
    "pre ccas coordination coordinateur coordinatrice referent referente parcours janvier fevrier "
    "mars avril mai juin juillet aout septembre octobre novembre decembre printemps ete automne "
    "hiver letmein welcome dragon monkey iloveyou "
).split()
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "01234567890123456789",
)
FEWEST_SIGNS = 6
FEWEST_OWN_LETTERS = 5
LEET = str.maketrans("0134578@$", "oieastbas")


class NotGuessableValidator:
    """Refuses keyboard rows, repetitions, and what is left of usual words once digits and signs are gone."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(set(password.lower())) < FEWEST_SIGNS or _is_row(password) or _is_expected(password):
            raise ValidationError(
                "Ce mot de passe serait essayé parmi les premiers. Prenez plutôt quatre ou cinq mots sans "
                "rapport entre eux.",
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return "Ni suite de touches, ni mot attendu (le nom de la ville, « motdepasse », une saison…)."


def _is_row(password: str) -> bool:
    """Mostly runs along the alphabet, the keyboard or the digits, either way."""
    text = password.lower()
    in_runs = 0
    index = 0
    while index < len(text):
        length = _run(text, index)
        if length >= 4:
            in_runs += length
        index += max(length, 1)
    return len(text) - in_runs < FEWEST_OWN_LETTERS


def _run(text: str, start: int) -> int:
    end = start + 1
    while end <= len(text) and any(text[start:end] in row or text[start:end] in row[::-1] for row in ROWS):
        end += 1
    return end - 1 - start


def _is_expected(password: str) -> bool:
    words = [*EXPECTED, *_words_here()]
    for spelled in (password.lower(), password.lower().translate(LEET)):
        letters = re.sub(r"[^a-z]", "", fold(spelled))
        for word in sorted(words, key=len, reverse=True):
            letters = letters.replace(word, " ")
        own = letters.replace(" ", "")
        if len(own) < FEWEST_OWN_LETTERS or own in _common():
            return True
    return False


def _words_here() -> list[str]:
    """The place's own name, which everybody there would think of."""
    place = context.current()
    return [word for word in fold(place.name).split() if len(word) > 2] if place else []


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)
