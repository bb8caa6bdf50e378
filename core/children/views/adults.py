"""Adults around a child: who they are, what each may decide."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core.children import queries
from core.children.access import Scope
from core.children.forms import AdultForm, EndForm, RightsChangeForm, RightsForm
from core.children.forms.telling import ModeChoice
from core.children.models import Guardian, Guardianship
from core.children.opening import Opened, child_page, open_child
from core.children.operations import adults
from core.children.operations.adults import CannotChangeAdultError
from core.children.permissions import can_confirm_email
from core.journal import operations as journal
from core.ui import toasts
from core.ui.refusals import tell

KNOWN_SHOWN = 8


@require_http_methods(["GET", "HEAD", "POST"])
@child_page()
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody who is known already, or somebody new; either with rights over this child."""
    opened = _opened_for_rights(request, pk)
    known = _chosen(request, opened)
    text = request.GET.get("q", "").strip()[:100]
    form = RightsForm(request.POST or None, child=opened.child, but=known)
    who = None if known is not None else AdultForm(request.POST or None, prefix="adulte")
    if form.is_valid() and (who is None or who.is_valid()):
        try:
            _add(opened, known, who, form)
        except ValidationError as refused:
            tell(form, refused)
        else:
            toasts.done(request, "Cette personne figure maintenant autour de l’enfant.")
            return redirect("children:file", pk)
    found = queries.search_adults(opened.user, text, at=opened.at, around=opened.child) if text else []
    return render(
        request,
        "children/adult_add.html",
        {
            "child": opened.child,
            "form": form,
            "who": who,
            "known": known,
            "query": text,
            "found": found[:KNOWN_SHOWN],
        },
    )


def _add(opened: Opened, known: Guardian | None, who: AdultForm | None, form: RightsForm) -> None:
    rights, since = form.rights(), form.cleaned_data["since"]
    by, at, child = opened.user, opened.at, opened.child
    if known is not None:
        adults.link_adult(by=by, at=at, child=child, guardian=known, rights=rights, since=since)
    elif who is not None:
        details = who.details()
        journal.once(
            key=who.cleaned_data["form_key"],
            at=at,
            make=lambda: adults.add_adult(
                by=by, at=at, child=child, details=details, rights=rights, since=since
            ),
        )


def _chosen(request: HttpRequest, opened: Opened) -> Guardian | None:
    pk = request.GET.get("adulte", "")
    if not pk.isdigit():
        return None
    return get_object_or_404(Guardian.objects.visible_to(opened.user, at=opened.at), pk=int(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@child_page()
def rights(request: HttpRequest, pk: int, ship_pk: int) -> HttpResponse:
    """What this adult may decide: corrected, or changed from a day on."""
    opened = _opened_for_rights(request, pk)
    ship = _ship(opened, ship_pk)
    form = RightsChangeForm(request.POST or None, instance=ship, child=opened.child, but=ship.guardian)
    if form.is_valid():
        by, at, data = opened.user, opened.at, form.cleaned_data
        try:
            if data["mode"] == ModeChoice.CORRECT:
                adults.correct_rights(by=by, at=at, guardianship=ship, rights=form.rights())
            else:
                adults.change_rights(
                    by=by, at=at, guardianship=ship, rights=form.rights(), from_on=data["from_on"]
                )
        except ValidationError as refused:
            tell(form, refused)
        except CannotChangeAdultError as refused:
            form.add_error(None, str(refused))
        else:
            toasts.done(request, "C’est noté.")
            return redirect("children:file", pk)
    return render(
        request,
        "children/adult_rights.html",
        {"child": opened.child, "adult": ship.guardian, "ship": ship, "form": form},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@child_page()
def details(request: HttpRequest, pk: int, ship_pk: int) -> HttpResponse:
    """Who this adult is and how to reach him or her: for all children of the family at once."""
    opened = open_child(request, pk, may=lambda opened: opened.may_edit)
    guardian = _ship(opened, ship_pk).guardian
    form = AdultForm(request.POST or None, instance=guardian)
    if form.is_valid():
        try:
            adults.update_adult(by=opened.user, at=opened.at, guardian=guardian, details=form.details())
        except ValidationError as refused:
            tell(form, refused)
        else:
            toasts.done(request, "Les coordonnées sont à jour.")
            return redirect("children:file", pk)
    shown = Guardian.objects.get(pk=guardian.pk)
    return render(
        request, "children/adult_details.html", {"child": opened.child, "adult": shown, "form": form}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@child_page()
def end(request: HttpRequest, pk: int, ship_pk: int) -> HttpResponse:
    """This adult is no longer around the child; what was stays readable."""
    opened = _opened_for_rights(request, pk)
    ship = _ship(opened, ship_pk)
    form = EndForm(request.POST or None)
    if form.is_valid():
        try:
            adults.end_rights(by=opened.user, at=opened.at, guardianship=ship, on=form.cleaned_data["on"])
        except ValidationError as refused:
            tell(form, refused)
        except CannotChangeAdultError as refused:
            form.add_error(None, str(refused))
        else:
            toasts.done(request, "C’est noté. La situation passée reste lisible.")
            return redirect("children:file", pk)
    return render(
        request, "children/adult_end.html", {"child": opened.child, "adult": ship.guardian, "form": form}
    )


@require_POST
@child_page()
def confirm_email(request: HttpRequest, pk: int, ship_pk: int) -> HttpResponse:
    opened = open_child(
        request, pk, scope=Scope.FILE, may=lambda opened: can_confirm_email(opened.user, opened.at)
    )
    guardian = _ship(opened, ship_pk).guardian
    try:
        adults.confirm_email(
            by=opened.user, at=opened.at, guardian=guardian, email=request.POST.get("email", "")
        )
    except CannotChangeAdultError as refused:
        toasts.refused(request, str(refused))
    else:
        toasts.done(request, "Adresse confirmée : un code de signature peut y être envoyé.")
    return redirect("children:file", pk)


def _opened_for_rights(request: HttpRequest, pk: int) -> Opened:
    return open_child(request, pk, scope=Scope.FILE, may=lambda opened: opened.may_edit_rights)


def _ship(opened: Opened, pk: int) -> Guardianship:
    held = Guardianship.objects.select_related("guardian").filter(child=opened.child)
    return get_object_or_404(held, pk=pk)
