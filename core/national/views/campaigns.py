"""Campaigns of the yearly survey: prepared, opened, followed, closed. Towns and states, no figure."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.children.opening import signed_in
from core.exchange import campaigning
from core.exchange.models import Campaign
from core.exchange.operations import campaigns
from core.exchange.operations.campaigns import CampaignError
from core.exchange.workflow import CampaignState
from core.journal import operations as journal
from core.journal.reading import read_only
from core.national import following, permissions
from core.national.forms import CampaignForm
from core.people.access import roles_required
from core.reporting.indicators import Period
from core.ui import toasts
from core.ui.shapes import Crumb

surveyors = roles_required(*permissions.SURVEYORS)


def surveying(request: HttpRequest) -> None:
    """Raises PermissionDenied for who may not run the survey."""
    if not permissions.can_run_survey(signed_in(request)):
        raise PermissionDenied


def crumbs(campaign: Campaign | None = None) -> list[Crumb]:
    found = [Crumb("Enquêtes", reverse("national:campaigns"))]
    if campaign is not None:
        found.append(Crumb(campaign.title, reverse("national:campaign", args=[campaign.pk])))
    return found


@surveyors
@require_safe
@read_only
def listing(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "national/campaigns.html",
        {
            "campaigns": Campaign.objects.newest_first(),
            "can_run": permissions.can_run_survey(signed_in(request)),
        },
    )


@surveyors
@require_safe
@read_only
def detail(request: HttpRequest, campaign: int) -> HttpResponse:
    """How far it is: how many towns are active, how many answered, and each one's state."""
    found = get_object_or_404(Campaign, pk=campaign)
    return render(
        request,
        "national/campaign.html",
        {
            "campaign": found,
            "progress": following.progress(found) if found.state != CampaignState.DRAFT else None,
            "form": campaigning.form_of(found),
            "reminders": found.reminders.order_by("-on"),
            "can_run": permissions.can_run_survey(signed_in(request)),
            "is_draft": found.state == CampaignState.DRAFT,
            "is_open": found.state == CampaignState.OPEN,
            "crumbs": crumbs(),
        },
    )


@surveyors
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest) -> HttpResponse:
    if not permissions.can_run_survey(signed_in(request)):
        toasts.refused(request, "L’exploitation prépare les campagnes\u00a0: demandez-lui.")
        return redirect("national:campaigns")
    form = CampaignForm(request.POST or None, on=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            pk = _prepare(form, request)
        except CampaignError as refusal:
            form.add_error("due_on", str(refusal))
        else:
            toasts.done(request, "La campagne est préparée. Relisez ses questions, puis ouvrez-la.")
            return redirect("national:campaign", pk)
    return render(request, "national/campaign_edit.html", {"form": form, "crumbs": crumbs()})


def _prepare(form: CampaignForm, request: HttpRequest) -> int:
    data, at = form.cleaned_data, timezone.now()

    def make() -> Campaign:
        return campaigns.prepare_campaign(
            title=data["title"], period=form.asked, due_on=data["due_on"], by=signed_in(request), at=at
        )

    return journal.once(key=data["form_key"], at=at, make=make)[0]


@surveyors
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, campaign: int) -> HttpResponse:
    surveying(request)
    found = get_object_or_404(Campaign, pk=campaign)
    period = Period(found.first_on, found.last_on)
    initial = {"title": found.title, "period": period.code, "due_on": found.due_on}
    form = CampaignForm(request.POST or None, on=timezone.localdate(), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            campaigns.edit_campaign(
                campaign=found,
                title=form.cleaned_data["title"],
                period=form.asked,
                due_on=form.cleaned_data["due_on"],
                by=signed_in(request),
                at=timezone.now(),
            )
        except CampaignError as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, "La campagne est modifiée.")
            return redirect("national:campaign", campaign)
    values = {"form": form, "campaign": found, "crumbs": crumbs(found)}
    return render(request, "national/campaign_edit.html", values)


@surveyors
@require_POST
def open_campaign(request: HttpRequest, campaign: int) -> HttpResponse:
    surveying(request)
    found = get_object_or_404(Campaign, pk=campaign)
    try:
        campaigns.open_campaign(campaign=found, by=signed_in(request), at=timezone.now())
    except CampaignError as refusal:
        toasts.refused(request, str(refusal))
    else:
        toasts.done(request, "La campagne est ouverte. Chaque ville l’apprend dans l’heure.")
    return redirect("national:campaign", campaign)


@surveyors
@require_POST
def close_campaign(request: HttpRequest, campaign: int) -> HttpResponse:
    surveying(request)
    found = get_object_or_404(Campaign, pk=campaign)
    try:
        campaigns.close_campaign(campaign=found, by=signed_in(request), at=timezone.now())
    except CampaignError as refusal:
        toasts.refused(request, str(refusal))
    else:
        toasts.done(request, "La campagne est close. Seuls les retours renvoyés sont encore attendus.")
    return redirect("national:campaign", campaign)


@surveyors
@require_POST
def remind(request: HttpRequest, campaign: int) -> HttpResponse:
    """Those who read may remind too: nothing is decided by it."""
    found = get_object_or_404(Campaign, pk=campaign)
    try:
        campaigns.remind_towns(campaign=found, by=signed_in(request), at=timezone.now())
    except CampaignError as refusal:
        toasts.refused(request, str(refusal))
    else:
        toasts.done(request, "Les villes qui n’ont pas répondu reçoivent un rappel dans l’heure.")
    return redirect("national:campaign", campaign)
