"""Accounts are written, corrected, taken back and put back; each correction keeps the amount that stood."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as fields_of
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model

from core.children.models import Child
from core.funding.enums import ConventionState, FunderKind, Nature
from core.funding.models import Convention, Expense, InKind
from core.funding.permissions import can_keep_accounts
from core.funding.years import FundingYear
from core.journal import operations as journal
from core.pathways.models import Domain
from core.people.models import User

NAMES: Mapping[type[Model], str] = {Convention: "convention", Expense: "expense", InKind: "in_kind"}
KEPT_OLD = frozenset({"asked", "granted", "paid", "amount", "state"})


class CannotKeepAccountsError(Exception):
    """The message is French, for the screen."""


@dataclass(frozen=True, kw_only=True)
class ConventionDetails:
    funder_kind: FunderKind
    programme: str
    year: FundingYear
    asked: Decimal
    funder_name: str = ""
    reference: str = ""
    state: ConventionState = ConventionState.ASKED
    granted: Decimal | None = None
    paid: Decimal = Decimal(0)
    payment_due_on: date | None = None
    report_due_on: date | None = None
    report_sent_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class ExpenseDetails:
    """`domain` for individual aid alone."""

    nature: Nature
    on: date
    amount: Decimal
    label: str = ""
    convention: Convention | None = None
    domain: Domain | None = None


@dataclass(frozen=True, kw_only=True)
class InKindDetails:
    giver: str
    what: str
    year: FundingYear
    amount: Decimal


Row = TypeVar("Row", bound=Model)
Details = ConventionDetails | ExpenseDetails | InKindDetails


@transaction.atomic
def create_convention(*, details: ConventionDetails, by: User, at: datetime) -> Convention:
    """Raises ValidationError."""
    return _create(Convention(**_values(details)), by, at)


@transaction.atomic
def create_expense(*, details: ExpenseDetails, by: User, at: datetime, child: Child | None = None) -> Expense:
    """For `child`, an individual aid without any word. Raises ValidationError."""
    return _create(Expense(child=child, **_values(details)), by, at)


@transaction.atomic
def create_in_kind(*, details: InKindDetails, by: User, at: datetime) -> InKind:
    """Raises ValidationError."""
    return _create(InKind(**_values(details)), by, at)


@transaction.atomic
def correct(*, row: Model, details: Details, by: User, at: datetime) -> list[str]:
    """Set what differs from the row as it stands now; returns the names of it. Raises ValidationError."""
    return _change(row, _values(details), "change", by, at)


@transaction.atomic
def withdraw(*, row: Model, by: User, at: datetime) -> None:
    """Written by mistake: it stays readable and counts no more."""
    _change(row, {"active": False}, "withdraw", by, at)


@transaction.atomic
def restore(*, row: Model, by: User, at: datetime) -> None:
    _change(row, {"active": True}, "restore", by, at)


def _values(details: Details) -> dict[str, Any]:
    values = {field.name: getattr(details, field.name) for field in fields_of(details)}
    if year := values.pop("year", None):
        values |= {"year_kind": year.kind, "year": year.number}
    return values


def _create(row: Row, by: User, at: datetime) -> Row:
    _check(by)
    row.full_clean()
    row.save(force_insert=True)
    written = [
        field.name for field in row._meta.concrete_fields if getattr(row, field.name) not in (None, "")
    ]
    _log("create", row, by, at, fields=[name for name in written if name != "id"])
    return row


def _change(row: Model, values: Mapping[str, Any], verb: str, by: User, at: datetime) -> list[str]:
    _check(by)
    locked = type(row)._default_manager.select_for_update().get(pk=row.pk)
    old = {name: getattr(locked, name) for name, value in values.items() if getattr(locked, name) != value}
    if not old:
        return []
    for name in old:
        setattr(locked, name, values[name])
    locked.full_clean()
    locked.save(update_fields=list(old))
    kept = {name: str(value) for name, value in old.items() if name in KEPT_OLD and value is not None}
    _log(verb, locked, by, at, fields=list(old), old=kept)
    return list(old)


def _check(by: User) -> None:
    if not can_keep_accounts(by):
        raise CannotKeepAccountsError("Les financements sont tenus par la coordination.")


def _log(verb: str, row: Model, by: User, at: datetime, **more: Any) -> None:
    journal.record(
        actor=by,
        act=f"funding.{verb}_{NAMES[type(row)]}",
        target=row,
        at=at,
        child_id=getattr(row, "child_id", None),
        **more,
    )
