"""The national site for everybody: releases that are out, in pages and files. No account is asked."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from core.journal.reading import read_only
from core.national import exporting, permissions, reading, showing
from core.national.enums import Recipient
from core.national.models import THRESHOLD, Release
from core.national.places import NATION
from core.ui.access import open_to_all
from core.ui.shapes import Crumb


def readable(request: HttpRequest, number: int) -> Release:
    """A published release that this person may read; 404 for all others, which say nothing of themselves."""
    release = get_object_or_404(Release.objects.published(), number=number)
    if not permissions.can_read(request.user, release):
        raise Http404
    return release


def audits_of(release: Release) -> list[dict[str, Any]]:
    """What the attack found, by population, with its name."""
    indicators = release.document["indicators"]
    return [
        {**one, "indicator_name": indicators[one["indicator"]]["name"]}
        for one in release.audit["populations"]
    ]


@open_to_all
@require_safe
@read_only
def releases(request: HttpRequest) -> HttpResponse:
    nation = permissions.reads_for_the_nation(request.user)
    published = Release.objects.published() if nation else Release.objects.public()
    found = published.newest_first()
    return render(request, "national/releases.html", {"releases": found})


@open_to_all
@require_safe
@read_only
def release(request: HttpRequest, number: int) -> HttpResponse:
    """One place of a release (`?lieu=R76`), beside another year where both count the same (`?avec=2`)."""
    found = readable(request, number)
    code = request.GET.get("lieu") or NATION
    place = reading.place_of(found, code)
    if place is None:
        raise Http404
    others = reading.comparable(found)
    other = next((one for one in others if str(one.number) == request.GET.get("avec")), None)
    known_there = other is None or code in other.document["places"]
    return render(
        request,
        "national/release.html",
        {
            "release": found,
            "place": place,
            "code": code,
            "whole": code == NATION,
            "board": showing.board_of(found, code, other if known_there else None),
            "others": others,
            "other": other,
            "known_there": known_there,
            "crumbs": _crumbs(found, code),
            "formats": exporting.FORMATS.items(),
            "mark": exporting.MARK,
            "here": reverse("national:release", args=[number]),
        },
    )


def _crumbs(release: Release, code: str) -> list[Crumb]:
    here = reverse("national:release", args=[release.number])
    above = [Crumb(name, f"{here}?lieu={one}") for one, name in reading.way_to(release, code)]
    return [Crumb("Publications", reverse("national:releases")), *above]


@open_to_all
@require_safe
@read_only
def definitions(request: HttpRequest, number: int) -> HttpResponse:
    """How a release was made, what each number counts, which towns answered."""
    found = readable(request, number)
    towns = [one["name"] for one in found.document["places"].values() if one["level"] == "town"]
    return render(
        request,
        "national/definitions.html",
        {
            "release": found,
            "indicators": found.document["indicators"].values(),
            "dimensions": [
                (one["name"], one["values"], one["note"]) for one in found.document["dimensions"].values()
            ],
            "towns": sorted(towns),
            "audits": audits_of(found),
            "threshold": THRESHOLD,
            "carried": reading.carried(found),
            "waiting": reading.waiting(found),
            "mark": exporting.MARK,
            "crumbs": [
                Crumb("Publications", reverse("national:releases")),
                Crumb(str(found), reverse("national:release", args=[number])),
            ],
        },
    )


@open_to_all
@require_safe
@read_only
def download(request: HttpRequest, number: int, format: str) -> HttpResponse:
    found = readable(request, number)
    if format not in exporting.FORMATS:
        raise Http404
    etag = f'"{found.number}-{found.fingerprint}-{format}"'  # what is out does not change
    response = get_conditional_response(request, etag=etag) or exporting.response(found, format)
    response["ETag"] = etag
    shared = found.recipient == Recipient.PUBLIC
    response["Cache-Control"] = "public, max-age=3600" if shared else "private, no-store"
    return response


@open_to_all
@require_safe
@read_only
def api_page(request: HttpRequest) -> HttpResponse:
    """The API in words; the schema says the rest to programs."""
    return render(request, "national/api.html")
