"""What looks as if it told of somebody, or counted children: it is pointed at before a text leaves.

Patterns alone: a town also knows the names of its own files (core/returns/names.py). « Un » and « une » are
no numbers here: who is warned at each sentence reads no warning.
"""

import re

_CAPITAL, _LOWER = "[A-ZÀ-Þ]", "[a-zà-ÿ]"
_TITLE = re.compile(rf"\b(?:M\.|MM\.|Mme|Mlle|Mr|Monsieur|Madame|Mademoiselle)\s+{_CAPITAL}")
_FAMILY = re.compile(rf"\b[Ff]amilles?\s+{_CAPITAL}[\w'’-]+")
_FULL_NAME = re.compile(rf"\b{_CAPITAL}{_LOWER}+(?:-{_CAPITAL}{_LOWER}+)?\s+{_CAPITAL}{{3,}}\b")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_PHONE = re.compile(r"(?:\b0|(?<!\w)(?:\+|00)33[\s.-]?(?:\(0\))?[\s.-]?)\d(?:[\s.-]?\d\d){4}\b")

PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (_TITLE, "une personne y semble nommée"),
    (_FAMILY, "une famille y semble nommée"),
    (_FULL_NAME, "un prénom suivi d’un nom y semble écrit"),
    (_MAIL, "une adresse e-mail y est écrite"),
    (_PHONE, "un numéro de téléphone y est écrit"),
)

# --- numbers --------------------------------------------------------------------------------------
_WORD = (
    "zéro|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|"
    "quarante|cinquante|soixante|septante|huitante|nonante|cents?|mille|huitaine|dizaines?|douzaines?|"
    "quinzaines?|vingtaines?|trentaines?|quarantaines?|cinquantaines?|soixantaines?|centaines?"
)
_NUMBER = re.compile(
    rf"(?<![\w.,])\d+(?:[\s.,]\d+)*(?!\w)|\b(?:{_WORD})(?:(?:-|\s|[-\s]et[-\s])(?:une?|{_WORD}))*\b",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"\b(?:une?\s+seule?|aucune?)\s+(?:enfant|fille|garçon|jeune|élève|famille|adolescente?|fratrie|mère|père|"
    r"parent|parcours)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(rf"\b(?:(?:{_WORD})[-\s])+pour\s+cent\b", re.IGNORECASE)
_UNIT = re.compile(
    r"\s?(?:[kM]?€|%|k?euros?\b|pour\s+cent\b|ETP\b|équivalents?\b|h\b|h\d\d\b|heures?\b)", re.IGNORECASE
)
_MONTH = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_NO_COUNT = re.compile(
    rf"\b(?:\d{{1,2}}(?:er)?|{_WORD}|premier)\s+(?:{_MONTH})\b(?:\s+\d{{4}}\b)?"  # a day
    rf"|\b(?:{_MONTH})\s+\d{{4}}\b"
    r"|\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b"
    r"|\b(?:19|20)\d\d(?:\s?[-/–]\s?(?:(?:19|20)?\d\d))?\b(?!\s?[^\W\d]+s\b)"  # a year, or a school year
    r"|\bn[°o]\s?\d[\d.-]*|\b(?:article|art\.|loi|décret|circulaire)\s+(?:[LRD]\.?\s?)?\d[\d.-]*"
    r"|\b[LRD]\.\s?\d[\d.-]*",
    re.IGNORECASE,
)


def signs(text: str) -> list[str]:
    """Why the text looks nominative, in French; empty when nothing does."""
    found = [why for pattern, why in PATTERNS if pattern.search(text)]
    counts = numbers(text)
    if counts:
        said = ", ".join(f"«\u00a0{one}\u00a0»" for one in counts)
        found.append(f"un nombre y est écrit ({said}), qui compte peut-être des enfants")
    return found


def numbers(text: str) -> list[str]:
    """What may count children: any number that is not of money, a share, working time, a day or a law."""
    rest = text
    for pattern in (_PHONE, _NO_COUNT, _SHARE):
        rest = pattern.sub(" ; ", rest)
    found = [one[0] for one in _NUMBER.finditer(rest) if not _UNIT.match(rest, one.end())]
    return list(dict.fromkeys([*found, *(one[0] for one in _ALONE.finditer(rest))]))
