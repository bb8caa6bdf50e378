"""A name gives way to « Situation 3 » wherever it stands, whatever its accents and capitals."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from core.children.models import Guardianship
from core.meetings.models import AgendaItem

PARENT = "[un parent]"


def fold(text: str) -> str:
    """Lower case without accents, letter for letter: positions stay those of the text."""
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[:1] or letter for letter in text)


@dataclass(frozen=True, slots=True)
class Mask:
    """Words to hide, each with what stands in its place; called with a text, gives it without them."""

    words: tuple[tuple[str, str], ...]

    def __call__(self, text: str) -> str:
        text = unicodedata.normalize("NFC", text)
        for word, instead in self.words:
            found = list(re.finditer(rf"(?<!\w){re.escape(fold(word))}(?!\w)", fold(text)))
            for match in reversed(found):
                text = text[: match.start()] + instead + text[match.end() :]
        return text

    @classmethod
    def of(cls, label: str, child: Iterable[str], others: Iterable[str]) -> "Mask":
        """Whole names before their parts, so that one name leaves one mark."""
        words = {word.strip(): label for word in child if len(word.strip()) > 1}
        for word in others:
            if len(word.strip()) > 1:
                words.setdefault(word.strip(), PARENT)
        return cls(tuple(sorted(words.items(), key=lambda pair: (-len(pair[0]), pair[0]))))


def mask_for(item: AgendaItem) -> Mask:
    """Hides the child's names, as the file and the referral write them, and those of the adults around."""
    child, referral = item.child, item.referral
    names = [*_forms(child.first_name, child.last_name)]
    if referral is not None:
        names += _forms(referral.stated_first_name, referral.stated_last_name)
    adults: list[str] = []
    around = Guardianship.objects.filter(child_id=item.child_id).select_related("guardian").order_by("pk")
    for link in around:
        adults += _forms(link.guardian.first_name, link.guardian.last_name)
    if referral is not None:
        adults += [referral.stated_guardian, *referral.stated_guardian.split()]
    return Mask.of(item.label, names, [word for word in adults if word.lower() not in TITLES])


TITLES = {
    "m.",
    "mme",
    "madame",
    "monsieur",
    "mère",
    "père",
    "la",
    "le",
    "de",
    "et",
    "sa",
    "son",
    "tante",
    "oncle",
}


def _forms(first: str, last: str) -> list[str]:
    first, last = first.strip(), last.strip()
    return [f"{first} {last}".strip(), f"{last} {first}".strip(), first, last]
