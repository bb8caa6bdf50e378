"""Taking a list away, and the list of what was taken."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.children.opening import note_list, signed_in
from core.exports import operations
from core.exports.forms import ExportForm
from core.exports.models import Export
from core.journal.reading import read_only
from core.people.access import charter_required, roles_required
from core.people.enums import Role
from core.sheets import lists, writing
from core.sheets.lists import ListToExport, Taken
from core.ui.tables import Column, listing
from core.ui.typography import day

SEARCH = "q"
COLUMNS = (
    Column("Le", "date", ("-at", "-pk")),
    Column("Par"),
    Column("Liste"),
    Column("Pour quoi faire"),
    Column("Lignes", numeric=True),
)


@charter_required
@roles_required(Role.COORDINATOR, Role.REFERENT, Role.SECRETARY)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Without a list, those that one may take away; with one, its reason and format, then the file."""
    user, at = signed_in(request), timezone.now()
    mine = lists.for_roles(user.roles_on(timezone.localdate(at)))
    code = request.GET.get("liste", "")
    if not code:
        return render(request, "exports/lists.html", {"lists": mine})
    chosen = next((one for one in mine if one.code == code), None)
    if chosen is None:
        raise Http404
    taken = chosen.build(user, request.GET.dict(), at)
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _file(request, chosen, taken, form.cleaned_data)
    context = {"form": form, "list": chosen, "count": len(taken.rows), "filters": _filters(request, chosen)}
    return render(request, "exports/new.html", context)


@charter_required
@roles_required(Role.COORDINATOR)
@require_safe
@read_only
def log(request: HttpRequest) -> HttpResponse:
    rows = Export.objects.visible_to(signed_in(request)).select_related("by")
    return render(request, "exports/log.html", {"listing": listing(rows, COLUMNS, request.GET)})


def _file(request: HttpRequest, chosen: ListToExport, taken: Taken, data: dict[str, Any]) -> HttpResponse:
    """The two lines are written before the file leaves: who was in it, and why it was taken."""
    user, at = signed_in(request), timezone.now()
    filters = _filters(request, chosen)
    notes = [f"Liste du {day(timezone.localdate(at))}.", *([f"Choix faits : {filters}."] if filters else [])]
    if chosen.names_children:
        notes.append("Données confidentielles : à garder pour l’usage dit, puis à effacer.")
    sheet = writing.Sheet(chosen.title, taken.columns, taken.rows, [*notes, *taken.notes])
    content = writing.write([sheet], data["format"])
    if chosen.names_children:
        note_list(request, taken.child_ids)
    operations.note_export(
        of=chosen,
        filters=filters,
        reason=data["reason"],
        format=data["format"],
        rows=len(taken.rows),
        by=user,
        at=at,
    )
    name = writing.file_name(chosen.title, data["format"])
    return HttpResponse(
        content,
        content_type=writing.CONTENT_TYPES[data["format"]],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _filters(request: HttpRequest, chosen: ListToExport) -> str:
    """The choices made on the list's page, in words; of a search not what was sought, often a name."""
    made = {name: request.GET.get(name, "").strip() for name in chosen.choices}
    said = ((chosen.choices[name], value if name != SEARCH else "") for name, value in made.items() if value)
    return ", ".join(f"{label} « {value[:60]} »" if value else label for label, value in said)
