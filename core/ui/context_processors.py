from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core.ui.bell import bell_of
from core.ui.navigation import navigation_of
from core.ui.site import site_of
from tenants import context


def interface(request: HttpRequest) -> dict[str, Any]:
    """What the layouts show around a page; nothing is read for a partial that does not show it."""
    place = context.current()
    return {
        "place": place,
        "site": site_of(place),
        "bell": SimpleLazyObject(lambda: bell_of(request)),
        "navigation": SimpleLazyObject(lambda: navigation_of(request)),
        "demo": settings.DEMO,
    }
