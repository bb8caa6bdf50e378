"""Signing from home: what the coordinator sends, and the pages that its link opens."""

import json
from datetime import date

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.children.models import Guardian
from core.pathways import permissions
from core.pathways.forms.home_signing import CodeForm, HomeSigningForm
from core.pathways.models import Contract, SigningLink
from core.pathways.operations import home_signing
from core.pathways.operations.home_signing import CannotSendLink, LinkClosed
from core.pathways.operations.signing import NotTheirName
from core.people.access import charter_required, roles_required
from core.people.enums import Role
from core.people.models import User
from core.ui import toasts
from core.ui.access import open_to_all

preparing_roles = roles_required(Role.COORDINATOR, Role.REFERENT)
OPENING = {"home_signing": "120/h/ip"}
SIGNED = "signed"
CODES = {"home_signing_code": "5/h/key,20/h/ip"}


@charter_required
@preparing_roles
@require_POST
def send_link(request: HttpRequest, pk: int, guardian: int) -> HttpResponse:
    """« Envoyer un lien de signature » on the contract's page."""
    contract = _contract(request, pk)
    around = Guardian.objects.filter(guardianships__child_id=contract.child_id).distinct()
    adult = get_object_or_404(around, pk=guardian)
    try:
        home_signing.make_signing_link(
            contract=contract, guardian=adult, by=_user(request), at=timezone.now()
        )
    except CannotSendLink as refusal:
        messages.error(request, str(refusal))
    else:
        toasts.done(request, "Le lien de signature est envoyé. Il vaut sept jours.")
    return redirect("pathways:contract", pk)


@charter_required
@preparing_roles
@require_POST
def cancel_link(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    contract = _contract(request, pk)
    found = get_object_or_404(SigningLink.objects.filter(contract=contract), pk=link)
    home_signing.cancel_signing_link(link=found, by=_user(request), at=timezone.now())
    toasts.done(request, "Le lien est annulé : il n’ouvre plus rien.")
    return redirect("pathways:contract", pk)


@open_to_all
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, token: str) -> HttpResponse:
    """A code first; then the contract, which can be signed. Whatever closes the link, the page is one."""
    refusal = ratelimit.consume_or_429(request, action="home_signing", config=OPENING, limit_get=True)
    if refusal:
        return refusal
    at = timezone.now()
    try:
        link = home_signing.link_of(token, at=at)
        proof = str(request.session.get(_key(link), ""))
        if "ask" in request.POST:
            return _ask(request, link, token)
        if "code" in request.POST:
            return _enter(request, link, token)
        opened = home_signing.open_contract(token=token, proof=proof, at=at) if proof else None
        if opened is None:
            return _code_page(request, link, CodeForm())
        return _contract_page(request, opened, token, proof)
    except LinkClosed:
        if home_signing.used_link(token) in _signed_here(request):
            return redirect("pathways:home_signed")
        return render(request, "pathways/home_closed.html", status=404)


@open_to_all
@never_cache
@require_safe
def signed(request: HttpRequest) -> HttpResponse:
    """It knows nothing of what was signed."""
    return render(request, "pathways/home_signed.html")


def _ask(request: HttpRequest, link: SigningLink, token: str) -> HttpResponse:
    key = f"{link.pk}"
    refusal = ratelimit.consume_or_429(request, action="home_signing_code", config=CODES, key=key)
    if refusal:
        return refusal
    home_signing.ask_code(token=token, at=timezone.now())
    return redirect("pathways:home_signing", token)


def _enter(request: HttpRequest, link: SigningLink, token: str) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _code_page(request, link, form)
    proof = home_signing.enter_code(token=token, code=form.cleaned_data["code"], at=timezone.now())
    if proof:
        request.session.cycle_key()
        request.session[_key(link)] = proof
        return redirect("pathways:home_signing", token)
    link = home_signing.link_of(token, at=timezone.now())
    form.add_error("code", "Ce n’est pas le bon code, ou il a plus de dix minutes.")
    return _code_page(request, link, form)


def _code_page(request: HttpRequest, link: SigningLink, form: CodeForm) -> HttpResponse:
    page = {
        "form": form,
        "code_sent": home_signing.code_is_out(link, timezone.now()),
        "tries_left": home_signing.MOST_TRIES - link.tries,
    }
    return render(request, "pathways/home_code.html", page)


def _contract_page(request: HttpRequest, link: SigningLink, token: str, proof: str) -> HttpResponse:
    contract = link.contract
    form = HomeSigningForm(request.POST or None, contract=contract)
    if form.is_valid():
        try:
            done = home_signing.sign_at_home(token=token, proof=proof, at=timezone.now(), **form.cleaned_data)
        except NotTheirName as refusal:
            form.add_error("signature", str(refusal))
        else:
            if done is None:
                return redirect("pathways:home_signing", token)
            request.session[_key(link)] = SIGNED
            return redirect("pathways:home_signed")
    text = json.loads(contract.sealed_text)
    page = {
        "text": text,
        "changes": text.get("changes", []),
        "ends_on": date.fromisoformat(text["planned_end_on"]),
        "guardian": link.guardian,
        "checksum": contract.sealed_hash,
        "form": form,
    }
    return render(request, "pathways/home_contract.html", page)


def _key(link: SigningLink) -> str:
    return f"home_signing:{link.pk}"


def _signed_here(request: HttpRequest) -> set[int]:
    """Links with which this very browser signed: a second press is thanked, and told nothing more."""
    return {
        int(name.rpartition(":")[2])
        for name, value in request.session.items()
        if name.startswith("home_signing:") and value == SIGNED
    }


def _contract(request: HttpRequest, pk: int) -> Contract:
    user = _user(request)
    contract = get_object_or_404(Contract.objects.visible_to(user), pk=pk)
    if not permissions.can_prepare(user, contract):
        raise PermissionDenied
    return contract


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 (the sign-in middleware saw to it)
    return request.user
