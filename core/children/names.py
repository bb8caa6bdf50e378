"""Names as they are searched and as they sound, computed here: the database's collation may know no accent.

The key of a sound brings together how one name is spelled by a school, a family and a consulate:
Yacine and Yassine, Aïcha and Aysha, Dupont and Dupond, Oualid and Walid. For likeness, never for identity.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from core.people.names import fold

# In this order: the right-hand letters are those of the key, in which "c" alone is the sound of "chat".
_SOUNDS: list[tuple[re.Pattern[str], str]] = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"),
        (r"t?sch|tch|sh", "C"),
        (r"ch(?=[lr])|kh|ck|qu|q", "k"),
        (r"ch", "C"),
        (r"dj|dg(?=[eiy])|j", "J"),
        (r"gu(?=[eiy])", "g"),
        (r"g(?=[eiy])", "J"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"x", "ks"),
        (r"w", "u"),
        (r"eau|au|ou|oo|o|u", "o"),
        (r"ai|ay|ei|ey|ae|y|i|e", "e"),
        (r"z", "s"),
        (r"h", ""),
        (r"(.)\1+", r"\1"),
        (r"n(?=[bp])", "m"),
        (r"(?<=..)[edts]+$", ""),
    )
]

LIKE = 0.8  # ratio of matching letters above which two spellings of a name are taken for one


def sound(word: str) -> str:
    """The key of one folded word: `sound("aicha") == sound("aysha") == "eCa"`."""
    for pattern, replacement in _SOUNDS:
        word = pattern.sub(replacement, word)
    return word


def sounds(text: str) -> list[str]:
    """The keys of all words of a name, in order."""
    return [key for key in (sound(word) for word in fold(text).split()) if key]


def sort_key(last_name: str, first_name: str) -> str:
    return f"{fold(last_name)} {fold(first_name)}".strip()


def search_text(*names: str) -> str:
    """All words of the names, and each name and pair of names in one word, each preceded by a space.

    So `LIKE '% bensaid%'` finds Ben-Saïd, and each word can be looked for by how it begins.
    """
    folded = [fold(name) for name in names if name]
    words = [word for name in folded for word in name.split()]
    joined = [name.replace(" ", "") for name in folded if " " in name]
    whole = "".join(name.replace(" ", "") for name in folded)
    return "".join(f" {word}" for word in dict.fromkeys([*words, *joined, whole]) if word)


def sound_text(*names: str) -> str:
    """The keys of all words and of each name in one word, a space before and after each."""
    keys: list[str] = []
    for name in names:
        keys += sounds(name)
        if len(fold(name).split()) > 1:
            keys.append(sound(fold(name).replace(" ", "")))
    return f" {' '.join(dict.fromkeys(keys))} " if keys else ""


def likeness(one: Iterable[str], other: Iterable[str]) -> float:
    """How alike two full names are, from 0 to 1, whatever the order of their words."""
    here, there = [fold(name) for name in one], [fold(name) for name in other]
    if _joined(here) in {_joined(there), _joined(there[::-1])}:
        return 1.0
    letters = (_in_any_order(here), _in_any_order(there))
    keys = (_in_any_order(map(sound, letters[0].split())), _in_any_order(map(sound, letters[1].split())))
    if keys[0] == keys[1]:
        return 1.0
    return max(SequenceMatcher(None, a, b, autojunk=False).ratio() for a, b in (letters, keys))


def _joined(names: list[str]) -> str:
    return "".join(names).replace(" ", "")


def _in_any_order(names: Iterable[str]) -> str:
    return " ".join(sorted(" ".join(names).split()))
