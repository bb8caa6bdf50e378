"""For brothers and sisters together: a visit, the parents' answer, a signing session."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.children.access import Scope
from core.children.models import Child
from core.children.opening import Opened, child_page, note_list, open_child
from core.journal import operations as journal
from core.pathways import families as reads
from core.pathways.forms import families as forms_
from core.pathways.models import Contract
from core.pathways.operations import families
from core.pathways.operations.signing import CannotSign
from core.pathways.operations.transitions import CannotMove
from core.people.enums import Role
from core.ui import toasts
from core.ui.forms import OnceForm

# The first contact may be the secretary's; each other role is checked with its link to the child.
family_page = child_page(Role.COORDINATOR, Role.REFERENT, Role.SECRETARY)


@require_http_methods(["GET", "HEAD", "POST"])
@family_page
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Written once, logged in the referral of each chosen child."""
    opened, children = _family(request, pk)
    day = timezone.localdate(opened.at)
    form = forms_.FamilyVisitForm(request.POST or None, referrals=reads.to_visit(children, opened.user, day))
    if form.is_valid():
        chosen = form.chosen()
        journal.once(
            key=form.cleaned_data["form_key"],
            at=opened.at,
            make=lambda: families.log_contacts(
                referrals=chosen, by=opened.user, at=opened.at, **form.contact()
            )[0],
        )
        toasts.done(request, f"Noté pour {_names([item.child for item in chosen])}.")
        return redirect("children:family", pk)
    if _pressed_again(form):
        return redirect("children:family", pk)
    return _page(request, opened, form, "Saisir une visite pour plusieurs enfants", "Noter pour ces enfants")


@require_http_methods(["GET", "HEAD", "POST"])
@family_page
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """One line of the parents, an agreement or a refusal for each chosen child."""
    opened, children = _family(request, pk)
    form = forms_.FamilyAgreementForm(request.POST or None, referrals=reads.to_answer(children, opened.user))
    if form.is_valid():
        chosen = form.chosen()
        try:
            journal.once(
                key=form.cleaned_data["form_key"],
                at=opened.at,
                make=lambda: families.record_agreements(
                    referrals=chosen, by=opened.user, at=opened.at, **form.answer()
                )[0],
            )
        except CannotMove as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, f"La réponse est notée pour {_names([item.child for item in chosen])}.")
            return redirect("children:family", pk)
    if _pressed_again(form):
        return redirect("children:family", pk)
    return _page(request, opened, form, "Recueillir l’accord pour plusieurs enfants", "Noter la réponse")


@require_http_methods(["GET", "HEAD", "POST"])
@family_page
def signing(request: HttpRequest, pk: int) -> HttpResponse:
    """The family's part of each contract that waits for it, one signature a contract."""
    opened, children = _family(request, pk)
    waiting = reads.to_sign(children, opened.user, timezone.localdate(opened.at))
    form = forms_.FamilySigningForm(request.POST or None, waiting=waiting)
    if form.is_valid():
        drawn = form.drawn()
        try:
            journal.once(
                key=form.cleaned_data["form_key"],
                at=opened.at,
                make=lambda: families.sign_for_family(
                    drawn=drawn, by=opened.user, at=opened.at, **form.signer()
                )[0],
            )
        except CannotSign as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, f"C’est signé pour {_names([contract.child for contract, _ in drawn])}.")
            return redirect("pathways:family_signing", pk)
    if _pressed_again(form):
        return redirect("pathways:family_signing", pk)
    page = {
        "child": opened.child,
        "form": form,
        "waiting": waiting,
        "others": _signed_for_the_family(children, [item.contract.pk for item in waiting], opened),
    }
    return render(request, "pathways/family_signing.html", page)


def _signed_for_the_family(children: Sequence[Child], waiting: list[int], opened: Opened) -> list[Contract]:
    """Contracts of the family whose other parts may still wait."""
    sealed = Contract.objects.visible_to(opened.user).filter(child__in=children, state="sealed")
    return list(sealed.exclude(pk__in=waiting).select_related("child").order_by("child__sort_name", "pk"))


def _family(request: HttpRequest, pk: int) -> tuple[Opened, list[Child]]:
    """Each child shown on the page has its read line."""
    opened = open_child(request, pk, scope=Scope.FILE)
    children = reads.open_files(opened.child, opened.user, opened.at)
    if request.method in ("GET", "HEAD"):
        note_list(request, [child.pk for child in children])
    return opened, children


def _pressed_again(form: OnceForm) -> bool:
    """A double click or a reload of what is done, and so no longer offered."""
    return form.is_bound and journal.was_done(form.cleaned_data.get("form_key"))


def _page(
    request: HttpRequest,
    opened: Opened,
    form: forms_.ChosenChildren,
    title: str,
    submit: str,
) -> HttpResponse:
    page = {"child": opened.child, "form": form, "title": title, "submit": submit}
    return render(request, "pathways/family_act.html", page)


def _names(children: Sequence[Child | None]) -> str:
    *others, last = [child.first_name for child in children if child is not None]
    return f"{', '.join(others)} et {last}" if others else last
