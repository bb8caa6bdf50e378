from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.children.opening import note_list
from core.imports import queries, templating
from core.imports.forms import UndoForm
from core.imports.models import Import, ImportRow
from core.imports.operations import receiving, running, undoing
from core.imports.operations.moving import CannotImportError
from core.imports.views.opening import names_children, names_nobody, opened, post
from core.imports.workflow import WORKING, ImportState
from core.sheets.shapes import CONTENT_TYPES
from core.ui.tables import Column, listing

LABELS = {
    ImportState.CHECKING: "Vérification de votre tableau",
    ImportState.RUNNING: "Reprise de votre tableau",
    ImportState.UNDOING: "Retrait de la reprise",
}
ROWS = (Column("Ligne", numeric=True), Column("Enfant"), Column("À dire"))
LEFT = (Column("Ligne", numeric=True), Column("Pourquoi"))


@names_children
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One page for each moment of an import."""
    _, batch = opened(request, pk)
    if batch.state == ImportState.SENT:
        return redirect("imports:columns", pk)
    context: dict[str, Any] = {"batch": batch, "tally": queries.tally(batch), **_progress(batch)}
    if batch.state in WORKING:
        note_list(request, [])
        return render(request, "imports/working.html", context)
    if batch.state == ImportState.CHECKED:
        return _review(request, batch, context)
    note_list(request, [])
    context["brought"] = queries.brought(batch.counts)
    context["listing"] = listing(queries.left_out(batch), LEFT, request.GET)
    return render(request, "imports/report.html", context)


def _review(request: HttpRequest, batch: Import, context: dict[str, Any]) -> HttpResponse:
    tally: queries.Tally = context["tally"]
    which = request.GET.get("vue") or (
        "erreurs" if tally.to_mend else "doublons" if tally.to_decide else "toutes"
    )
    page = listing(queries.rows_of(batch, which), ROWS, request.GET)
    lines = [(row, queries.name_in(row), _to_say(row)) for row in page.rows]
    shown = {twin["child"] for row, _, _ in lines for twin in row.twins if "child" in twin}
    note_list(request, shown)
    return render(
        request, "imports/review.html", {**context, "which": which, "listing": page, "lines": lines}
    )


def _to_say(row: ImportRow) -> list[str]:
    if row.decision == "skip":
        return ["Laissée de côté"]
    problems = [problem["text"] for problem in row.problems]
    if problems or not row.twins:
        return problems
    return [row.get_decision_display()] if row.decision else ["Est-ce le même enfant ?"]


def _progress(batch: Import) -> dict[str, Any]:
    return {
        "label": LABELS.get(ImportState(batch.state), ""),
        "progress_url": reverse("imports:progress", args=[batch.pk]),
    }


@names_nobody
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """What the page asks for while a worker is at it; at the end the page itself is loaded anew."""
    _, batch = opened(request, pk)
    working = batch.state in WORKING
    response = render(request, "imports/partials/_progress.html", {"batch": batch, **_progress(batch)})
    if not working:
        response["HX-Redirect"] = reverse("imports:detail", args=[pk])
    return response


@names_nobody
@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    user, batch = opened(request, pk)
    return post(request, batch, lambda: running.run(batch=batch, by=user, at=timezone.now()), "")


@names_nobody
@require_POST
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    user, batch = opened(request, pk)
    said = "La reprise est abandonnée : rien de ce fichier n’est gardé."
    return post(request, batch, lambda: receiving.give_up(batch=batch, by=user, at=timezone.now()), said)


@names_children
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    user, batch = opened(request, pk)
    if batch.state != ImportState.DONE:
        return redirect("imports:detail", pk)
    staying = queries.named(undoing.worked_on(batch))
    form = UndoForm(len(staying), request.POST if request.method == "POST" else None)
    if request.method == "POST" and (form.is_valid() or not form.fields):
        the_rest = form.cleaned_data.get("the_rest", False)
        try:
            undoing.undo(batch=batch, the_rest=the_rest, by=user, at=timezone.now())
        except CannotImportError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("imports:detail", pk)
    note_list(request, [child.pk for child in staying])
    context = {"batch": batch, "form": form, "staying": staying, "tally": queries.tally(batch)}
    return render(request, "imports/undo.html", context)


@names_nobody
@require_safe
def left_out(request: HttpRequest, pk: int) -> HttpResponse:
    _, batch = opened(request, pk)
    return HttpResponse(
        templating.of_left_out(batch),
        content_type=CONTENT_TYPES["xlsx"],
        headers={
            "Content-Disposition": 'attachment; filename="lignes-laissees-de-cote.xlsx"',
            "Cache-Control": "no-store",
        },
    )
