"""The six tables of a release (ADR 0032), and how a release keeps what they were."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.exchange import perimeter
from core.national.disclosure.shapes import Hierarchy, Table, flat
from core.reporting.indicators import CATALOGUE, DIMENSIONS, INDICATORS

LEVELS = ("nation", "region", "department", "town")


@dataclass(frozen=True, slots=True)
class Published:
    """One table: how it is called, of what indicator, and by which dimensions at each level."""

    code: str
    title: str
    indicator: str
    levels: Mapping[int, tuple[str, ...]]

    @property
    def dimensions(self) -> tuple[str, ...]:
        return tuple(sorted({name for names in self.levels.values() for name in names}))


TABLES: tuple[Published, ...] = (
    Published(
        "accompagnement",
        "Comment les enfants sont accompagnés",
        "children",
        {0: ("participation",), 1: ("participation",), 2: ("participation",)},
    ),
    Published("sexe", "Filles et garçons", "children", {0: ("sex",)}),
    Published("age", "Âge", "children", {0: ("bracket",), 1: ("bracket",), 2: ("bracket",)}),
    Published(
        "residence",
        "Résidence en quartier prioritaire",
        "children",
        {0: ("residence",), 1: ("residence",), 2: ("residence",)},
    ),
    Published("villes", "Enfants accompagnés, par ville", "children", {0: (), 1: (), 2: (), 3: ()}),
    Published("sorties", "Motifs de sortie", "pathways_ended", {0: ("reason",), 1: ("reason",), 2: ()}),
)  # fmt: skip


def populations() -> list[str]:
    """The indicators, in the order of the tables."""
    return list(dict.fromkeys(table.indicator for table in TABLES))


def frozen() -> dict[str, Any]:
    """Titles, definitions and shapes as they are today: what a release keeps for ever."""
    return {
        "catalogue": CATALOGUE,
        "tables": [
            {
                "code": table.code,
                "title": table.title,
                "indicator": table.indicator,
                "levels": {str(depth): list(names) for depth, names in table.levels.items()},
                "dimensions": list(table.dimensions),
            }
            for table in TABLES
        ],
        "indicators": {
            code: {
                "name": INDICATORS[code].name,
                "definition": INDICATORS[code].definition,
                "population": INDICATORS[code].population,
                "version": INDICATORS[code].version,
                "blocks": [list(crossing) for crossing in perimeter.PASSED[code]],
            }
            for code in populations()
        },
        "dimensions": {code: _dimension(code) for code in _used()},
    }


def _used() -> list[str]:
    passed = [name for code in populations() for crossing in perimeter.PASSED[code] for name in crossing]
    return list(dict.fromkeys(passed))


def _dimension(code: str) -> dict[str, Any]:
    dimension = DIMENSIONS[code]
    return {
        "name": dimension.name,
        "note": dimension.note,
        "values": [
            {"code": one.code, "label": one.label, "sensitive": one.sensitive} for one in dimension.values
        ],
    }


# --- what was frozen, for disclosure control ------------------------------------------------------
def trees_of(document: Mapping[str, Any]) -> dict[str, Hierarchy]:
    """Of every dimension; the places come with the release's own."""
    return {
        code: flat(code, [value["code"] for value in one["values"]])
        for code, one in document["dimensions"].items()
    }


def tables_of(document: Mapping[str, Any], indicator: str) -> tuple[Table, ...]:
    sensitive = frozenset(
        (code, value["code"])
        for code, one in document["dimensions"].items()
        for value in one["values"]
        if value["sensitive"]
    )
    return tuple(
        Table(
            one["code"],
            indicator,
            {int(depth): dict.fromkeys(names, 1) for depth, names in one["levels"].items()},
            sensitive,
        )
        for one in document["tables"]
        if one["indicator"] == indicator
    )


def blocks_of(document: Mapping[str, Any], indicator: str) -> list[tuple[str, ...]]:
    return [tuple(crossing) for crossing in document["indicators"][indicator]["blocks"]]


def labels_of(document: Mapping[str, Any], dimension: str) -> Iterable[tuple[str, str]]:
    return [(value["code"], value["label"]) for value in document["dimensions"][dimension]["values"]]
