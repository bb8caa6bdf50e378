"""« Aujourd’hui »: the first page after sign-in, and the whole list behind each of its counts."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.children.opening import signed_in
from core.journal.reading import read_only, reads_children
from core.notifications import today as day
from core.notifications.today import Reader
from core.notifications.views.noting import note_day
from core.people.access import any_signed_in
from core.people.enums import ROLES_UNDER_CHARTER
from core.people.queries import under_charter
from core.ui.navigation import navigation_of
from core.ui.shapes import Crumb
from core.ui.tables import listing


@any_signed_in
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Names for who is under the charter; without a signature nothing but the charter itself."""
    reader = Reader(signed_in(request), timezone.now())
    if not reader.has(*ROLES_UNDER_CHARTER):
        return _without_names(request, reader)
    if not under_charter(reader.user, reader.day):
        return render(request, "notifications/charter_first.html", {"day": reader.day})
    return _with_names(request, reader)


@read_only
def _without_names(request: HttpRequest, reader: Reader) -> HttpResponse:
    return _page(request, reader, day.groups_for(reader))


@reads_children
def _with_names(request: HttpRequest, reader: Reader) -> HttpResponse:
    groups = day.groups_for(reader)
    note_day(request, reader, day.child_ids(groups))
    return _page(request, reader, groups)


def _page(request: HttpRequest, reader: Reader, groups: list[day.Group]) -> HttpResponse:
    waits = [group for group in groups if group.waits]
    page = {
        "groups": groups,
        "waiting": waits,
        "ways": [] if waits else [link for link in navigation_of(request).shown if not link.current],
        "day": reader.day,
        "sees_week": reader.has(*ROLES_UNDER_CHARTER),
    }
    return render(request, "notifications/today.html", page)


@any_signed_in
@require_safe
def waiting(request: HttpRequest, code: str) -> HttpResponse:
    """All of one kind: exactly the rows that « Aujourd’hui » counted."""
    reader = Reader(signed_in(request), timezone.now())
    if not reader.has(*ROLES_UNDER_CHARTER):
        return _waiting(request, reader, code)
    if not under_charter(reader.user, reader.day):
        return redirect("people:charter")
    return _waiting_named(request, reader, code)


@reads_children
def _waiting_named(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    return _waiting(request, reader, code)


@read_only
def _waiting(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    source = day.find(code)
    rows = source.rows(reader) if source is not None else None
    if source is None or rows is None:
        raise Http404
    page = listing(rows, [], request.GET, per_page=25)
    lines = source.lines(list(page.rows), reader) if page.count else []
    if reader.has(*ROLES_UNDER_CHARTER):
        note_day(request, reader, [line.child_id for line in lines if line.child_id])
    crumbs = [Crumb("Aujourd’hui", reverse("notifications:today")), Crumb(source.title)]
    context = {"source": source, "lines": lines, "listing": page, "code": code, "crumbs": crumbs}
    return render(request, "notifications/waiting.html", context)


def back(code: str, *, to_list: bool = False) -> HttpResponse:
    """To where an act was pressed, without scripts."""
    if to_list:
        return redirect("notifications:waiting", code)
    return redirect("notifications:today")
