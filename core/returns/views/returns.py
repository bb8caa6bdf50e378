"""The yearly return as it is read: filled in, copied out, as a file, as it was sent."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.exchange.models import Campaign
from core.journal.reading import read_only
from core.people.access import roles_required
from core.returns import exporting, permissions, queries, showing
from core.returns.documents import document
from core.returns.forms import MessageForm
from core.returns.models import Submission
from core.ui.shapes import Crumb

writers = roles_required(*permissions.WRITERS)


def crumbs(campaign: Campaign | None = None) -> list[Crumb]:
    found = [
        Crumb("Année prête", reverse("returns:ready")),
        Crumb("Enquêtes annuelles", reverse("returns:list")),
    ]
    if campaign is not None:
        found.append(Crumb(campaign.title, reverse("returns:detail", args=[campaign.pk])))
    return found


@writers
@require_safe
@read_only
def listing(request: HttpRequest) -> HttpResponse:
    """Every campaign that the town was asked to answer, past years included."""
    lines = [(one, queries.standing(one)) for one in queries.campaigns()]
    return render(
        request,
        "returns/list.html",
        {
            "lines": [(one, standing, showing.MEANINGS[standing.state]) for one, standing in lines],
            "crumbs": crumbs()[:1],
        },
    )


@writers
@require_safe
@read_only
def detail(request: HttpRequest, campaign: int) -> HttpResponse:
    found = get_object_or_404(Campaign, pk=campaign)
    today = timezone.localdate()
    view = showing.now(found, today)
    return render(
        request,
        "returns/detail.html",
        {
            "view": view,
            "form": MessageForm(),
            "is_over": found.last_on < today,
            "period": queries.period_of(found),
            "crumbs": crumbs(),
        },
    )


@writers
@require_safe
@read_only
def copy(request: HttpRequest, campaign: int) -> HttpResponse:
    """Answers alone, in the form's order, to be selected and pasted on the State's own site."""
    found = get_object_or_404(Campaign, pk=campaign)
    view = showing.now(found, timezone.localdate())
    return render(request, "returns/copy.html", {"view": view, "crumbs": crumbs(found)})


@writers
@require_safe
@read_only
def submission(request: HttpRequest, campaign: int, number: int) -> HttpResponse:
    """A return as it was sent: it does not move with the data."""
    found = get_object_or_404(Campaign, pk=campaign)
    sent = get_object_or_404(Submission, of__campaign=campaign, number=number)
    view = showing.sealed(found, sent, queries.standing(found))
    return render(
        request,
        "returns/submission.html",
        {"view": view, "submission": sent, "crumbs": crumbs(found)},
    )


@writers
@require_safe
@read_only
def download(request: HttpRequest, campaign: int, format: str) -> HttpResponse:
    """The return as a PDF, or as a spreadsheet."""
    found = get_object_or_404(Campaign, pk=campaign)
    view = showing.now(found, timezone.localdate())
    if format == "pdf":
        body, kind = document.of_return(view), "application/pdf"
    elif format in exporting.FORMATS:
        body, kind = exporting.of_return(view, format), exporting.FORMATS[format]
    else:
        raise Http404
    name = exporting.file_name(found, format)
    return HttpResponse(
        body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
