from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.children.models import Child
from core.children.opening import note_list
from core.imports import queries, vocabularies
from core.imports.enums import RowDecision
from core.imports.forms import DecisionForm, RowForm
from core.imports.models import Import, ImportRow
from core.imports.operations import mending
from core.imports.operations.moving import CannotImportError
from core.imports.views.opening import names_children, names_nobody, opened
from core.imports.workflow import ImportState
from core.people.models import User
from core.ui import toasts
from core.ui.typography import day


def _line(request: HttpRequest, pk: int, number: int) -> tuple[User, Import, ImportRow]:
    user, batch = opened(request, pk)
    return user, batch, get_object_or_404(batch.rows.select_related(None), number=number)


@names_children
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The line as written, to be mended, with the files that it looks like."""
    user, batch, line = _line(request, pk, number)
    if batch.state != ImportState.CHECKED:
        return redirect("imports:detail", pk)
    lists = vocabularies.all_of_town(timezone.localdate())
    data = request.POST if request.method == "POST" else None
    form = RowForm(line, set(batch.columns.values()), lists, data)
    if request.method == "POST" and form.is_valid():
        try:
            line = mending.mend(row=line, written=form.cleaned_data, by=user, at=timezone.now())
        except CannotImportError as refused:
            form.add_error(None, str(refused))
        else:
            return _after(request, batch, line)
    twins = _children_of(line)
    note_list(request, [child.pk for child in twins])
    context = {
        "batch": batch,
        "row": line,
        "name": queries.name_in(line),
        "form": form,
        "decision": DecisionForm(_choices(line, twins)) if line.twins else None,
        "back": _next(batch, line),
    }
    return render(request, "imports/row.html", context)


@names_nobody
@require_POST
def decide(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    user, batch, line = _line(request, pk, number)
    form = DecisionForm(_choices(line, _children_of(line)), request.POST)
    if not form.is_valid():
        toasts.refused(request, "Dites de qui est cette ligne.")
        return redirect("imports:row", pk, number)
    try:
        line = mending.decide(row=line, by=user, at=timezone.now(), **form.said)
    except CannotImportError as refused:
        toasts.refused(request, str(refused))
        return redirect("imports:row", pk, number)
    return _after(request, batch, line)


@names_nobody
@require_POST
def aside(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Left aside, or taken again."""
    user, batch, line = _line(request, pk, number)
    back = line.decision == RowDecision.SKIP
    try:
        line = mending.decide(
            row=line, decision=RowDecision.NONE if back else RowDecision.SKIP, by=user, at=timezone.now()
        )
    except CannotImportError as refused:
        toasts.refused(request, str(refused))
        return redirect("imports:row", pk, number)
    return _after(request, batch, line)


def _after(request: HttpRequest, batch: Import, line: ImportRow) -> HttpResponse:
    """The same line while something is wrong in it, else the next that waits."""
    if line.decision != RowDecision.SKIP and (line.errors or (line.twins and not line.decision)):
        toasts.refused(request, f"Ligne {line.number} : c’est enregistré, il reste quelque chose à dire.")
        return redirect("imports:row", batch.pk, line.number)
    toasts.done(request, f"Ligne {line.number} : c’est noté.")
    return redirect(_next(batch, line))


def _next(batch: Import, line: ImportRow) -> str:
    waiting = queries.waiting_after(batch, line.number)
    if waiting is None:
        return reverse("imports:detail", args=[batch.pk])
    return reverse("imports:row", args=[batch.pk, waiting])


def _children_of(line: ImportRow) -> list[Child]:
    return queries.named(twin["child"] for twin in line.twins if "child" in twin)


def _choices(line: ImportRow, children: list[Child]) -> list[tuple[str, str]]:
    known = {child.pk: child for child in children}
    found = []
    for twin in line.twins:
        if "row" in twin:
            found.append((f"row:{twin['row']}", f"Le même qu’à la ligne {twin['row']} ({twin['why']})"))
        elif twin["child"] in known:
            child = known[twin["child"]]
            born = f", né·e le {day(child.birth_on)}" if child.birth_on else ""
            label = f"Le même : {child.full_name}{born}, dossier n° {child.pk} ({twin['why']})"
            found.append((f"child:{child.pk}", label))
    return [*found, ("new", "Un autre enfant")]
