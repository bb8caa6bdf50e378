"""To say that a child may need the PRE: by name, or from a file; brothers and sisters too."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.children.models import Child
from core.children.opening import child_page, open_child, signed_in
from core.children.queries import family_ids
from core.journal import operations as journal
from core.pathways import permissions
from core.pathways.forms import families as forms_
from core.pathways.models import Participation, Referral
from core.pathways.operations import families
from core.pathways.operations.families import Named
from core.pathways.operations.referrals import IncompleteReferral
from core.pathways.views.opening import note_action
from core.people.access import charter_required, roles_required
from core.people.enums import Role
from core.ui import toasts

REFERRERS = (
    Role.COORDINATOR,
    Role.REFERENT,
    Role.SECRETARY,
    Role.TEAM_MEMBER,
    Role.PARTNER_WORKER,
)


@charter_required
@roles_required(*REFERRERS)
def new(request: HttpRequest) -> HttpResponse:
    """The children as the referrer names them: the coordinator finds out which files they have."""
    form = forms_.NamedChildForm(request.POST or None)
    brothers = forms_.BrotherFormSet(request.POST or None, prefix="fratrie")
    if request.method == "POST" and form.is_valid() and brothers.is_valid():
        named = [*form.named(), *forms_.named_in(brothers)]
        if (sent := _send(request, form, named)) is not None:
            return redirect(*_next(request, sent))
    return render(request, "pathways/referral_new.html", {"form": form, "brothers": brothers})


@require_http_methods(["GET", "HEAD", "POST"])
@child_page(*REFERRERS)
def from_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The child of this file, and brothers and sisters whose identity the person sees."""
    opened = open_child(request, pk)
    ids = family_ids(opened.child, timezone.localdate(opened.at)) - {pk}
    siblings = list(Child.objects.visible_to(opened.user, at=opened.at).filter(pk__in=ids).by_name())
    form = forms_.KnownChildForm(request.POST or None, child=opened.child, siblings=siblings)
    if form.is_valid() and (sent := _send(request, form, form.named())) is not None:
        return redirect(*_next(request, sent))
    return render(request, "pathways/referral_from_file.html", {"form": form, "child": opened.child})


@require_http_methods(["GET", "HEAD", "POST"])
@child_page(*REFERRERS)
def from_action(request: HttpRequest, pk: int) -> HttpResponse:
    """A child who comes to a group without a pathway, by who leads it: named as the roll-call names it.

    The referral is tied to the child's file, of which whoever only leads the action learns nothing: neither
    what it holds nor whether there is a pathway elsewhere. The parents' agreement comes after, as always.
    """
    user, at = signed_in(request), timezone.now()
    rows = Participation.objects.current().visible_to(user).select_related("action", "child")
    participation = get_object_or_404(rows, pk=pk)
    if not permissions.can_refer_guest(user, participation):
        raise PermissionDenied
    child = participation.child
    known = Child.objects.visible_to(user, at=at).filter(pk=child.pk).exists()
    named = Named.of(child) if known else Named(child.first_name, "", None, child)
    form = forms_.NamedGuestForm(request.POST or None, guest=named)
    if form.is_valid() and (sent := _send(request, form, form.named())) is not None:
        return redirect(*_next(request, sent))
    note_action(request, participation.action, [child.pk])
    page = {"form": form, "name": child.first_name, "action": participation.action}
    return render(request, "pathways/referral_from_action.html", page)


def _send(request: HttpRequest, form: Any, named: list[Named]) -> int | None:
    """The first child's referral; None when something is missing, which the form then says."""
    user, at = signed_in(request), timezone.now()

    def make() -> Referral:
        return families.refer_together(
            children=named,
            motives=form.cleaned_data["motives"],
            by=user,
            at=at,
            referrer_name=user.full_name,
            referrer_function=user.function,
            **form.stated(),
        )[0]

    try:
        pk, _ = journal.once(key=form.cleaned_data["form_key"], at=at, make=make)
    except IncompleteReferral as refusal:
        form.add_error(None, str(refusal))
        return None
    toasts.done(
        request,
        "L’orientation est envoyée à la coordination."
        if len(named) == 1
        else f"{len(named)} orientations sont envoyées à la coordination, une par enfant.",
    )
    return pk


def _next(request: HttpRequest, sent: int) -> tuple[str | int, ...]:
    """Where to go on. Anyone may say that a child needs help; reading it again takes an agreement."""
    if Referral.objects.visible_to(signed_in(request)).filter(pk=sent).exists():
        return ("pathways:referral", sent)
    return ("pathways:inbox",)
