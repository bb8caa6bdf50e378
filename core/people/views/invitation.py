"""Where an invitation's link leads: the person's first page."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import ratelimit
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core.people import operations
from core.people.enums import ROLES_UNDER_CHARTER
from core.people.forms import OpenAccountForm, OpeningPasskeyForm
from core.people.models import Invitation, User
from core.ui.access import open_to_all

RATES = {"invitation": "20/m/ip"}


@open_to_all
@never_cache
@sensitive_post_parameters("password")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    if refusal := ratelimit.consume_or_429(request, action="invitation", config=RATES):
        return refusal
    try:
        found = operations.invitation_of(token, at=timezone.now())
    except operations.InvitationClosed:
        return _closed(request)
    person = found.user
    known = {"first_name": person.first_name, "last_name": person.last_name, "function": person.function}
    form = OpenAccountForm(request.POST or None, person=person, initial=known)
    if form.is_valid():
        try:
            return _opened(request, token, form.cleaned_data, person)
        except operations.InvitationClosed:
            return _closed(request)
        except ValidationError:
            form.add_error(
                None, "La clé d’accès n’a pas pu être enregistrée. Réessayez, ou choisissez un mot de passe."
            )
    page = {"form": form, "invitation": found, "person": person, "options_url": _options_url(token)}
    return render(request, "people/invitation.html", page)


@open_to_all
@never_cache
@require_POST
def passkey_options(request: HttpRequest, token: str) -> HttpResponse:
    """What the browser needs to make a passkey; the challenge stays in the session."""
    if refusal := ratelimit.consume_or_429(request, action="invitation", config=RATES):
        return refusal
    try:
        found: Invitation = operations.invitation_of(token, at=timezone.now())
    except operations.InvitationClosed:
        return JsonResponse({}, status=404)
    return JsonResponse({"creation_options": webauthn.begin_registration(found.user, True)})


def _opened(request: HttpRequest, token: str, values: dict[str, Any], invited: User) -> HttpResponse:
    """Raises InvitationClosed; ValidationError when the passkey does not hold: then nothing happened."""
    credential = values.pop("credential")
    with transaction.atomic():
        if not values["password"]:
            _require_valid_passkey(invited, request)
        password = values.pop("password") or None
        person = operations.accept_invitation(token=token, at=timezone.now(), password=password, **values)
        if password is None:
            webauthn.WebAuthn.add(person, "Première clé", credential)
    if request.user.is_authenticated:
        logout(request)
    method = (
        {"method": "password"} if password else {"method": "mfa", "type": "webauthn", "passwordless": True}
    )
    record_authentication(request, person, reauthenticated=True, **method)
    under_charter = person.has_role(*ROLES_UNDER_CHARTER)
    target = reverse("people:charter") if under_charter else "/"
    return perform_login(request, Login(user=person, redirect_url=target))


def _require_valid_passkey(person: User, request: HttpRequest) -> None:
    form = OpeningPasskeyForm(data={"name": "", "credential": request.POST["credential"]}, user=person)
    if not form.is_valid():
        raise ValidationError("passkey")


def _closed(request: HttpRequest) -> HttpResponse:
    """Forged, of another town, used, revoked, too old: the same words, which tell nothing."""
    return render(request, "people/invitation_closed.html", status=404)


def _options_url(token: str) -> str:
    return reverse("people:invitation_passkey", args=[token])
