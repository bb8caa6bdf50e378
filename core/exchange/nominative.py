"""Words that look as if they told of somebody: they are pointed at before a text leaves.

Patterns alone: a town also knows the names of its own files (core/returns/names.py).
"""

import re

_TITLE = re.compile(r"\b(?:M\.|MM\.|Mme|Mlle|Mr|Monsieur|Madame|Mademoiselle)\s+[A-ZÀ-Þ]")
_FULL_NAME = re.compile(r"\b[A-ZÀ-Þ][a-zà-ÿ]+(?:-[A-ZÀ-Þ][a-zà-ÿ]+)?\s+[A-ZÀ-Þ]{3,}\b")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_PHONE = re.compile(r"\b0\d(?:[\s.]?\d\d){4}\b")
_ONES = "une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|[1-9]|10"
_FEW = re.compile(
    rf"\b(?:{_ONES})\s+(?:enfants?|filles?|garçons?|jeunes?|élèves?|familles?|adolescente?s?|fratries?|mères?|"
    r"pères?|parcours)\b",
    re.IGNORECASE,
)

PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (_TITLE, "une personne y semble nommée"),
    (_FULL_NAME, "un prénom suivi d’un nom y semble écrit"),
    (_MAIL, "une adresse e-mail y est écrite"),
    (_PHONE, "un numéro de téléphone y est écrit"),
    (_FEW, "un petit nombre d’enfants ou de familles y est écrit"),
)


def signs(text: str) -> list[str]:
    """Why the text looks nominative, in French; empty when nothing does."""
    return [why for pattern, why in PATTERNS if pattern.search(text)]
