"""What a column is, and the columns of an adult, of which a table may have two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

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


def adult(prefix: str, group: str, title: str, words: tuple[str, ...], example: Sequence[str]) -> list[Field]:
    """The same columns for a first and a second adult; `words` are how towns call this one."""

    def titles(*stems: str) -> tuple[str, ...]:
        return tuple(f"{stem} {word}".strip() for word in words for stem in stems)

    name, first, link, authority, phone, email, language = example
    plain = prefix == "adult"
    return [
        Field(f"{prefix}_name", f"{title} : nom", group, titles("nom", "nom de famille", "nom prenom"), name),
        Field(f"{prefix}_first_name", f"{title} : prénom", group, titles("prenom"), first),
        Field(
            f"{prefix}_link",
            f"{title} : lien avec l’enfant",
            group,
            titles("lien", "lien de parente", "qualite"),
            link,
            "word",
            "link",
        ),
        Field(
            f"{prefix}_authority",
            f"{title} : autorité parentale",
            group,
            titles("autorite parentale", "autorite"),
            authority,
            "word",
            "authority",
        ),
        Field(
            f"{prefix}_phone",
            f"{title} : téléphone",
            group,
            titles("telephone", "tel", "portable", "mobile")
            + (("telephone", "tel", "portable", "telephone parents", "contact") if plain else ()),
            phone,
            longest=30,
        ),
        Field(
            f"{prefix}_email",
            f"{title} : adresse e-mail",
            group,
            titles("mail", "email", "e mail", "courriel", "adresse mail")
            + (("mail", "email", "courriel") if plain else ()),
            email,
            longest=254,
        ),
        Field(f"{prefix}_language", f"{title} : langue", group, titles("langue"), language, longest=100),
    ]
