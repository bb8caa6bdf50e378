"""Where a child, or an adult around it, lives; where the child goes to school."""

from datetime import date

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from core.children.forms import AddressForm, SchoolingForm
from core.children.forms.telling import ModeChoice
from core.children.models import Address, Child, Enrolment, Guardian, Guardianship
from core.children.opening import Opened, child_page, open_child
from core.children.operations import homes
from core.children.operations import schooling as schoolings
from core.children.operations.homes import Home
from core.ui import toasts
from core.ui.refusals import tell


@require_http_methods(["GET", "HEAD", "POST"])
@child_page()
def child_address(request: HttpRequest, pk: int) -> HttpResponse:
    opened = _opened_for_edit(request, pk)
    return _address(request, opened, opened.child)


@require_http_methods(["GET", "HEAD", "POST"])
@child_page()
def adult_address(request: HttpRequest, pk: int, ship_pk: int) -> HttpResponse:
    opened = _opened_for_edit(request, pk)
    held = Guardianship.objects.select_related("guardian").filter(child=opened.child)
    return _address(request, opened, get_object_or_404(held, pk=ship_pk).guardian)


def _address(request: HttpRequest, opened: Opened, of: Child | Guardian) -> HttpResponse:
    owner = {"child": of} if isinstance(of, Child) else {"guardian": of}
    present = Address.objects.filter(until_on=None, **owner).first()
    form = AddressForm(request.POST or None, present=present)
    if form.is_valid():
        data = form.cleaned_data
        corrected = present if data.get("mode") == ModeChoice.CORRECT else None
        try:
            _write_address(opened, of, corrected, form.written(), data["since_on"])
        except ValidationError as refused:
            tell(form, refused)
        else:
            toasts.done(request, "L’adresse est enregistrée.")
            return redirect("children:file", opened.child.pk)
    return render(request, "children/address.html", {"child": opened.child, "of": of, "form": form})


def _write_address(
    opened: Opened, of: Child | Guardian, corrected: Address | None, home: Home, since: date
) -> None:
    by, at = opened.user, opened.at
    if corrected is not None:
        homes.correct_address(by=by, at=at, address=corrected, home=home, since=since)
    else:
        homes.set_address(by=by, at=at, of=of, home=home, since=since)


@require_http_methods(["GET", "HEAD", "POST"])
@child_page()
def schooling(request: HttpRequest, pk: int) -> HttpResponse:
    opened = _opened_for_edit(request, pk)
    present = Enrolment.objects.filter(child=opened.child, until_on=None).first()
    form = SchoolingForm(request.POST or None, present=present)
    if form.is_valid():
        by, at, data = opened.user, opened.at, form.cleaned_data
        written, since = form.schooling(), data["since_on"]
        try:
            if present is not None and data["mode"] == ModeChoice.CORRECT:
                schoolings.correct_enrolment(by=by, at=at, enrolment=present, schooling=written, since=since)
            else:
                schoolings.enrol(by=by, at=at, child=opened.child, schooling=written, since=since)
        except ValidationError as refused:
            tell(form, refused)
        else:
            toasts.done(request, "La scolarité est enregistrée.")
            return redirect("children:file", pk)
    return render(
        request, "children/schooling.html", {"child": opened.child, "present": present, "form": form}
    )


def _opened_for_edit(request: HttpRequest, pk: int) -> Opened:
    return open_child(request, pk, may=lambda opened: opened.may_edit)
