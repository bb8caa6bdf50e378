"""One line in the log for each request, with its town and a number that every other line of it carries.

The line names the route, not the address: an address holds ids, searches and secret links.
"""

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponseBase

from reussite import metrics

log = structlog.get_logger("reussite.requests")

HEADER = "X-Request-ID"
OURS = re.compile(r"[0-9A-Za-z-]{8,64}")  # what a proxy may give; anything else is replaced
QUIET = ("/static/",)


class TracingMiddleware:
    """Outside all others but the probes: an unknown host and a refused request have their line too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        number = given if OURS.fullmatch(given) else uuid.uuid4().hex
        began = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=number):
            response = self.get_response(request)
            response[HEADER] = number
            self._note(request, response, time.perf_counter() - began)
            structlog.contextvars.unbind_contextvars("route")
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if request.resolver_match is not None:
            structlog.contextvars.bind_contextvars(route=f"/{request.resolver_match.route}")

    def _note(self, request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
        place = getattr(request, "place", None)
        town = place.slug if place is not None else ""
        metrics.count_request(town=town, status=response.status_code, seconds=seconds)
        if request.path.startswith(QUIET):
            return
        match = request.resolver_match
        log.info(
            "request",
            town=town or None,
            method=request.method,
            route=f"/{match.route}" if match is not None else None,
            status=response.status_code,
            ms=round(seconds * 1000),
        )
