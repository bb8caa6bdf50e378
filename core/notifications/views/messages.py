"""« Messages »: what one was told, and how one wants to be told."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.notifications import queries
from core.notifications.catalogue import CATALOGUE
from core.notifications.forms import PreferencesForm
from core.notifications.models import Notice
from core.notifications.operations import preferences as choices
from core.notifications.operations import telling
from core.people.access import any_signed_in, roles_required
from core.people.enums import Role
from core.people.models import User
from core.ui import toasts
from core.ui.access import open_to_all


@any_signed_in
@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    lines = queries.notice_lines(_user(request))
    unread = any(line.notice.read_at is None for line in lines)
    return render(request, "notifications/messages.html", {"lines": lines, "unread": unread})


@any_signed_in
@require_POST
def open_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Read, and led to what it is about; whether that opens is asked there."""
    notice = get_object_or_404(Notice.objects.visible_to(_user(request)), pk=pk)
    telling.mark_read(notice=notice, at=timezone.now())
    message = CATALOGUE.get(notice.event)
    return HttpResponseRedirect(message.url(notice.about)) if message else redirect("notifications:list")


@any_signed_in
@require_POST
def all_read(request: HttpRequest) -> HttpResponse:
    telling.mark_all_read(user=_user(request), at=timezone.now())
    toasts.done(request, "Tous vos messages sont marqués comme lus.")
    return redirect("notifications:list")


@any_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    user, day = _user(request), timezone.localdate()
    form = PreferencesForm(
        request.POST or None, kinds=queries.kinds_of(user, day), chosen=queries.channels_of(user)
    )
    if form.is_valid():
        choices.choose(user=user, channels=form.channels())
        toasts.done(request, "Vos choix sont enregistrés.")
        return redirect("notifications:preferences")
    always = queries.always_told(user, day)
    return render(request, "notifications/preferences.html", {"form": form, "always": always})


@csrf_exempt  # the mail program that posts here has no page of ours; the signed link is what it may do
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    try:
        _, event = choices.named_by(token)
        if request.method == "POST":
            choices.unsubscribe(token=token)
    except (choices.NotOurLink, choices.CannotChoose):
        raise Http404 from None
    label = "Récapitulatif" if event in telling.DIGESTS else CATALOGUE[event].label
    page = {"label": label, "done": request.method == "POST", "token": token}
    return render(request, "notifications/unsubscribe.html", page)


@roles_required(Role.COORDINATOR)
@require_safe
def refused_addresses(request: HttpRequest) -> HttpResponse:
    return render(request, "notifications/refused.html", {"rows": queries.refused_addresses()})


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 (the sign-in middleware saw to it)
    return request.user
