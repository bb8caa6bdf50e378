"""Names of the town's own files in a text that is to leave: pointed at with the words found.

Written with a capital, a first name near a last name of one person is refused until it was read again; a
last name alone is shown. « Le travail… son bureau » is no Son Le: small letters, and far apart.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import product

from core.children.models import Child, Guardian

_WORD = re.compile(r"[^\W\d_]+")
SHORTEST = 3  # letters of a name that is looked for by itself
NEAR = 4  # words from one name to the other

Person = tuple[frozenset[str], frozenset[str]]


class NamedError(Exception):
    """A text names somebody of the town's files. The message is French, for the screen."""


def people() -> list[Person]:
    """Everybody of the town's files: words of the first name, words of the last."""
    return [
        (words(first), words(last))
        for rows in (Child, Guardian)
        for first, last in rows.objects.order_by("pk").values_list("first_name", "last_name")
    ]


def words(name: str) -> frozenset[str]:
    """Those by which a name is looked for; a particle is none of them, unless the name is as short."""
    found = [plain(word) for word in _WORD.findall(name)]
    return frozenset([one for one in found if len(one) >= SHORTEST] or found)


def refuse_names(*texts: str) -> None:
    """Raises NamedError where one of these texts holds a first name near the last name of one person."""
    known = people()
    found = [pair for text in texts for pair in pairs(text, known)]
    if found:
        raise NamedError(
            f"{_said(found)}\u00a0: une personne dont la ville tient le dossier y semble nommée. Retirez son "
            "nom, ou cochez que vous avez relu."
        )


def signs(text: str, known: Iterable[Person]) -> list[str]:
    """Why the text may name somebody of the files, in French."""
    known = list(known)
    both = pairs(text, known)
    if both:
        return [f"{_said(both)} y nomme peut-être une personne dont la ville tient le dossier"]
    last = {word for _, names in known for word in names if len(word) >= SHORTEST}
    alone = [word for word in _WORD.findall(text) if word[0].isupper() and plain(word) in last]
    return [f"{_said(alone)} est un nom de famille des dossiers de la ville"] if alone else []


def pairs(text: str, known: Iterable[Person]) -> list[str]:
    """The words, as written, that stand as first and last name of one person."""
    written = _WORD.findall(text)
    places = defaultdict(list)
    for position, word in enumerate(written):
        if word[0].isupper():
            places[plain(word)].append(position)
    found = []
    for first, last in known:
        for one, other in product(_at(first, places), _at(last, places)):
            if one != other and abs(one - other) <= NEAR:
                found.append(f"{written[min(one, other)]} {written[max(one, other)]}")
    return list(dict.fromkeys(found))


def _at(names: Iterable[str], places: Mapping[str, list[int]]) -> list[int]:
    return [position for name in names for position in places.get(name, ())]


def plain(word: str) -> str:
    """Without accents or capitals."""
    signs = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in signs if not unicodedata.combining(sign))


def _said(found: Iterable[str]) -> str:
    return ", ".join(f"«\u00a0{one}\u00a0»" for one in dict.fromkeys(found))
