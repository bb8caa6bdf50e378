"""A need as a person says it: « aide aux devoirs, 9 ans, Beausoleil-Bas, le mercredi ».

Age, weekday, district and « gratuit » are understood from the text; the other words are looked for in what
offers say of themselves. Accents, capitals and plurals do not matter. It is all done here rather than in the
database: a town has some hundred offers (ranking 1,000 took 40 ms, median of seven on two busy cores).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from core.partners.enums import CostKind, Weekday
from core.partners.models import Offer
from core.people.names import fold

_AGE = re.compile(r"\b(\d{1,2}) ans?\b")
_FREE = re.compile(r"\bgratuite?s?\b")
_DAYS = re.compile(rf"\b({'|'.join(day.label for day in Weekday)})s?\b")
# Words that tie the others together, and those that go with an age or a day.
_SMALL = frozenset(
    "a au aux avec ce cet cette chez contre d dans de des du en et il elle est l la le les leur ma mon nos"
    " notre ou par pas pour qu que qui sa ses son sur un une vers an ans enfant enfants jeune quartier jour"
    " besoin".split()
)


@dataclass(frozen=True, slots=True)
class Need:
    words: tuple[str, ...] = ()
    domain: str = ""
    age: int | None = None
    district: str = ""
    # Set when the district was read in the text: it may as well be a name, as « Médiathèque » is of both.
    district_words: tuple[str, ...] = ()
    weekday: int | None = None
    cost: str = ""
    with_places: bool = False

    @property
    def is_empty(self) -> bool:
        return self == Need()


@dataclass(frozen=True, slots=True)
class Found:
    offer: Offer
    missing: int  # how many words of the need it does not say
    weight: int
    exact: int  # how many of age, district and day it names itself, rather than leaving them open


@dataclass(frozen=True, slots=True)
class Answer:
    offers: list[Offer] = field(default_factory=list)
    # No offer says every word: these say some of them.
    near: bool = False


def understand(text: str, districts: Mapping[str, str]) -> Need:
    """What the text says of age, day, district and cost, and the words that remain."""
    rest = fold(text)
    need = Need()
    if match := _AGE.search(rest):
        need, rest = replace(need, age=int(match[1])), _without(rest, match)
    if match := _FREE.search(rest):
        need, rest = replace(need, cost=CostKind.FREE), _without(rest, match)
    if match := _DAYS.search(rest):
        need, rest = replace(need, weekday=_day_of(match[1])), _without(rest, match)
    for code, name in sorted(districts.items(), key=lambda item: -len(item[1])):
        known = fold(name)
        if known and (match := re.search(rf"\b{re.escape(known)}\b", rest)):
            need = replace(need, district=code, district_words=tuple(map(_stem, known.split())))
            rest = _without(rest, match)
            break
    words = dict.fromkeys(_stem(word) for word in rest.split() if word not in _SMALL)
    return replace(need, words=tuple(words))


def search(offers: Iterable[Offer], need: Need, domains: Mapping[str, str]) -> Answer:
    """Those that meet the need, best first: all its words said, places left, then what leaves least open."""
    found = [_weighed(offer, need, domains) for offer in offers if _meets(offer, need)]
    full = [one for one in found if one.missing == 0]
    near = not full and bool(need.words)
    kept = [one for one in found if one.missing < len(need.words)] if near else full
    ranked = sorted(
        kept,
        key=lambda one: (
            one.missing,
            one.offer.is_full,
            -one.weight,
            -one.exact,
            fold(one.offer.label),
            one.offer.pk,
        ),
    )
    return Answer([one.offer for one in ranked], near and bool(ranked))


def _meets(offer: Offer, need: Need) -> bool:
    """What an offer leaves open (ages, districts, days) it does not refuse."""
    if need.age is not None and not _takes(offer, need.age):
        return False
    if need.weekday is not None and offer.weekdays and need.weekday not in offer.weekdays:
        return False
    if need.domain and need.domain not in offer.domains:
        return False
    if need.cost and offer.cost != need.cost:
        return False
    if need.with_places and offer.is_full:
        return False
    served = _districts(offer)
    if need.district and served and need.district not in served:
        said = _words_of(f"{offer.label} {offer.venue} {offer.organisation.name}")
        return bool(need.district_words) and all(_says(said, word) for word in need.district_words)
    return True


def _takes(offer: Offer, age: int) -> bool:
    return (offer.youngest is None or offer.youngest <= age) and (offer.oldest is None or age <= offer.oldest)


def _districts(offer: Offer) -> list[str]:
    """Those of the offer, or those in which its organisation works; none: the whole town."""
    return offer.districts or offer.organisation.districts


def _weighed(offer: Offer, need: Need, domains: Mapping[str, str]) -> Found:
    own = _words_of(f"{offer.label} {offer.need_words}")
    around = _words_of(
        " ".join(
            (
                offer.summary,
                offer.venue,
                offer.organisation.name,
                *(domains.get(code, "") for code in offer.domains),
            )
        )
    )
    in_own = [_says(own, word) for word in need.words]
    anywhere = [here or _says(around, word) for here, word in zip(in_own, need.words, strict=True)]
    exact = (
        (need.weekday in offer.weekdays)
        + (need.district in _districts(offer))
        + (need.age is not None and (offer.youngest, offer.oldest) != (None, None))
    )
    return Found(offer, missing=anywhere.count(False), weight=sum(in_own) + sum(anywhere), exact=exact)


def _words_of(text: str) -> list[str]:
    return fold(text).split()


def _says(words: list[str], stem: str) -> bool:
    return any(word.startswith(stem) for word in words)


def _stem(word: str) -> str:
    """Without the mark of the plural: « devoirs » finds « devoir », « jeux » finds « jeu »."""
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


def _day_of(word: str) -> int:
    return next(day.value for day in Weekday if day.label == word)


def _without(text: str, match: "re.Match[str]") -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"
