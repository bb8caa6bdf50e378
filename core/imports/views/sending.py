from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.children.opening import signed_in
from core.imports import templating
from core.imports.forms import SendForm
from core.imports.models import Import
from core.imports.operations import receiving
from core.imports.views.opening import names_nobody
from core.sheets.shapes import CONTENT_TYPES, LABELS, Format, UnreadableError
from core.sheets.writing import file_name
from core.ui.tables import Column, listing

COLUMNS = (
    Column("Envoyé le", "date", ("-sent_at", "-pk")),
    Column("Par"),
    Column("État"),
    Column("Lignes", numeric=True),
)


@names_nobody
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """A table to fill in, a table to send, those sent before."""
    user = signed_in(request)
    form = SendForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
    )
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["table"][0]
        try:
            batch = receiving.receive(file_name=name, sheets=form.sheets, by=user, at=timezone.now())
        except UnreadableError as refused:
            form.add_error("table", str(refused))
        else:
            return redirect("imports:columns", batch.pk)
    rows = Import.objects.visible_to(user).select_related("sent_by").defer("sheets")
    context = {"form": form, "listing": listing(rows, COLUMNS, request.GET), "formats": LABELS.items()}
    return render(request, "imports/list.html", context)


@names_nobody
@require_safe
def template(request: HttpRequest, format: str) -> HttpResponse:
    if format not in LABELS:
        raise Http404
    chosen = cast(Format, format)
    name = file_name("Tableau à remplir", chosen)
    return HttpResponse(
        templating.template(chosen),
        content_type=CONTENT_TYPES[chosen],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
