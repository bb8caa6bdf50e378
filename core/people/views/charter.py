"""Reading, signing and printing the confidentiality charter; paper signatures; who has signed."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from core.people import operations, queries
from core.people.access import any_signed_in, roles_required
from core.people.charter_text import blocks
from core.people.enums import PEOPLE_MANAGERS, Role
from core.people.forms import PaperSignatureForm, SignCharterForm
from core.people.models import Charter, User
from core.ui import toasts


@any_signed_in
def charter(request: HttpRequest) -> HttpResponse:
    now, user = timezone.now(), _user(request)
    day = timezone.localdate(now)
    current = queries.current_charter(day)
    if current is None:
        return render(request, "people/charter_missing.html")
    signed = current.signatures.filter(user=user).first()
    form = SignCharterForm(request.POST or None, charter=current)
    if signed is None and form.is_valid() and (answer := _sign(request, form, current, now)):
        return answer
    page = {
        "charter": current,
        "blocks": blocks(current.text),
        "signed": signed,
        "holding": queries.charter_in_force(user, day),
        "form": form,
        "onwards": _onwards(request),
    }
    return render(request, "people/charter.html", page)


def _sign(request: HttpRequest, form: SignCharterForm, current: Charter, at: datetime) -> HttpResponse | None:
    """The way on; none when the form has something to say."""
    user = _user(request)
    try:
        if form.cleaned_data["version"] != current.version:
            raise operations.NotTheCurrentCharter
        operations.sign_charter(user=user, charter=current, name=form.cleaned_data["name"], at=at)
    except operations.NameDiffers:
        form.add_error("name", f"Écrivez votre nom comme il est inscrit ici : {user.full_name}.")
        return None
    except operations.NotTheCurrentCharter:
        messages.warning(request, "La charte vient de changer. Lisez la nouvelle version avant de signer.")
    except operations.AlreadySigned:
        pass
    else:
        toasts.done(request, "Charte signée. Merci.")
        return redirect(_onwards(request) or "people:charter")
    return redirect("people:charter")


@any_signed_in
@require_safe
def print_charter(request: HttpRequest) -> HttpResponse:
    """On paper, with lines to sign: for newcomers at the door of a meeting."""
    current = queries.current_charter(timezone.localdate())
    if current is None:
        raise Http404
    return render(request, "people/charter_print.html", {"charter": current, "blocks": blocks(current.text)})


@roles_required(*PEOPLE_MANAGERS)
@require_safe
def signatures(request: HttpRequest) -> HttpResponse:
    """Who is held by the charter today, and who is still asked."""
    now = timezone.now()
    lines = [line for line in queries.people_lines(now) if line.state == "here" and line.under_charter]
    page = {
        "charter": queries.current_charter(timezone.localdate(now)),
        "signed": [line for line in lines if line.charter_signed],
        "asked": [line for line in lines if not line.charter_signed],
    }
    return render(request, "people/charter_signatures.html", page)


@roles_required(Role.COORDINATOR)
@require_POST
def paper_charter(request: HttpRequest, pk: int) -> HttpResponse:
    """The coordinator enters what was signed on paper."""
    person = get_object_or_404(User, pk=pk)
    now = timezone.now()
    current = queries.current_charter(timezone.localdate(now))
    form = PaperSignatureForm(request.POST)
    if current is None:
        raise Http404
    if not form.is_valid():
        messages.error(request, f"Signature non enregistrée. {' '.join(form.errors['on'])}")
    else:
        try:
            operations.record_paper_signature(
                person=person, charter=current, signed_on=form.cleaned_data["on"], by=_user(request), at=now
            )
        except operations.AlreadySigned:
            messages.warning(request, f"{person.full_name} avait déjà signé cette version.")
        else:
            toasts.done(request, f"Signature de {person.full_name} enregistrée. Gardez le papier.")
    return redirect("people:person", pk=pk)


def _onwards(request: HttpRequest) -> str:
    """The page that sent here, when it is one of this site."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if safe else ""


def _user(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise Http404
    return user
