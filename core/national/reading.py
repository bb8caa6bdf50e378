"""A release as it is read: its cells by place, in words. Pages, files and the API all ask here.

Nothing here knows a hidden count: the table of released cells has none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from core.exchange import perimeter
from core.national.models import Release
from core.national.places import NATION
from core.reporting.readers import HIDDEN
from core.ui import typography

ABSENT = "–"
LEVEL_NAMES = {"nation": "France", "region": "région", "department": "département", "town": "ville"}
BELOW = {"nation": "Par région", "region": "Par département", "department": "Par ville"}


@dataclass(frozen=True, slots=True)
class Told:
    """A cell in words: a number, « masqué », or a dash where the release has no such cell."""

    value: int | None
    hidden: bool

    @property
    def text(self) -> str:
        if self.hidden:
            return HIDDEN
        return ABSENT if self.value is None else typography.number(self.value)


class Reading:
    """Cells of some places of a release, and the totals of others, in one query."""

    def __init__(
        self, release: Release, places: Iterable[str] | None = None, totals_of: Iterable[str] = ()
    ) -> None:
        self.release = release
        self.document: Mapping[str, Any] = release.document
        cells = release.cells.all()
        if places is not None:
            cells = cells.filter(Q(place__in=list(places)) | Q(place__in=list(totals_of), breakdown=""))
        self._cells = {
            (indicator, place, breakdown): value
            for indicator, place, breakdown, value in cells.values_list(
                "indicator", "place", "breakdown", "value"
            )
        }

    def told(self, indicator: str, place: str, **breakdown: str) -> Told:
        key = (indicator, place, perimeter.written(tuple(breakdown.items())))
        if key not in self._cells:
            return Told(None, False)
        value = self._cells[key]
        return Told(value, value is None)

    def lines(self) -> Iterable[tuple[str, str, str, int | None]]:
        """(indicator, place, breakdown, value), in the order of tables and places."""
        order = {place: at for at, place in enumerate(self.document["places"])}
        keys = sorted(self._cells, key=lambda key: (key[0], order.get(key[1], 0), key[2]))
        return ((*key, self._cells[key]) for key in keys)


def place_of(release: Release, code: str) -> dict[str, str] | None:
    """Name, level, and what it is below. Towns have no page of their own: they have one number."""
    found = release.document["places"].get(code or NATION)
    return found if found and found["level"] != "town" else None


def below(release: Release, code: str) -> list[str]:
    return [one for one, place in release.document["places"].items() if place["parent"] == code]


def way_to(release: Release, code: str) -> list[tuple[str, str]]:
    """(code, name) from the nation down to the place, without it."""
    places, way = release.document["places"], []
    while parent := places[code]["parent"]:
        way.insert(0, (parent, places[parent]["name"]))
        code = parent
    return way


def label_of(document: Mapping[str, Any], dimension: str, code: str) -> str:
    values = document["dimensions"][dimension]["values"]
    return next((value["label"] for value in values if value["code"] == code), code)


def breakdown_words(document: Mapping[str, Any], breakdown: str) -> str:
    """« Âge : 6 à 10 ans ; Sexe : Fille »; « Total » where nothing is broken down."""
    parts = [
        f"{document['dimensions'][name]['name']}\u00a0: {label_of(document, name, code)}"
        for name, code in perimeter.read(breakdown)
    ]
    return "\u202f; ".join(parts) or "Total"


def carried(release: Release) -> int:
    """How many towns keep counts of a former release. Which ones would tell whose counts became small."""
    return len(set().union(*release.carried.values()))


def waiting(release: Release) -> int:
    """How many towns sent counts that are in no total of this release: they came after one of its period."""
    return int(release.document.get("waiting", 0)) + len(set().union(*release.postponed.values()))


# --- comparison of years --------------------------------------------------------------------------
def comparable(release: Release) -> list[Release]:
    """Public releases of other periods that count the same: same definitions, same kind of cells."""
    others = (
        Release.objects.public()
        .filter(made_up=release.made_up, source=release.source)
        .exclude(first_on=release.first_on)
        .defer("document", "audit", "towns", "former", "carried", "postponed")
        .annotate(counted=F("document__indicators"))
        .newest_first()
    )
    latest: dict[Any, Release] = {}
    for other in others:
        if _versions(other.counted) == _versions(release.document["indicators"]):
            latest.setdefault(other.first_on, other)
    return list(latest.values())


def _versions(indicators: Mapping[str, Any]) -> list[tuple[str, int]]:
    return sorted((code, one["version"]) for code, one in indicators.items())
