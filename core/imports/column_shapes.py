"""What a column is, and the columns of an adult, of which a table may have two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

Kind = Literal["text", "long", "day", "word", "words"]
CHILD, SCHOOL, HOME, ADULT, OTHER_ADULT, REFERRAL, PATHWAY = (
    "L’enfant",
    "L’école",
    "L’adresse",
    "Un adulte",
    "Un autre adulte",
    "L’orientation",
    "Le parcours",
)


@dataclass(frozen=True, slots=True)
class Field:
    """`vocabulary`: whose words the cells use (core/imports/vocabularies.py). `longest`: characters."""

    code: str
    label: str
    group: str
    titles: tuple[str, ...]
    example: str
    kind: Kind = "text"
    vocabulary: str = ""
    longest: int = 200
    hint: str = ""


# Of an adult: what the column is, its titles without who, its kind, list and length.
_OF_ADULT = (
    ("name", "nom", ("nom", "nom de famille", "nom prenom"), "text", "", 200),
    ("first_name", "prénom", ("prenom",), "text", "", 200),
    ("link", "lien avec l’enfant", ("lien", "lien de parente", "qualite"), "word", "link", 200),
    ("authority", "autorité parentale", ("autorite parentale", "autorite"), "word", "authority", 200),
    ("phone", "téléphone", ("telephone", "tel", "portable", "mobile"), "text", "", 30),
    ("email", "adresse e-mail", ("mail", "email", "e mail", "courriel", "adresse mail"), "text", "", 254),
    ("language", "langue", ("langue",), "text", "", 100),
)
# Titles that a table with one adult uses without saying who.
_ALONE = {
    "phone": ("telephone", "tel", "portable", "telephone parents", "contact"),
    "email": ("mail", "email", "courriel"),
}


def adult(prefix: str, group: str, words: tuple[str, ...], example: Sequence[str]) -> list[Field]:
    """The same columns for a first and a second adult; `words` are how towns call this one."""
    found = []
    for (code, what, stems, kind, vocabulary, longest), shown in zip(_OF_ADULT, example, strict=True):
        alone = _ALONE.get(code, ()) if prefix == "adult" else ()
        titles = (*(f"{stem} {word}" for word in words for stem in stems), *alone)
        label = f"{group} : {what}"
        found.append(
            Field(f"{prefix}_{code}", label, group, titles, shown, cast(Kind, kind), vocabulary, longest)
        )
    return found
