"""What machines ask an installation: is it alive, is it ready, how is it doing. On any host, before any town.

`/healthz` looks at nothing else: a process that answers is alive, and restarting it would not bring a
database back. `/readyz` says 503 with the names of what is missing. `/metrics` wants the token of
REUSSITE_METRICS_TOKEN and does not exist without one.
"""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from reussite import metrics
from tenants import health


class ProbesMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.answers = {"/healthz": alive, "/readyz": ready, "/metrics": figures}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.answers.get(request.path)
        response = answer(request) if answer is not None and request.method in ("GET", "HEAD") else None
        if response is None:
            return self.get_response(request)
        response["Cache-Control"] = "no-store"
        return response


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """Pages work without the broker, so that its absence is said and takes nobody out of service."""
    database = health.database_answers()
    parts = {
        "database": database,
        "migrations": database and health.is_migrated(),
        "broker": health.broker_answers(),
    }
    needed = parts["database"] and parts["migrations"]
    return JsonResponse(parts, status=200 if needed else 503)


def figures(request: HttpRequest) -> HttpResponse | None:
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    if not token or not secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return None  # the page of an address that does not exist
    return HttpResponse(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)
