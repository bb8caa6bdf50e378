"""Error pages, a town's colours and logo, and the page of all components.

Error pages are rendered without a request: no session, no user, no query, whatever broke. Those for nobody's
host, a suspended town and a failure need no town either.
"""

import base64
import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from core.ui import colours, showcase
from core.ui.access import open_in_demo, open_to_all
from core.ui.site import Site, site_of
from tenants import context
from tenants.context import Place

A_YEAR = "public, max-age=31536000, immutable"
AN_HOUR = "public, max-age=3600"


def error_page(template: str, *, status: int, site: Site | None = None, **said: Any) -> HttpResponse:
    """A complete context of our own: nothing that a context processor would have to read."""
    known = {"site": site or site_of(context.current()), "demo": settings.DEMO, "messages": (), **said}
    return HttpResponse(render_to_string(template, known), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page("400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page("403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page("404.html", status=404)


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    return error_page("405.html", status=405)


def too_many_requests(
    request: HttpRequest, exception: Exception | None = None, *, wait_seconds: int | None = None
) -> HttpResponse:
    minutes = -(-wait_seconds // 60) if wait_seconds else 0
    response = error_page("429.html", status=429, minutes=minutes)
    if wait_seconds:
        response["Retry-After"] = str(wait_seconds)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    reference = getattr(request, "request_id", None) or uuid.uuid4().hex[:8]
    return error_page("500.html", status=500, reference=reference)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page("errors/403_csrf.html", status=403)


def suspended(request: HttpRequest, place: Place) -> HttpResponse:
    """The town is known and not entered; only its name is told, and its pages' addresses are not given."""
    site = Site(name=site_of(place).name)
    response = error_page("errors/suspended.html", status=503, site=site, place_name=place.name)
    response["Cache-Control"] = "no-store"
    return response


def unknown_host(request: HttpRequest) -> HttpResponse:
    return error_page("errors/unknown_host.html", status=404, site=site_of(None))


@open_to_all
@require_safe
def appearance(request: HttpRequest) -> HttpResponse:
    """The place's accent as tokens; kept for a year by browsers when asked for with its version."""
    site = site_of(context.current())
    response = HttpResponse(colours.stylesheet(site.accent), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = A_YEAR if request.GET.get("v") else AN_HOUR
    return response


@open_to_all
@require_safe
def logo(request: HttpRequest) -> HttpResponse:
    place = context.require()
    kept = (place.config.get("assets") or {}).get("logo")
    if not kept:
        raise Http404
    response = HttpResponse(base64.b64decode(kept["base64"]), content_type=kept["type"])
    response["Cache-Control"] = A_YEAR if request.GET.get("v") else AN_HOUR
    # An SVG opened by itself is a document: it may run nothing and fetch nothing.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@open_in_demo
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/components.html", showcase.everything())
