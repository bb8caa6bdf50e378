"""Reports to hand over: an accessible PDF, sheets."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from core.children.opening import signed_in
from core.journal.reading import read_only
from core.reporting import documents
from core.reporting.models import Report, ReportIssue
from core.reporting.reports import content, drafting, files
from core.reporting.views.reports import writers_page
from core.sheets import writing


@writers_page
@require_safe
@read_only
def draft_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The word « projet » on each page; what is finalised has no draft."""
    found = get_object_or_404(Report.objects.visible_to(signed_in(request)), pk=pk)
    if not found.is_draft:
        return redirect("reporting:issue", found.issues.latest("version").pk)
    body = documents.report_pdf(drafting.draft_of(found), None)
    return _answer(body, "application/pdf", f"projet-bilan-{pk}.pdf")


@writers_page
@require_safe
@read_only
def issue_file(request: HttpRequest, pk: int, format: str) -> HttpResponse:
    rows = ReportIssue.objects.visible_to(signed_in(request))
    found = get_object_or_404(rows, pk=pk)
    if format not in ("pdf", "ods", "xlsx"):
        raise Http404
    told = content.read(found)
    title = documents.title_of(told)
    if format == "pdf":
        body = documents.report_pdf(told, found)
        return _answer(body, "application/pdf", f"bilan-{pk}.pdf")
    body = writing.write(files.sheets(told, title, documents.notes_of(told, found)), format)
    name = writing.file_name(f"{title} version {found.version}", format)
    return _answer(body, writing.CONTENT_TYPES[format], name)


def _answer(body: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        body,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
