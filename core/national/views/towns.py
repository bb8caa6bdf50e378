"""One town's return to a campaign, as far as the nation reads it; what the nation answers."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.children.opening import signed_in
from core.exchange import campaigning
from core.exchange.leaving import MessageForm
from core.exchange.models import Campaign
from core.exchange.operations import returns
from core.exchange.operations.returns import ReturnError
from core.exchange.workflow import CampaignState, ReturnState, StepKind
from core.journal.reading import read_only
from core.national import following, permissions
from core.national.views.campaigns import crumbs, surveying, surveyors
from core.ui import toasts
from core.ui.tables import Column
from tenants import registry
from tenants.context import Place
from tenants.errors import UnknownPlaceError

COLUMNS = (Column("Question"), Column("Réponse"))


def _found(campaign: int, town: str) -> tuple[Campaign, Place]:
    """A campaign that was opened, and a town of the platform."""
    opened = Campaign.objects.exclude(state=CampaignState.DRAFT)
    try:
        place = registry.by_slug(town)
    except UnknownPlaceError:
        raise Http404 from None
    if place.kind != "town":
        raise Http404
    return get_object_or_404(opened, pk=campaign), place


@surveyors
@require_safe
@read_only
def detail(request: HttpRequest, campaign: int, town: str) -> HttpResponse:
    found, place = _found(campaign, town)
    return _page(request, found, place, MessageForm())


def _page(request: HttpRequest, found: Campaign, place: Place, form: MessageForm) -> HttpResponse:
    standing = campaigning.standing(found, place.schema)
    waits = standing.state == ReturnState.SUBMITTED
    return render(
        request,
        "national/campaign_town.html",
        {
            "campaign": found,
            "town": place,
            "line": following.TownLine(place, standing),
            "sent": standing.last,
            "columns": COLUMNS,
            "told": following.told(standing.last) if standing.last else None,
            "thread": campaigning.thread(found, place.schema),
            "form": form,
            "can_decide": waits and permissions.can_run_survey(signed_in(request)),
            "crumbs": crumbs(found),
        },
    )


@surveyors
@require_POST
def accept(request: HttpRequest, campaign: int, town: str) -> HttpResponse:
    surveying(request)
    found, place = _found(campaign, town)
    try:
        returns.decide_return(
            campaign=found,
            schema=place.schema,
            kind=StepKind.ACCEPTED,
            number=_read(request),
            by=signed_in(request),
            at=timezone.now(),
        )
    except ReturnError as refusal:
        toasts.refused(request, str(refusal))
    else:
        toasts.done(request, "Le retour est accepté.")
    return redirect("national:campaign_town", campaign, town)


@surveyors
@require_POST
def send_back(request: HttpRequest, campaign: int, town: str) -> HttpResponse:
    surveying(request)
    return _written(request, campaign, town, decides=True)


@surveyors
@require_POST
def ask(request: HttpRequest, campaign: int, town: str) -> HttpResponse:
    """Those who read may ask too: the return stays where it is."""
    return _written(request, campaign, town, decides=False)


def _read(request: HttpRequest) -> int:
    """The number of the return that stood on the page; 0, which none has, where the page did not say."""
    number = request.POST.get("number", "")
    return int(number) if number.isdecimal() else 0


def _written(request: HttpRequest, campaign: int, town: str, *, decides: bool) -> HttpResponse:
    found, place = _found(campaign, town)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _page(request, found, place, form)
    text, by, at = form.cleaned_data["text"], signed_in(request), timezone.now()
    try:
        if decides:
            returns.decide_return(
                campaign=found,
                schema=place.schema,
                kind=StepKind.SENT_BACK,
                number=_read(request),
                question=text,
                by=by,
                at=at,
            )
        else:
            returns.write_as_nation(campaign=found, schema=place.schema, text=text, by=by, at=at)
    except ReturnError as refusal:
        form.add_error("text", str(refusal))
        return _page(request, found, place, form)
    toasts.done(request, "Le retour est renvoyé à la ville." if decides else "La question est envoyée.")
    return redirect("national:campaign_town", campaign, town)
