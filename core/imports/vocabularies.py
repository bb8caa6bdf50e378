"""The town's own words, and the codes of its lists for which they stand.

A word is compared folded. What the lists do not know is asked once, on screen, and remembered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from core.children.enums import Authority, Level, Link, Sex
from core.children.models import PriorityDistrict, School
from core.imports.models import RememberedValue
from core.pathways.enums import VocabularyKind
from core.pathways.models import Domain, Term
from core.people.enums import Role
from core.people.models import User
from core.people.names import fold

IGNORED: Final = "-"  # « Laisser ce mot de côté »
AS_WRITTEN: Final = "="  # a school outside the list, kept in the town's words
OUTSIDE: Final = "outside"
# An empty cell may stand for something, when the person says so: nothing is supposed.
ASKED_WHEN_EMPTY: Final = frozenset({"referent", "domain", "authority"})
TITLES: Final[Mapping[str, str]] = {
    "school": "Établissements",
    "level": "Niveaux",
    "sex": "Fille ou garçon",
    "link": "Liens avec l’enfant",
    "authority": "Autorité parentale",
    "district": "Quartiers prioritaires",
    "source": "Origines de l’orientation",
    "motive": "Motifs",
    "referent": "Référentes et référents",
    "domain": "Domaines",
    "exit_reason": "Motifs de sortie",
}
_SYNONYMS: Final[Mapping[str, Mapping[str, str]]] = {
    "sex": {"f": Sex.GIRL, "fille": Sex.GIRL, "feminin": Sex.GIRL, "m": Sex.BOY, "g": Sex.BOY,
            "garcon": Sex.BOY, "masculin": Sex.BOY, "h": Sex.BOY},
    "link": {"maman": Link.MOTHER, "papa": Link.FATHER, "beau pere": Link.STEP_PARENT,
             "belle mere": Link.STEP_PARENT, "grand mere": Link.GRANDPARENT, "grand pere": Link.GRANDPARENT,
             "tante": Link.UNCLE_AUNT, "oncle": Link.UNCLE_AUNT, "ase": Link.SOCIAL_SERVICE,
             "soeur": Link.SIBLING, "frere": Link.SIBLING, "assistante familiale": Link.FOSTER},
    "authority": {"conjointe": Authority.JOINT, "partagee": Authority.JOINT, "seule": Authority.SOLE,
                  "exclusive": Authority.SOLE, "tutelle": Authority.GUARDIANSHIP,
                  "retiree": Authority.AUTHORITY_WITHDRAWN},
    "district": {"non": OUTSIDE, "hors qpv": OUTSIDE, "hors quartier": OUTSIDE},
    "level": {"6eme": Level.SIXTH, "5eme": Level.FIFTH, "4eme": Level.FOURTH, "3eme": Level.THIRD,
              "sixieme": Level.SIXTH, "cinquieme": Level.FIFTH, "quatrieme": Level.FOURTH,
              "troisieme": Level.THIRD, "seconde": Level.SECOND, "2nde": Level.SECOND,
              "premiere": Level.FIRST, "1ere": Level.FIRST, "tle": Level.FINAL},
}  # fmt: skip


@dataclass(frozen=True)
class Vocabulary:
    """`choices`: code and label, for the screen. `known`: folded word to code."""

    code: str
    choices: list[tuple[str, str]]
    known: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return TITLES[self.code]

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(code for code, _ in self.choices)

    def code_of(self, word: str, said: Mapping[str, str]) -> str:
        """Empty when nobody said; `said` is what the coordinator answered for this table."""
        key = fold(word)
        answer = said.get(key, "")
        if answer in self.codes or answer in (IGNORED, AS_WRITTEN):
            return answer
        return self.known.get(key, "")


def all_of_town(today: date) -> dict[str, Vocabulary]:
    """Every list as it is now, with the words that were remembered."""
    lists = {
        "sex": [(Sex.GIRL.value, Sex.GIRL.label), (Sex.BOY.value, Sex.BOY.label)],
        "link": list(Link.choices),
        "authority": list(Authority.choices),
        "level": list(Level.choices),
        "district": _districts(),
        "school": _pairs(
            School.objects.filter(active=True).order_by("name", "pk").values_list("uai", "name")
        ),
        "domain": _pairs(
            Domain.objects.filter(active=True).order_by("order", "pk").values_list("code", "label")
        ),
        "referent": [
            (str(user.pk), user.full_name) for user in User.objects.holding(Role.REFERENT, on=today).by_name()
        ],
        **{
            code: _pairs(
                Term.objects.filter(kind=kind, active=True)
                .order_by("order", "pk")
                .values_list("code", "label")
            )
            for code, kind in (
                ("source", VocabularyKind.REFERRAL_SOURCE),
                ("motive", VocabularyKind.MOTIVE),
                ("exit_reason", VocabularyKind.EXIT_REASON),
            )
        },
    }
    remembered: dict[str, dict[str, str]] = {}
    for row in RememberedValue.objects.order_by("pk"):
        remembered.setdefault(row.field, {})[row.word] = row.code
    return {code: _vocabulary(code, pairs, remembered.get(code, {})) for code, pairs in lists.items()}


def _pairs(rows: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(code, label) for code, label in rows]


def _districts() -> list[tuple[str, str]]:
    rows = PriorityDistrict.objects.filter(active=True).order_by("name", "pk").values_list("code", "name")
    return [(OUTSIDE, "Hors quartier prioritaire"), *_pairs(rows)]


def _vocabulary(code: str, pairs: list[tuple[str, str]], remembered: Mapping[str, str]) -> Vocabulary:
    known: dict[str, str] = {}
    unclear = set()
    for value, label in pairs:
        for word in {fold(label), fold(value), *(_turned(label) if code == "referent" else ())}:
            if known.setdefault(word, value) != value:
                unclear.add(word)
    for word in unclear:  # two people, or two schools, of one name
        del known[word]
    codes = {value for value, _ in pairs}
    known.update({word: value for word, value in _SYNONYMS.get(code, {}).items() if value in codes})
    known.update(
        {word: value for word, value in remembered.items() if value in codes | {IGNORED, AS_WRITTEN}}
    )
    return Vocabulary(code, pairs, known)


def _turned(full_name: str) -> list[str]:
    """A person is written last name first as often as not."""
    words = fold(full_name).split()
    return [" ".join([*words[cut:], *words[:cut]]) for cut in range(1, len(words))]
