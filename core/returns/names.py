"""Names of the town's own files in a text that is to leave: both names together are refused, one is shown."""

import re
import unicodedata
from collections.abc import Iterator

from core.children.models import Child, Guardian

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SHORTEST = 3


class NamedError(Exception):
    """The text names somebody of the town's files. The message is French, for the screen."""


def refuse_names(text: str) -> None:
    """Raises NamedError where a first name and the last name of one person stand in the text."""
    words = set(_words(text))
    if any(first <= words and last <= words for first, last in _people()):
        raise NamedError(
            "Ce texte nomme une personne dont la ville tient le dossier\u00a0: retirez son nom. Le reste de "
            "votre texte est gardé."
        )


def _people() -> Iterator[tuple[set[str], set[str]]]:
    for people in (Child, Guardian):
        for first, last in people.objects.order_by("pk").values_list("first_name", "last_name"):
            names = set(_words(first)), set(_words(last))
            if all(names):
                yield names


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        yield "".join(
            sign for sign in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(sign)
        )
