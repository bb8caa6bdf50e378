"""Accounts as files, for the coordination: no child is named in them."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from core.funding import queries, years
from core.funding.models import Convention, Expense, InKind
from core.funding.permissions import READERS
from core.funding.years import FundingYear
from core.people.models import User
from core.sheets.lists import ListToExport, Taken
from core.sheets.shapes import Column

TAKING = frozenset(map(str, READERS))
CHOICES = {"annee": "année"}


def chosen_year(params: Mapping[str, str], offered: list[FundingYear]) -> FundingYear:
    """The year of the address, where it is one; else the first offered."""
    return years.parse(params.get("annee", "")) or offered[0]


def _year(params: Mapping[str, str], at: datetime) -> FundingYear:
    return chosen_year(params, queries.years_offered(timezone.localdate(at)))


def _conventions(user: User, params: Mapping[str, str], at: datetime) -> Taken:
    year = _year(params, at)
    seen = set(Convention.objects.visible_to(user, at=at).kept().values_list("pk", flat=True))
    rows = [
        (
            row.funder,
            row.programme,
            row.of_year.label,
            row.reference,
            row.get_state_display(),
            row.asked,
            row.granted,
            row.paid,
            row.to_come,
            row.payment_due_on,
            row.report_due_on,
            row.report_sent_on,
        )
        for row in queries.conventions_of(year.first, year.last)
        if row.pk in seen
    ]
    columns = (
        Column("Financeur", width=30),
        Column("Programme", width=30),
        Column("Année", width=26),
        Column("Référence DAUPHIN"),
        Column("État"),
        Column("Demandé (€)", "number"),
        Column("Accordé (€)", "number"),
        Column("Versé (€)", "number"),
        Column("Reste à verser (€)", "number"),
        Column("Versement attendu", "date"),
        Column("Compte rendu à rendre", "date"),
        Column("Compte rendu envoyé", "date"),
    )
    return Taken(columns, rows, notes=[f"Conventions que touche l’{year.label}."])


def _expenses(user: User, params: Mapping[str, str], at: datetime) -> Taken:
    year = _year(params, at)
    found = expenses_of(user, year, at)
    rows = [
        (
            row.on,
            row.get_nature_display(),
            row.label,
            str(row.domain or ""),
            str(row.convention or ""),
            row.amount,
        )
        for row in found
        if row.active
    ]
    columns = (
        Column("Date", "date"),
        Column("Nature", width=22),
        Column("Objet", width=44),
        Column("Domaine", width=22),
        Column("Convention", width=40),
        Column("Montant (€)", "number"),
    )
    return Taken(columns, rows, notes=[f"Dépenses de l’{year.label}. Aucun enfant n’y est nommé."])


def expenses_of(user: User, year: FundingYear, at: datetime) -> list[Expense]:
    """Of one year, the latest first; those that were taken back too."""
    rows = Expense.objects.visible_to(user, at=at).filter(on__range=(year.first, year.last))
    return list(rows.select_related("convention", "domain").order_by("-on", "-pk"))


def _in_kind(user: User, params: Mapping[str, str], at: datetime) -> Taken:
    year = _year(params, at)
    seen = set(InKind.objects.visible_to(user, at=at).kept().values_list("pk", flat=True))
    rows = [
        (row.giver, row.what, row.of_year.label, row.amount)
        for row in queries.in_kind_of(year.first, year.last)
        if row.pk in seen
    ]
    columns = (
        Column("Qui donne", width=30),
        Column("Quoi", width=44),
        Column("Année", width=26),
        Column("Valeur estimée (€)", "number"),
    )
    return Taken(columns, rows)


LISTS = (
    ListToExport(
        "conventions_received", "Conventions reçues", TAKING, _conventions, names_children=False,
        choices=CHOICES,
    ),
    ListToExport("expenses", "Dépenses", TAKING, _expenses, names_children=False, choices=CHOICES),
    ListToExport("in_kind", "Apports en nature", TAKING, _in_kind, names_children=False, choices=CHOICES),
)  # fmt: skip
