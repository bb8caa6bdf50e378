"""One organisation: its page, and what the network's keepers change of it and of the people to call there."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.shortcuts import render as rendered
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.journal.reading import read_only
from core.journal.words import act_label
from core.partners import access, counts, figures, permissions, places, queries
from core.partners.forms import ContactForm, OrganisationForm
from core.partners.models import ContactPerson, Organisation
from core.partners.operations import organisations
from core.partners.views import editing
from core.partners.views.directory import readers
from core.partners.views.editing import back_to, managers_only, signed_in
from core.people.models import User
from core.ui import toasts


@readers
@require_safe
@read_only
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    found = get_object_or_404(Organisation.objects.visible_to(user), pk=pk)
    manages = permissions.can_manage_network(user)
    professionals = queries.people_of(found, now)
    return rendered(
        request,
        "partners/organisation.html",
        {
            "organisation": found,
            "districts": places.said(found.districts, places.districts()),
            "offers": _offers(found, user),
            "contacts": [line for line in queries.contacts_of(found) if manages or line.contact.active],
            "people": professionals,
            "signed": sum(line.charter_signed for line in professionals),
            "sees_people": permissions.can_see_people(user, found),
            "tiles": _tiles(found, user),
            "may_manage": manages,
            "changes": _changes(found) if manages else [],
            **_agreements(found, user),
        },
    )


def _offers(found: Organisation, user: User) -> list[dict[str, Any]]:
    districts, domains = places.districts(), places.domains()
    manages = permissions.can_manage_network(user)
    shown = [offer for offer in queries.offers_of(found) if manages or offer.active]
    tells = bool(shown) and permissions.can_tell_places(user, shown[0])
    return [
        {
            "offer": offer,
            "domains": places.said(offer.domains, domains),
            "districts": places.said(offer.districts or found.districts, districts),
            "may_tell_places": tells and offer.active,
        }
        for offer in shown
    ]


def _agreements(found: Organisation, user: User) -> dict[str, Any]:
    """What was agreed, for those between whom it is; whether its people have access, for them too."""
    if not permissions.can_see_agreements(user, found):
        return {"sees_agreements": False}
    day = timezone.localdate()
    signed = queries.agreements_of(found)
    present = [agreement for agreement in signed if agreement.in_force_on(day)]
    coming = [agreement for agreement in signed if agreement.active and agreement.starts_on > day]
    return {
        "sees_agreements": True,
        "present": present,
        "coming": coming,
        "past": [agreement for agreement in signed if agreement not in present and agreement not in coming],
        "ending": [
            agreement for agreement in queries.ending_soon(day) if agreement.organisation_id == found.pk
        ],
        "has_access": access.is_under_agreement(found, day),
    }


def _changes(found: Organisation) -> list[dict[str, Any]]:
    return [
        {
            "at": change.at,
            "words": act_label(change.act),
            "who": change.actor.full_name if isinstance(change.actor, User) else change.actor_label,
        }
        for change in queries.changes_to(found)
    ]


def _tiles(found: Organisation, user: User) -> list[dict[str, str]]:
    exact, smallest = permissions.can_see_exact_counts(user), counts.least()
    return [
        {
            "label": figure.label,
            "value": counts.said(figure.count, exact=exact, smallest=smallest),
            "definition": figure.definition,
        }
        for figure in figures.figures_of(found, timezone.localdate())
    ]


@managers_only
def create(request: HttpRequest) -> HttpResponse:
    form, now = OrganisationForm(request.POST or None), timezone.now()
    if form.is_valid():
        user = signed_in(request)
        made = editing.made_once(
            form,
            lambda: organisations.create_organisation(details=form.details(), by=user, at=now),
            now,
        )
        if made is not None:
            toasts.done(request, "Structure ajoutée au réseau.")
            return redirect("partners:organisation", pk=made)
    return editing.page(request, form, title="Ajouter une structure", submit="Ajouter au réseau")


@managers_only
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Organisation, pk=pk)
    form = OrganisationForm(request.POST or None, instance=Organisation.objects.get(pk=pk))
    if form.is_valid() and editing.carried_out(
        form,
        lambda: organisations.change_organisation(
            organisation=found, details=form.details(), by=signed_in(request), at=timezone.now()
        ),
    ):
        toasts.done(request, "Fiche enregistrée.")
        return back_to(pk)
    return editing.page(
        request,
        form,
        title="Modifier la fiche",
        submit="Enregistrer",
        organisation=found,
        from_file=found.from_file,
    )


@managers_only
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Organisation, pk=pk)
    organisations.close_organisation(organisation=found, by=signed_in(request), at=timezone.now())
    undo = reverse("partners:reopen", args=[pk])
    toasts.done(request, f"{found.name} ne fait plus partie du réseau.", undo_url=undo)
    return back_to(pk)


@managers_only
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Organisation, pk=pk)
    editing.switched(
        request,
        lambda: organisations.reopen_organisation(
            organisation=found, by=signed_in(request), at=timezone.now()
        ),
        said=f"{found.name} fait de nouveau partie du réseau.",
        undo_url=reverse("partners:close", args=[pk]),
    )
    return back_to(pk)


@managers_only
def add_contact(request: HttpRequest, pk: int) -> HttpResponse:
    found, now = get_object_or_404(Organisation, pk=pk), timezone.now()
    form = ContactForm(request.POST or None, instance=ContactPerson(organisation=found))
    if form.is_valid():
        made = editing.made_once(
            form,
            lambda: organisations.add_contact(
                organisation=found, details=form.details(), by=signed_in(request), at=now
            ),
            now,
        )
        if made is not None:
            toasts.done(request, "Contact ajouté.")
            return back_to(pk)
    return editing.page(request, form, title="Ajouter un contact", submit="Ajouter", organisation=found)


@managers_only
def edit_contact(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ContactPerson.objects.select_related("organisation"), pk=pk)
    form = ContactForm(request.POST or None, instance=ContactPerson.objects.get(pk=pk))
    if form.is_valid() and editing.carried_out(
        form,
        lambda: organisations.change_contact(
            contact=found, details=form.details(), by=signed_in(request), at=timezone.now()
        ),
    ):
        toasts.done(request, "Contact enregistré.")
        return back_to(found.organisation_id)
    return editing.page(
        request,
        form,
        title="Modifier le contact",
        submit="Enregistrer",
        organisation=found.organisation,
        from_file=found.from_file,
    )


@managers_only
@require_POST
def close_contact(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ContactPerson, pk=pk)
    organisations.close_contact(contact=found, by=signed_in(request), at=timezone.now())
    undo = reverse("partners:reopen_contact", args=[pk])
    toasts.done(request, f"{found.name} ne figure plus parmi les contacts.", undo_url=undo)
    return back_to(found.organisation_id)


@managers_only
@require_POST
def reopen_contact(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ContactPerson, pk=pk)
    organisations.reopen_contact(contact=found, by=signed_in(request), at=timezone.now())
    toasts.done(request, f"{found.name} figure de nouveau parmi les contacts.")
    return back_to(found.organisation_id)
