"""Releases before they are out: prepared, their audit, published. Nobody sees their figures before that."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.children.opening import signed_in
from core.journal import operations as journal
from core.journal.reading import read_only
from core.national import answering, permissions, reading
from core.national.forms import PrepareForm
from core.national.models import Release
from core.national.operations import releasing
from core.national.operations.releasing import ReleaseError
from core.national.views.releases import audits_of
from core.national.workflow import WAITING
from core.people.access import roles_required
from core.ui import toasts
from core.ui.shapes import Crumb

makers = roles_required(*permissions.MAKERS)


@makers
@require_safe
@read_only
def drawer(request: HttpRequest) -> HttpResponse:
    """All releases with where they stand, and which towns have answered."""
    return render(
        request,
        "national/drawer.html",
        {"releases": Release.objects.newest_first(), "years": answering.years(timezone.localdate())},
    )


@makers
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest) -> HttpResponse:
    form = PrepareForm(request.POST or None, on=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            release = _prepare(form, request)
        except ReleaseError as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, "La publication est préparée. Son contrôle commence dans la minute.")
            return redirect("national:control", release.number)
    crumbs = [Crumb("Préparation", reverse("national:drawer"))]
    return render(request, "national/prepare.html", {"form": form, "crumbs": crumbs})


def _prepare(form: PrepareForm, request: HttpRequest) -> Release:
    data, at = form.cleaned_data, timezone.now()

    def make() -> Release:
        return releasing.prepare_release(
            period=form.period,
            recipient=data["recipient"],
            source=data["source"],
            labelled=data["labelled"],
            made_up=data.get("made_up", False),
            by=signed_in(request),
            at=at,
        )

    return Release.objects.get(pk=journal.once(key=data["form_key"], at=at, make=make)[0])


@makers
@require_safe
@read_only
def control(request: HttpRequest, number: int) -> HttpResponse:
    """What the attack found, in numbers of cells; no figure."""
    release = get_object_or_404(Release, number=number)
    return render(
        request,
        "national/control.html",
        {
            "release": release,
            "audits": audits_of(release) if release.audit else [],
            "reason": release.audit.get("reason", ""),
            "carried": reading.carried(release),
            "waiting": reading.waiting(release),
            "can_read": permissions.can_read(request.user, release),
            "can_discard": release.state in WAITING,
            "crumbs": [Crumb("Préparation", reverse("national:drawer"))],
        },
    )


@makers
@require_POST
def publish(request: HttpRequest, number: int) -> HttpResponse:
    release = get_object_or_404(Release, number=number)
    try:
        releasing.publish_release(release=release, by=signed_in(request), at=timezone.now())
    except ReleaseError as refusal:
        toasts.refused(request, str(refusal))
        return redirect("national:control", number)
    toasts.done(request, "La publication est parue. Elle ne change plus.")
    readable = permissions.can_read(request.user, release)
    return redirect("national:release" if readable else "national:control", number)


@makers
@require_POST
def discard(request: HttpRequest, number: int) -> HttpResponse:
    release = get_object_or_404(Release, number=number)
    try:
        releasing.discard_release(release=release, by=signed_in(request), at=timezone.now())
    except ReleaseError as refusal:
        toasts.refused(request, str(refusal))
    else:
        toasts.done(request, "La préparation est écartée. Rien n’en est paru.")
    return redirect("national:control", number)
