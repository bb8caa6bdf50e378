"""Reports: begun, written, read as they would leave, finalised, taken up again. The coordination's alone."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.children.opening import signed_in
from core.journal import operations as journal
from core.journal.reading import read_only
from core.people.access import charter_required, roles_required
from core.people.enums import Role
from core.reporting import choosing, documents
from core.reporting.enums import ReportKind
from core.reporting.forms import BeginForm, FinaliseForm, TextsForm
from core.reporting.models import Report, ReportIssue
from core.reporting.operations import reports
from core.reporting.operations.reports import CannotReportError
from core.reporting.reports import content, drafting, naming
from core.reporting.reports.content import Content
from core.sheets import writing
from core.ui import toasts
from core.ui.refusals import tell
from core.ui.shapes import Crumb
from core.ui.tables import Column, listing

COLUMNS = (Column("Bilan"), Column("Année"), Column("État"), Column("Versions arrêtées"))
COUNTS = (Column("Ce qui est compté"), Column("Nombre", numeric=True))
FUNDERS = (
    Column("Financeur et programme"),
    *(Column(name, numeric=True) for name in ("Demandé", "Accordé", "Versé", "Reste à verser")),
)
COSTS = (
    Column("Au numérateur"),
    Column("Montant", numeric=True),
    Column("Au dénominateur"),
    Column("Nombre", numeric=True),
    Column("Coût", numeric=True),
)
reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])


def writers_page(view: Any) -> Any:
    return roles_required(Role.COORDINATOR)(charter_required(view))


@writers_page
@require_safe
@read_only
def report_list(request: HttpRequest) -> HttpResponse:
    rows = Report.objects.visible_to(signed_in(request)).latest_first().prefetch_related("issues")
    page = listing(list(rows), COLUMNS, request.GET)
    lines = [
        (one, drafting.period_of(one).label, sorted(one.issues.all(), key=lambda issue: issue.version))
        for one in page.rows
    ]
    return render(request, "reporting/report_list.html", {"listing": page, "lines": lines})


@writers_page
@reading_or_writing
def new(request: HttpRequest) -> HttpResponse:
    user, at = signed_in(request), timezone.now()
    form = BeginForm(request.POST or None, years=choosing.own_years(timezone.localdate(at)))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            pk, _ = journal.once(
                key=data["form_key"],
                at=at,
                make=lambda: reports.begin(
                    kind=ReportKind(data["kind"]), period=data["year"], by=user, at=at
                ),
            )
        except CannotReportError as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as refused:
            tell(form, refused)
        else:
            return redirect("reporting:report", pk)
    return render(request, "reporting/new_report.html", {"form": form})


@writers_page
@reading_or_writing
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Its texts; what was typed stays where it is refused."""
    user, at = signed_in(request), timezone.now()
    found = get_object_or_404(Report.objects.visible_to(user), pk=pk)
    blocks = found.blocks.order_by("order", "pk")
    form = TextsForm(request.POST or None, kind=found.kind, blocks=blocks)
    if request.method == "POST" and form.is_valid():
        try:
            reports.write(report=found, texts=form.texts(), by=user, at=at)
        except CannotReportError as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, "C’est enregistré.")
            return redirect("reporting:report", pk)
    issues = list(found.issues.select_related("made_by").order_by("-version"))
    page = {"report": found, "label": drafting.period_of(found).label, "form": form, "issues": issues}
    return render(request, "reporting/report.html", page | {"crumbs": _crumbs()})


@writers_page
@require_POST
def add_text(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Report.objects.visible_to(signed_in(request)), pk=pk)
    try:
        reports.add_text(report=found, by=signed_in(request), at=timezone.now())
    except CannotReportError as refusal:
        toasts.refused(request, str(refusal))
    else:
        toasts.done(request, "Un texte est ajouté à la fin.")
    return redirect("reporting:report", pk)


@writers_page
@reading_or_writing
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """As it would leave, what seems to name a child told first; finalised from here."""
    user, at = signed_in(request), timezone.now()
    found = get_object_or_404(Report.objects.visible_to(user), pk=pk)
    if not found.is_draft:
        return redirect("reporting:issue", found.issues.latest("version").pk)
    draft = drafting.draft_of(found)
    named = naming.names_in(drafting.words_of(draft))
    form = FinaliseForm(request.POST or None, named=named, initial={"seen": drafting.digest_of(draft)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        confirmed = bool(data.get("names"))
        try:
            made = reports.finalise(
                report=found, seen=data["seen"], names_confirmed=confirmed, by=user, at=at
            )
        except CannotReportError as refusal:
            form = _to_read_again(draft, named, refusal)
        else:
            toasts.done(request, "Le bilan est arrêté\u00a0: il ne change plus.")
            return redirect("reporting:issue", made.pk)
    over = timezone.localdate(at) > found.last_on
    first = drafting.figures_told(found) is None
    page = {"report": found, "form": form, "named": named, "over": over, "first": first}
    return render(request, "reporting/preview_report.html", page | shown(draft))


@writers_page
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Report.objects.visible_to(signed_in(request)), pk=pk)
    try:
        reports.reopen(report=found, by=signed_in(request), at=timezone.now())
    except CannotReportError as refusal:
        toasts.refused(request, str(refusal))
    else:
        toasts.done(request, "Le bilan est repris\u00a0: la version arrêtée reste lisible.")
    return redirect("reporting:report", pk)


@writers_page
@require_safe
@read_only
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(
        ReportIssue.objects.visible_to(signed_in(request)).select_related("report", "made_by"), pk=pk
    )
    formats = [("pdf", "PDF"), *((code, label) for code, label in writing.LABELS.items() if code != "csv")]
    page = {"issue": found, "report": found.report, "formats": formats}
    return render(request, "reporting/issue.html", page | shown(content.read(found)))


def _to_read_again(draft: Content, named: list[str], refusal: CannotReportError) -> FinaliseForm:
    """For the draft that the page shows now; what was confirmed was of another one."""
    form = FinaliseForm({"seen": drafting.digest_of(draft)}, named=named)
    form.full_clean()
    form.add_error(None, str(refusal))
    return form


def shown(told: Content) -> dict[str, Any]:
    """What the page of a draft and that of a version say in the same way."""
    columns = {"counts": COUNTS, "funders": FUNDERS, "costs": COSTS}
    label, reader = documents.period_of(told).label, ReportKind(told.kind).label
    tables = [
        (table, (Column(table.heading), Column("Nombre", numeric=True), Column("Part", numeric=True)))
        for table in told.tables
    ]
    money = [
        (title, (Column(title), Column("Euros", numeric=True)), rows)
        for title, rows in (
            ("Dépenses par nature", told.expenses),
            ("Apports en nature", told.in_kind),
            ("Totaux", told.totals),
        )
        if rows
    ]
    return {
        "content": told,
        "columns": columns,
        "tables": tables,
        "money": money,
        "label": label,
        "reader": reader,
        "crumbs": _crumbs(),
    }


def _crumbs() -> list[Crumb]:
    return [Crumb("Chiffres", reverse("reporting:dashboard")), Crumb("Bilans", reverse("reporting:reports"))]
