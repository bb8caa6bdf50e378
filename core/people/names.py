"""Names as they are sorted and searched: folded here, since the database's collation may know no accent."""

import re
import unicodedata

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l"})


def fold(text: str) -> str:
    """Lower case, no accent, one space between words: `Aïcha BEN-SAÏD` gives `aicha ben said`."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _SEPARATORS.sub(" ", letters).strip()
