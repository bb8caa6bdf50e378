"""Plain makers of accounts. Call inside a town."""

from datetime import date
from decimal import Decimal
from typing import Any

from core.children.models import Child
from core.funding import operations
from core.funding.enums import ConventionState, FunderKind, Nature, YearKind
from core.funding.models import Convention, Expense, InKind
from core.funding.operations import ConventionDetails, ExpenseDetails, InKindDetails
from core.funding.years import FundingYear
from core.people.models import User
from tests.core.pathways import making
from tests.core.pathways.making import NOW

YEAR = FundingYear(2026, YearKind.SCHOOL)  # the one that runs at NOW


def convention_details(**fields: Any) -> ConventionDetails:
    values = {
        "funder_kind": FunderKind.PREFET,
        "programme": "Réussite éducative",
        "year": YEAR,
        "asked": Decimal(100_000),
        "granted": Decimal(90_000),
        "paid": Decimal(60_000),
        "state": ConventionState.GRANTED,
        **fields,
    }
    return ConventionDetails(**values)


def convention(by: User, **fields: Any) -> Convention:
    return operations.create_convention(details=convention_details(**fields), by=by, at=NOW)


def expense(by: User, **fields: Any) -> Expense:
    values = {
        "nature": Nature.POSTS,
        "label": "Référents",
        "on": date(2026, 10, 2),
        "amount": Decimal(30_000),
        **fields,
    }
    return operations.create_expense(details=ExpenseDetails(**values), by=by, at=NOW)


def aid(by: User, child: Child, **fields: Any) -> Expense:
    values = {
        "on": date(2026, 10, 5),
        "amount": Decimal("45.50"),
        "domain": making.domain(),
        **fields,
    }
    details = ExpenseDetails(nature=Nature.AID, **values)
    return operations.create_expense(details=details, child=child, by=by, at=NOW)


def in_kind(by: User, **fields: Any) -> InKind:
    values = {"giver": "Ville", "what": "Deux salles", "year": YEAR, "amount": Decimal(12_000), **fields}
    return operations.create_in_kind(details=InKindDetails(**values), by=by, at=NOW)
