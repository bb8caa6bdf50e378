from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.children.opening import note_list
from core.imports import queries, vocabularies
from core.imports.forms import ColumnsForm, SheetForm, WordsForm
from core.imports.operations import mapping, receiving
from core.imports.operations.moving import CannotImportError
from core.imports.operations.receiving import table_of
from core.imports.views.opening import names_children, names_nobody, opened
from core.imports.workflow import MAPPABLE
from core.sheets.shapes import UnreadableError
from core.ui import toasts


@names_nobody
@require_POST
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    user, batch = opened(request, pk)
    form = SheetForm(batch, request.POST)
    if not form.is_valid():
        toasts.refused(request, "Choisissez une feuille et le numéro de sa ligne de titres.")
        return redirect("imports:columns", pk)
    try:
        receiving.choose_sheet(batch=batch, by=user, at=timezone.now(), **form.cleaned_data)
    except (CannotImportError, UnreadableError) as refused:
        toasts.refused(request, str(refused))
    return redirect("imports:columns", pk)


@names_children
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    user, batch = opened(request, pk)
    if batch.state not in MAPPABLE:
        return redirect("imports:detail", pk)
    form = ColumnsForm(batch, table_of(batch), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            mapping.say_columns(batch=batch, said=form.said, by=user, at=timezone.now())
        except CannotImportError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("imports:words", pk)
    note_list(request, [])
    context = {"batch": batch, "form": form, "sheet_form": SheetForm(batch), "lines": len(table_of(batch))}
    return render(request, "imports/columns.html", context)


@names_children
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, pk: int) -> HttpResponse:
    """Without a word to explain, one press starts the check."""
    user, batch = opened(request, pk)
    if batch.state not in MAPPABLE:
        return redirect("imports:detail", pk)
    lists = vocabularies.all_of_town(timezone.localdate())
    unknown = queries.unknown_words(batch, table_of(batch), lists)
    form = WordsForm(unknown, batch.values, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            mapping.say_words(batch=batch, said=form.said, by=user, at=timezone.now())
        except CannotImportError as refused:
            toasts.refused(request, str(refused))
            return redirect("imports:columns", pk)
        return redirect("imports:detail", pk)
    note_list(request, [])
    return render(request, "imports/words.html", {"batch": batch, "form": form})
