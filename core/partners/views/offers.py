"""What an organisation offers, and how many places it has left."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from core.partners import permissions
from core.partners.enums import NETWORK_MANAGERS
from core.partners.forms import OfferDetailsForm, PlacesForm
from core.partners.models import Offer, Organisation
from core.partners.operations import offers
from core.partners.views import editing
from core.partners.views.editing import back_to, managers_only, signed_in
from core.people.access import roles_required
from core.people.enums import Role
from core.ui import toasts


@managers_only
def add_offer(request: HttpRequest, pk: int) -> HttpResponse:
    found, now = get_object_or_404(Organisation, pk=pk), timezone.now()
    form = OfferDetailsForm(request.POST or None)
    if form.is_valid():
        made = editing.made_once(
            form,
            lambda: offers.add_offer(
                organisation=found, details=form.details(), by=signed_in(request), at=now
            ),
            now,
        )
        if made is not None:
            toasts.done(request, "Offre ajoutée à l’annuaire.")
            return back_to(pk)
    return editing.page(
        request, form, title="Ajouter une offre", submit="Ajouter à l’annuaire", organisation=found
    )


@managers_only
def edit_offer(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Offer.objects.select_related("organisation"), pk=pk)
    form = OfferDetailsForm(request.POST or None, instance=Offer.objects.get(pk=pk))
    if form.is_valid() and editing.carried_out(
        form,
        lambda: offers.change_offer(
            offer=found, details=form.details(), by=signed_in(request), at=timezone.now()
        ),
    ):
        toasts.done(request, "Offre enregistrée.")
        return back_to(found.organisation_id)
    return editing.page(
        request,
        form,
        title="Modifier l’offre",
        submit="Enregistrer",
        organisation=found.organisation,
        from_file=found.from_file,
    )


@roles_required(*NETWORK_MANAGERS, Role.PARTNER_WORKER)
def tell_places(request: HttpRequest, pk: int) -> HttpResponse:
    """The keepers', and the organisation's own workers'."""
    user = signed_in(request)
    rows = Offer.objects.visible_to(user).select_related("organisation")
    found = get_object_or_404(rows, pk=pk)
    if not permissions.can_tell_places(user, found):
        raise PermissionDenied
    form = PlacesForm(request.POST or None, initial={"places_left": found.places_left})
    if form.is_valid() and editing.carried_out(
        form, lambda: offers.tell_places(offer=found, by=user, at=timezone.now(), **form.cleaned_data)
    ):
        toasts.done(request, f"{found.label}\u00a0: places enregistrées.")
        return back_to(found.organisation_id)
    return editing.page(
        request,
        form,
        title=f"Places libres\u00a0: {found.label}",
        submit="Enregistrer",
        organisation=found.organisation,
        places=found.places,
    )


@managers_only
@require_POST
def close_offer(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Offer, pk=pk)
    offers.close_offer(offer=found, by=signed_in(request), at=timezone.now())
    undo = reverse("partners:reopen_offer", args=[pk])
    toasts.done(request, f"«\u00a0{found.label}\u00a0» ne figure plus dans l’annuaire.", undo_url=undo)
    return back_to(found.organisation_id)


@managers_only
@require_POST
def reopen_offer(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Offer, pk=pk)
    offers.reopen_offer(offer=found, by=signed_in(request), at=timezone.now())
    toasts.done(request, f"«\u00a0{found.label}\u00a0» figure de nouveau dans l’annuaire.")
    return back_to(found.organisation_id)
