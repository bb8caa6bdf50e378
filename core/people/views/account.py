"""« Mon compte »: who I am here, how I sign in, where I am signed in."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.people import operations, queries
from core.people.access import any_signed_in, before_second_factor
from core.people.forms import PersonalDetailsForm
from core.people.models import User
from core.people.user_agents import device_words
from core.ui import toasts


@before_second_factor
@any_signed_in
def account(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    form = PersonalDetailsForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if form.is_valid():
        operations.change_details(person=user, by=user, at=timezone.now(), **form.cleaned_data)
        toasts.done(request, "Vos coordonnées sont enregistrées.")
        return redirect("people:account")
    return render(request, "people/account.html", {"form": form, **_security(user)})


@before_second_factor
@any_signed_in
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """The place asks everybody for a second factor; this person has none yet."""
    if queries.has_second_factor(_user(request)):
        return redirect("people:account")
    return render(request, "people/second_factor.html")


@require_safe
def account_again(request: HttpRequest) -> HttpResponse:
    """Where allauth comes back to after a change."""
    return redirect("people:account")


@before_second_factor
@any_signed_in
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Close one of one's own sessions, on a lost phone for instance."""
    session = get_object_or_404(UserSession, pk=pk, user=_user(request))
    session.end()
    toasts.done(request, "Session fermée sur cet appareil.")
    return redirect("usersessions_list")


class RemovePasskeyView(RemoveWebAuthnView):  # type: ignore[misc]
    """allauth asks for no permission here, and would leave somebody without any way in."""

    def form_valid(self, form: Any) -> HttpResponse:
        key, user = self.get_object(), self.request.user
        others = Authenticator.objects.filter(user=user, type=key.type).exclude(pk=key.pk)
        if not user.has_usable_password() and not others.exists():
            messages.error(
                self.request, "C’est votre seule façon d’entrer. Choisissez d’abord un mot de passe."
            )
            return redirect("people:account")
        if not get_adapter().can_delete_authenticator(key):
            messages.error(self.request, "Cette clé est votre seul second facteur, et il est demandé ici.")
            return redirect("people:account")
        return super().form_valid(form)  # type: ignore[no-any-return]


remove_passkey = RemovePasskeyView.as_view()


class SessionsView(ListUserSessionsView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page: dict[str, Any] = super().get_context_data(**kwargs)
        page["lines"] = [
            {"session": session, "device": device_words(session.user_agent), "current": session.is_current()}
            for session in reversed(page["sessions"])
        ]
        return page


sessions = SessionsView.as_view()


def _security(user: User) -> dict[str, Any]:
    found = list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))
    types = Authenticator.Type
    recovery = next((one for one in found if one.type == types.RECOVERY_CODES), None)
    return {
        "passkeys": [
            {"key": one, "name": one.wrap().name, "usable": queries.is_usable(one)}
            for one in found
            if one.type == types.WEBAUTHN
        ],
        "code_app": next((one for one in found if one.type == types.TOTP), None),
        "recovery_left": len(recovery.wrap().get_unused_codes()) if recovery else None,
        "has_password": user.has_usable_password(),
        "second_factor_required": queries.second_factor_required(),
        "roles": sorted(role.label for role in user.roles_on(timezone.localdate())),
        "signature": queries.charter_in_force(user, timezone.localdate()),
        "session_count": UserSession.objects.filter(user=user).count(),
    }


def _user(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise Http404
    return user
