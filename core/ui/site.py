"""What the frame of a page shows of the place: name, logo, colours. No database, no session."""

import hashlib
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from core.ui.colours import DEFAULT_ACCENT
from tenants.context import Place

PLATFORM = "Réussite"


@dataclass(frozen=True, slots=True)
class Site:
    name: str
    accent: str = DEFAULT_ACCENT
    home_url: str = ""
    logo_url: str = ""
    appearance_url: str = ""


def site_of(place: Place | None) -> Site:
    """Of nobody's host and of a failure: the platform's own look, which names no town."""
    if place is None:
        return Site(name=PLATFORM)
    look = place.config.get("look") or {}
    accent = str(look.get("accent") or DEFAULT_ACCENT)
    logo = (place.config.get("assets") or {}).get("logo")
    version = hashlib.sha256(f"{accent}{logo and logo['base64']}".encode()).hexdigest()[:10]
    return Site(
        name=str(look.get("name") or place.name),
        accent=accent,
        home_url="/",
        logo_url=_url("ui:logo", place, version) if logo else "",
        appearance_url=_url("ui:appearance", place, version),
    )


def _url(name: str, place: Place, version: str) -> str:
    try:
        return f"{reverse(name, urlconf=place.urlconf)}?v={version}"
    except NoReverseMatch:  # a site that does not include these addresses keeps the platform's colours
        return ""
