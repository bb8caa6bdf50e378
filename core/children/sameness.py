"""Files that may be of one child: by sound, accents, order of names and birth date.

A shared phone or e-mail address never counts: families share them, and so do neighbours.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from core.children import names
from core.children.models import Child

CANDIDATES = 200  # looked at for one name: more than one town has of one family name


@dataclass(frozen=True)
class Match:
    """A file like the one described, and in which way."""

    child: Child
    likeness: float  # 0 to 1, of the names
    same_birth: bool

    @property
    def why(self) -> str:
        alike = "même nom" if self.likeness == 1.0 else "nom qui se ressemble"
        if self.same_birth:
            return f"{alike}, même date de naissance"
        return f"{alike}, date de naissance différente ou inconnue"


def likely_matches(
    first_name: str, last_name: str, usual_name: str = "", *, birth_on: date | None, but: int | None = None
) -> list[Match]:
    """Files likely to be of the child described, the likeliest first; over the whole town.

    Who may be shown which of them is the caller's question.
    """
    heard = Q(pk__in=[])
    for key in dict.fromkeys(names.sounds(f"{first_name} {last_name} {usual_name}")):
        if len(key) > 1:
            heard |= Q(sound_name__contains=f" {key} ")
    if birth_on is not None:
        heard |= Q(birth_on=birth_on)
    described = [(first_name, last_name)]
    if usual_name:
        described.append((first_name, usual_name))
    candidates = Child.objects.alone().filter(heard).exclude(pk=but).order_by("pk")
    matches = [compare(child, described, birth_on) for child in candidates[:CANDIDATES]]
    likely = [match for match in matches if match is not None]
    return sorted(likely, key=lambda match: (-match.same_birth, -match.likeness, match.child.pk))


def compare(child: Child, described: list[tuple[str, str]], birth_on: date | None) -> Match | None:
    """Whether `child`, saved or not, may be the one described by one or two full names and a birth date."""
    known = [(child.first_name, child.last_name)]
    if child.usual_name:
        known.append((child.first_name, child.usual_name))
    likeness = max(names.likeness(one, other) for one in described for other in known)
    same_birth = birth_on is not None and child.birth_on == birth_on
    if same_birth:
        return Match(child, likeness, True) if likeness >= names.LIKE else None
    if likeness < 1.0 and not (likeness >= 0.9 and _dates_like(child.birth_on, birth_on)):
        return None
    return Match(child, likeness, False) if _dates_like(child.birth_on, birth_on) else None


def _dates_like(one: date | None, other: date | None) -> bool:
    """One of them unknown, or one slip of the hand away: day and month exchanged, or two parts equal."""
    if one is None or other is None:
        return True
    parts = sum((one.year == other.year, one.month == other.month, one.day == other.day))
    exchanged = one.year == other.year and (one.day, one.month) == (other.month, other.day)
    return parts >= 2 or exchanged
