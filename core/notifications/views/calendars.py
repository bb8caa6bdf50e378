"""« Dans mon agenda »: the page on which one asks for an address, and what that address answers."""

from typing import Any

from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from core.children.opening import signed_in
from core.notifications import feed
from core.notifications.models import CalendarLink
from core.notifications.operations import calendars
from core.notifications.operations.calendars import LinkClosed
from core.people import letters
from core.people.access import charter_required, roles_required
from core.people.enums import ROLES_UNDER_CHARTER
from core.ui import icalendar, toasts
from core.ui.access import open_to_all
from core.ui.shapes import Crumb

# A programme asks a few times an hour. Those of many people may share an address: guesses are counted by it.
READING = {"calendar_feed": "60/h/key"}
GUESSING = {"calendar_guess": "60/h/ip"}
under_charter = roles_required(*ROLES_UNDER_CHARTER)


@charter_required
@under_charter
@require_safe
@never_cache
def calendar(request: HttpRequest) -> HttpResponse:
    link = CalendarLink.objects.filter(user=signed_in(request), ended_at=None).first()
    return render(request, "notifications/calendar.html", _page(link, ""))


@charter_required
@under_charter
@require_POST
@never_cache
@sensitive_variables()
def make(request: HttpRequest) -> HttpResponse:
    """The address is on this page alone, once: only its hash is kept."""
    user = signed_in(request)
    token = calendars.make_link(user=user, at=timezone.now())
    address = letters.address_of(reverse("notifications:feed", args=[token]))
    link = CalendarLink.objects.get(user=user)
    return render(request, "notifications/calendar.html", _page(link, address))


def _page(link: CalendarLink | None, address: str) -> dict[str, Any]:
    crumbs = [Crumb("Semaine", reverse("notifications:week")), Crumb("Dans mon agenda")]
    return {"link": link, "address": address, "crumbs": crumbs}


@charter_required
@under_charter
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    calendars.end_link(user=signed_in(request), at=timezone.now())
    toasts.done(request, "L’adresse ne montre plus rien. Votre agenda peut l’oublier.")
    return redirect("notifications:calendar")


@open_to_all
@require_safe
@sensitive_variables()
def feed_page(request: HttpRequest, token: str) -> HttpResponse:
    """The same 404 whatever closed the address."""
    at = timezone.now()
    try:
        user = calendars.person_of(token, at=at)
    except LinkClosed:
        refusal = ratelimit.consume_or_429(request, action="calendar_guess", config=GUESSING, limit_get=True)
        if refusal:
            return refusal
        raise Http404 from None
    refusal = ratelimit.consume_or_429(
        request, action="calendar_feed", config=READING, key=str(user.pk), limit_get=True
    )
    if refusal:
        return refusal
    response = HttpResponse(feed.feed_of(user, at=at), content_type=icalendar.TYPE)
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
