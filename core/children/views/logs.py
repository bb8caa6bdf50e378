"""Who has read a child's file, and who has changed it: for the coordinator, and for the family on paper."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.children import queries
from core.children.opening import Opened, child_page, open_child
from core.children.permissions import can_see_access_log
from core.journal.models import Change, ReadLine
from core.journal.words import act_label, page_label
from core.people.enums import Role
from core.ui.tables import Column, listing
from tenants import context

PER_PAGE = 100
PRINTED = 2000
READS = [Column("Quand"), Column("Qui"), Column("Pourquoi"), Column("Page")]
CHANGES = [Column("Quand"), Column("Qui"), Column("Quoi"), Column("Ce qui a changé")]


@require_safe
@child_page(Role.COORDINATOR)
def access_log(request: HttpRequest, pk: int) -> HttpResponse:
    opened = _opened(request, pk)
    changes = request.GET.get("voir") == "modifications"
    ids = queries.ids_of_file(opened.child)
    rows = _changes(ids) if changes else _reads(ids)
    page = listing(rows, CHANGES if changes else READS, request.GET, per_page=PER_PAGE)
    lines = [_change(row) if changes else _read(row) for row in page.rows]
    return render(
        request,
        "children/access_log.html",
        {
            "child": opened.child,
            "listing": page,
            "lines": lines,
            "changes": changes,
            "months": _months(),
        },
    )


@require_safe
@child_page(Role.COORDINATOR)
def print_access_log(request: HttpRequest, pk: int) -> HttpResponse:
    """For the family: who looked at the file, when and why."""
    opened = _opened(request, pk)
    ids = queries.ids_of_file(opened.child)
    return render(
        request,
        "children/access_log_print.html",
        {
            "child": opened.child,
            "reads": [_read(row) for row in _reads(ids)[:PRINTED]],
            "changes": [_change(row) for row in _changes(ids)[:PRINTED]],
            "at": opened.at,
            "months": _months(),
        },
    )


def _opened(request: HttpRequest, pk: int) -> Opened:
    return open_child(request, pk, may=lambda opened: can_see_access_log(opened.user, opened.at))


def _reads(ids: list[int]) -> Any:
    return ReadLine.objects.about(ids).select_related("actor").latest_first()


def _changes(ids: list[int]) -> Any:
    return Change.objects.about(ids).select_related("actor").latest_first()


def _read(row: ReadLine) -> dict[str, Any]:
    what = page_label(row.page)
    return {
        "at": row.at,
        "who": row.actor.full_name,
        "why": row.why,
        "purpose": row.purpose,
        "what": what if row.child_id else f"{what} (avec d’autres enfants)",
    }


def _change(row: Change) -> dict[str, Any]:
    return {
        "at": row.at,
        "who": row.actor.full_name if row.actor else row.actor_label,
        "what": act_label(row.act),
        "fields": queries.field_labels(row.target, row.fields),
    }


def _months() -> int:
    return int(context.require().config.get("retention", {}).get("log_months", 12))
