"""From the host to the town, before anything else looks at the request."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.module_loading import import_string

from tenants import registry
from tenants.context import entered


class TownMiddleware:
    """Enters the town of the request's host for the length of the request.

    An unknown host, a suspended town and a secondary domain end here: no session, no user, no
    query of a town is made for them. A streamed response is produced after the town is left, so
    its generator must not query; if it does, it gets NoPlaceError and not another town.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.unknown_host = import_string(settings.UNKNOWN_HOST_VIEW)
        self.suspended = import_string(settings.SUSPENDED_VIEW)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            host, _, port = request.get_host().lower().partition(":")
        except DisallowedHost:
            return self.unknown_host(request)  # type: ignore[no-any-return]
        place = registry.by_host(host.rstrip("."))
        if place is None:
            return self.unknown_host(request)  # type: ignore[no-any-return]
        if place.state != "active":
            return self.suspended(request, place)  # type: ignore[no-any-return]
        if host != place.primary_host:
            authority = f"{place.primary_host}:{port}" if port else place.primary_host
            address = f"{request.scheme}://{authority}{request.get_full_path()}"
            return HttpResponseRedirect(address, preserve_request=True)
        request.urlconf = place.urlconf
        request.place = place  # type: ignore[attr-defined]
        with entered(place):
            return self.get_response(request)
