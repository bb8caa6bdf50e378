"""What was agreed with an organisation: signed, corrected, ended before its day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from core.partners.forms import AgreementForm, LastDayForm
from core.partners.models import Agreement, Organisation
from core.partners.operations import agreements
from core.partners.views import editing
from core.partners.views.editing import back_to, managers_only, signed_in
from core.ui import toasts


@managers_only
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    found, now = get_object_or_404(Organisation, pk=pk), timezone.now()
    form = AgreementForm(request.POST or None, instance=Agreement(organisation=found))
    if form.is_valid():
        made = editing.made_once(
            form,
            lambda: agreements.sign_agreement(
                organisation=found, details=form.details(), by=signed_in(request), at=now
            ),
            now,
        )
        if made is not None:
            toasts.done(request, "Convention enregistrée.")
            return back_to(pk)
    return editing.page(
        request,
        form,
        title="Enregistrer une convention",
        submit="Enregistrer la convention",
        organisation=found,
    )


@managers_only
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Agreement.objects.select_related("organisation"), pk=pk)
    form = AgreementForm(request.POST or None, instance=Agreement.objects.get(pk=pk))
    if form.is_valid() and editing.carried_out(
        form,
        lambda: agreements.change_agreement(
            agreement=found, details=form.details(), by=signed_in(request), at=timezone.now()
        ),
    ):
        toasts.done(request, "Convention enregistrée.")
        return back_to(found.organisation_id)
    return editing.page(
        request,
        form,
        title="Modifier la convention",
        submit="Enregistrer",
        organisation=found.organisation,
        from_file=found.from_file,
    )


@managers_only
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Agreement.objects.select_related("organisation"), pk=pk)
    form = LastDayForm(request.POST or None, initial={"last_on": timezone.localdate()})
    if form.is_valid() and editing.carried_out(
        form,
        lambda: agreements.end_agreement(
            agreement=found, by=signed_in(request), at=timezone.now(), **form.cleaned_data
        ),
    ):
        toasts.done(request, "Fin de la convention enregistrée.")
        return back_to(found.organisation_id)
    return editing.page(
        request,
        form,
        title=f"Arrêter la convention «\u00a0{found.reference}\u00a0»",
        submit="Arrêter la convention",
        organisation=found.organisation,
        ends=True,
        danger=True,
    )
