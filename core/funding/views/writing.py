"""Conventions, expenses and in-kind contributions: written, corrected, taken back."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.children.opening import signed_in
from core.funding import operations, years
from core.funding.forms import ConventionForm, ExpenseForm, InKindForm, initial_of
from core.funding.models import Convention, Expense, InKind
from core.funding.views.acting import Page, keepers_page, written
from core.ui import toasts

reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])


@keepers_page
@reading_or_writing
def new_convention(request: HttpRequest) -> HttpResponse:
    form = ConventionForm(request.POST or None, initial=_this_year())
    page = Page(
        "Ajouter une convention", "Ajouter la convention", reverse("funding:home"), "Convention ajoutée."
    )
    return written(request, form, page, lambda details: operations.create_convention(
        details=details, by=signed_in(request), at=timezone.now()
    ))  # fmt: skip


@keepers_page
@reading_or_writing
def convention(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Convention.objects.visible_to(signed_in(request)), pk=pk)
    form = ConventionForm(request.POST or None, initial=initial_of(row))
    return _corrected(request, form, row, "convention", str(row), reverse("funding:home"))


@keepers_page
@reading_or_writing
def new_expense(request: HttpRequest) -> HttpResponse:
    form = ExpenseForm(request.POST or None)
    page = Page(
        "Ajouter une dépense",
        "Ajouter la dépense",
        reverse("funding:expenses"),
        "Dépense ajoutée.",
        lead="L’aide d’un enfant se note depuis son dossier\u00a0: elle n’est dite qu’à la coordination.",
    )
    return written(request, form, page, lambda details: operations.create_expense(
        details=details, by=signed_in(request), at=timezone.now()
    ))  # fmt: skip


@keepers_page
@reading_or_writing
def expense(request: HttpRequest, pk: int) -> HttpResponse:
    """One without a child; of those with one, the page is `funding:aid`."""
    rows = Expense.objects.visible_to(signed_in(request)).filter(child=None)
    row = get_object_or_404(rows, pk=pk)
    form = ExpenseForm(request.POST or None, initial=initial_of(row))
    return _corrected(request, form, row, "expense", str(row), reverse("funding:expenses"))


@keepers_page
@reading_or_writing
def new_in_kind(request: HttpRequest) -> HttpResponse:
    form = InKindForm(request.POST or None, initial=_this_year())
    page = Page("Ajouter un apport en nature", "Ajouter l’apport", reverse("funding:home"), "Apport ajouté.")
    return written(request, form, page, lambda details: operations.create_in_kind(
        details=details, by=signed_in(request), at=timezone.now()
    ))  # fmt: skip


@keepers_page
@reading_or_writing
def in_kind(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(InKind.objects.visible_to(signed_in(request)), pk=pk)
    form = InKindForm(request.POST or None, initial=initial_of(row))
    return _corrected(request, form, row, "in_kind", str(row), reverse("funding:home"))


@keepers_page
@require_POST
def withdraw_convention(request: HttpRequest, pk: int) -> HttpResponse:
    return _switched(request, Convention, pk, "convention", active=False)


@keepers_page
@require_POST
def restore_convention(request: HttpRequest, pk: int) -> HttpResponse:
    return _switched(request, Convention, pk, "convention", active=True)


@keepers_page
@require_POST
def withdraw_expense(request: HttpRequest, pk: int) -> HttpResponse:
    return _switched(request, Expense, pk, "expense", active=False)


@keepers_page
@require_POST
def restore_expense(request: HttpRequest, pk: int) -> HttpResponse:
    return _switched(request, Expense, pk, "expense", active=True)


@keepers_page
@require_POST
def withdraw_in_kind(request: HttpRequest, pk: int) -> HttpResponse:
    return _switched(request, InKind, pk, "in_kind", active=False)


@keepers_page
@require_POST
def restore_in_kind(request: HttpRequest, pk: int) -> HttpResponse:
    return _switched(request, InKind, pk, "in_kind", active=True)


def _this_year() -> dict[str, Any]:
    return {"year": years.current(years.own_kind(), timezone.localdate())}


def _corrected(request: HttpRequest, form: Any, row: Any, name: str, title: str, back: str) -> HttpResponse:
    page = Page(
        title,
        "Enregistrer la correction",
        back,
        "Correction enregistrée.",
        row=row,
        withdraw_url=reverse(f"funding:withdraw_{name}", args=[row.pk]) if row.active else "",
        restore_url="" if row.active else reverse(f"funding:restore_{name}", args=[row.pk]),
    )
    return written(request, form, page, lambda details: operations.correct(
        row=row, details=details, by=signed_in(request), at=timezone.now()
    ))  # fmt: skip


def _switched(request: HttpRequest, model: type[Model], pk: int, name: str, *, active: bool) -> HttpResponse:
    user, at = signed_in(request), timezone.now()
    row = get_object_or_404(model._default_manager.visible_to(user), pk=pk)  # type: ignore[attr-defined]
    if active:
        operations.restore(row=row, by=user, at=at)
        toasts.done(request, "C’est remis\u00a0: les totaux le comptent.")
    else:
        operations.withdraw(row=row, by=user, at=at)
        undo = reverse(f"funding:restore_{name}", args=[pk])
        toasts.done(request, "C’est retiré\u00a0: les totaux ne le comptent plus.", undo_url=undo)
    return redirect("funding:expenses" if model is Expense else "funding:home")
