"""A year's accounts on one page, and its expenses one by one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.children.opening import signed_in
from core.funding import exports, queries
from core.funding.views.acting import keepers_page
from core.funding.years import FundingYear
from core.journal.reading import read_only
from core.people.models import User
from core.sheets import lists
from core.ui.tables import Column, listing

CONVENTIONS = (
    Column("Financeur et programme"),
    Column("État"),
    Column("Demandé", numeric=True),
    Column("Accordé", numeric=True),
    Column("Versé", numeric=True),
    Column("Reste à verser", numeric=True),
)
EXPENSES = (
    Column("Date"),
    Column("Nature"),
    Column("Objet"),
    Column("Convention"),
    Column("Montant", numeric=True),
)
NATURES = (Column("Nature"), Column("Nombre", numeric=True), Column("Dépensé", numeric=True))
IN_KIND = (Column("Qui donne"), Column("Quoi"), Column("Valeur estimée", numeric=True))


@keepers_page
@require_safe
@read_only
def home(request: HttpRequest) -> HttpResponse:
    user, today = signed_in(request), timezone.localdate()
    offered = queries.years_offered(today)
    year = exports.chosen_year(request.GET.dict(), offered)
    table = queries.funding_table(year.first, year.last)
    conventions = queries.conventions_of(year.first, year.last)
    return render(
        request,
        "funding/home.html",
        {
            "year": year,
            "choices": _choices(offered, year),
            "table": table,
            "conventions": [(row, _part_said(row.of_year, year)) for row in conventions],
            "in_kind": [
                (row, _part_said(row.of_year, year)) for row in queries.in_kind_of(year.first, year.last)
            ],
            "deadlines": [(one, one.on < today) for one in queries.deadlines(today)],
            "columns": {"conventions": CONVENTIONS, "natures": NATURES, "in_kind": IN_KIND},
            "export_conventions": _export("conventions_received", user, year),
            "export_in_kind": _export("in_kind", user, year),
        },
    )


@keepers_page
@require_safe
@read_only
def expense_list(request: HttpRequest) -> HttpResponse:
    """Which child an aid was for is told on a page of its own, which leaves its line."""
    user, at = signed_in(request), timezone.now()
    offered = queries.years_offered(timezone.localdate(at))
    year = exports.chosen_year(request.GET.dict(), offered)
    page = listing(exports.expenses_of(user, year, at), EXPENSES, request.GET)
    return render(
        request,
        "funding/expenses.html",
        {
            "year": year,
            "choices": _choices(offered, year),
            "listing": page,
            "export_url": _export("expenses", user, year),
        },
    )


def _choices(offered: list[FundingYear], year: FundingYear) -> list[dict[str, Any]]:
    listed = offered if year in offered else [year, *offered]
    return [
        {"code": one.code, "label": one.label[:1].upper() + one.label[1:], "chosen": one == year}
        for one in listed
    ]


def _part_said(own: FundingYear, year: FundingYear) -> str:
    """« année 2026 : 243 jours sur 365 », where a year is not wholly in the one shown."""
    common = queries.days_in_common(own, year.first, year.last)
    if common == own.days:
        return ""
    return f"{own.label}\u00a0: comptée pour {common}\u00a0jours sur {own.days}"


def _export(code: str, user: User, year: FundingYear) -> str:
    return lists.address(code, user.roles_on(timezone.localdate()), {"annee": year.code})
