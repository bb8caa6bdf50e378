"""A release as files: csv, ods, xlsx and JSON, from the same reading as the pages."""

import json
from typing import Any

from django.http import HttpResponse

from core.exchange import perimeter
from core.national import reading
from core.national.models import THRESHOLD, Release
from core.national.reading import HIDDEN, LEVEL_NAMES, Reading
from core.sheets import writing
from core.sheets.writing import Column, Sheet, Value

FORMATS = {**writing.LABELS, "json": "données (.json)"}
MARK = (
    f"«\u00a0{HIDDEN}\u00a0»\u00a0: un effectif de 1 à {THRESHOLD - 1} enfants, un zéro qui en dirait trop "
    "(soin, protection de l’enfance, décès), ou un autre nombre qui permettrait de les retrouver."
)


def response(release: Release, format: str) -> HttpResponse:
    name = writing.file_name(f"Réussite publication {release.number}", "csv").removesuffix("csv") + format
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if format == "json":
        text = json.dumps(document(release), ensure_ascii=False, indent=1)
        return HttpResponse(text, content_type="application/json", headers=headers)
    sheets = [_cells(release)] if format == "csv" else [_cells(release), _definitions(release)]
    body = writing.write(sheets, format)  # type: ignore[arg-type]
    return HttpResponse(body, content_type=writing.CONTENT_TYPES[format], headers=headers)  # type: ignore[index]


def said(release: Release) -> dict[str, Any]:
    """What is told of a release beside its cells."""
    return {
        "number": release.number,
        "period": release.document["period"],
        "first_on": release.first_on.isoformat(),
        "last_on": release.last_on.isoformat(),
        "published_at": release.published_at.isoformat() if release.published_at else None,
        "fictitious": release.made_up,
        "source": release.source,
        "threshold": THRESHOLD,
        "completeness": {
            "labelled_towns": release.labelled,
            "active_towns": release.active,
            "answering_towns": release.answering,
            "waiting_towns": reading.waiting(release),
        },
        "fingerprint": release.fingerprint,
        "catalogue": release.document["catalogue"],
    }


def document(release: Release) -> dict[str, Any]:
    """All of it: definitions, places, cells. A hidden cell has no value and says that it is hidden."""
    frozen = release.document
    return {
        **said(release),
        "tables": [
            {key: table[key] for key in ("code", "title", "indicator", "dimensions")}
            for table in frozen["tables"]
        ],
        "indicators": {
            code: {key: one[key] for key in ("name", "definition", "population", "version")}
            for code, one in frozen["indicators"].items()
        },
        "dimensions": frozen["dimensions"],
        "places": frozen["places"],
        "cells": [cell_said(*line) for line in Reading(release).lines()],
    }  # fmt: skip


def cell_said(indicator: str, place: str, breakdown: str, value: int | None) -> dict[str, Any]:
    return {
        "indicator": indicator,
        "place": place,
        "breakdown": dict(perimeter.read(breakdown)),
        "value": value,
        "hidden": value is None,
    }


def notes_of(release: Release) -> list[str]:
    return [
        f"{release}, {release.document['period']}",
        *(["Villes FICTIVES\u00a0: ces chiffres sont inventés."] if release.made_up else []),
        f"Villes labellisées\u00a0: {release.labelled}\u00a0; actives\u00a0: {release.active}\u00a0; "
        f"répondantes\u00a0: {release.answering}",
        *_waiting(release),
        MARK,
        f"Définitions\u00a0: version {release.document['catalogue']}",
        f"Empreinte\u00a0: {release.fingerprint}",
    ]


def _waiting(release: Release) -> list[str]:
    count = reading.waiting(release)
    return [f"Villes qui attendent une autre période, dans aucun total\u00a0: {count}"] if count else []


def _cells(release: Release) -> Sheet:
    frozen = release.document
    columns = [
        Column("Indicateur", width=28),
        Column("Niveau", width=14),
        Column("Code du lieu", width=14),
        Column("Lieu", width=30),
        Column("Répartition", width=60),
        Column("Effectif", "number"),
    ]
    rows: list[list[Value]] = [
        [
            frozen["indicators"][indicator]["name"],
            LEVEL_NAMES[frozen["places"][place]["level"]],
            place,
            frozen["places"][place]["name"],
            reading.breakdown_words(frozen, breakdown),
            HIDDEN if value is None else value,
        ]
        for indicator, place, breakdown, value in Reading(release).lines()
    ]
    return Sheet("Effectifs", columns, rows, notes_of(release))


def _definitions(release: Release) -> Sheet:
    rows: list[list[Value]] = [
        [one["name"], one["definition"], one["population"], f"{code} v{one['version']}"]
        for code, one in release.document["indicators"].items()
    ]
    columns = [Column("Indicateur", width=28), Column("Définition", width=90), Column("Population", width=30)]
    return Sheet("Définitions", [*columns, Column("Code")], rows)
