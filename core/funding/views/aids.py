"""What was paid for one child: opened as the child's file is, with its line of the read log."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.children.access import Scope
from core.children.opening import Opened, child_page, open_child, signed_in
from core.funding import operations
from core.funding.forms import AidForm, initial_of
from core.funding.models import Expense
from core.funding.permissions import READERS, can_keep_accounts
from core.funding.views.acting import Page, written

reading_or_writing = require_http_methods(["GET", "HEAD", "POST"])
LEAD = "Un montant, un domaine, une date\u00a0: rien d’autre n’en est gardé."


@reading_or_writing
@child_page(*READERS)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    opened = _opened(request, pk)
    page = Page("Noter une aide individuelle", "Noter l’aide", _file(opened), "Aide notée.",
                opened.child.full_name, LEAD)  # fmt: skip
    return written(request, AidForm(request.POST or None), page, lambda details: operations.create_expense(
        details=details, child=opened.child, by=opened.user, at=opened.at
    ))  # fmt: skip


@reading_or_writing
@child_page(*READERS)
def aid(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Expense.objects.visible_to(signed_in(request)).filter(child__isnull=False)
    row = get_object_or_404(rows, pk=pk)
    opened = _opened(request, row.child_id)
    page = Page(
        "Corriger une aide individuelle",
        "Enregistrer la correction",
        _file(opened),
        "Correction enregistrée.",
        opened.child.full_name,
        LEAD,
        row=row,
        withdraw_url=reverse("funding:withdraw_expense", args=[pk]) if row.active else "",
        restore_url="" if row.active else reverse("funding:restore_expense", args=[pk]),
    )
    form = AidForm(request.POST or None, initial=initial_of(row))
    return written(request, form, page, lambda details: operations.correct(
        row=row, details=details, by=opened.user, at=timezone.now()
    ))  # fmt: skip


def _opened(request: HttpRequest, pk: int) -> Opened:
    return open_child(request, pk, scope=Scope.FILE, may=lambda opened: can_keep_accounts(opened.user))


def _file(opened: Opened) -> str:
    return reverse("children:file", args=[opened.child.pk])
