"""What is written of the programme's money, and the table that is made of it."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from core.children.models import Child
from core.children.operations import merging
from core.funding import operations, queries
from core.funding.enums import ConventionState, FunderKind, Nature, YearKind
from core.funding.models import Convention, Expense
from core.funding.operations import CannotKeepAccountsError, ExpenseDetails
from core.funding.years import FundingYear
from core.journal.models import Change
from core.people.enums import Role
from core.people.models import User
from tests.core.funding import making as accounts
from tests.core.funding.making import YEAR
from tests.core.pathways import making
from tests.core.pathways.making import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_town_a")]
CIVIL = FundingYear(2026, YearKind.CIVIL)


@pytest.fixture
def boss() -> User:
    return making.user(Role.COORDINATOR)


def test_the_three_totals_of_a_year(boss: User) -> None:
    accounts.convention(boss)
    accounts.convention(
        boss,
        funder_kind=FunderKind.DDETS,
        asked=Decimal(8_000),
        granted=None,
        paid=Decimal(0),
        state=ConventionState.ASKED,
    )
    accounts.convention(boss, funder_kind=FunderKind.CAF, granted=Decimal(10_000), paid=Decimal(10_000))
    accounts.in_kind(boss)
    accounts.expense(boss)
    accounts.expense(
        boss, nature=Nature.OPERATION, amount=Decimal(500), on=date(2026, 8, 31)
    )  # the year before
    table = queries.funding_table(YEAR.first, YEAR.last)
    assert [(line.kind, line.granted) for line in table.funders] == [
        ("prefet", Decimal("90000.00")),
        ("ddets", Decimal("0.00")),
        ("caf", Decimal("10000.00")),
    ]
    assert (table.state, table.direct, table.with_in_kind) == (90_000, 100_000, 112_000)
    assert (table.asked, table.paid, table.to_come, table.spent) == (208_000, 70_000, 30_000, 30_000)
    assert [(line.nature, line.number) for line in table.expenses if line.amount] == [("posts", 1)]
    assert not table.prorated


def test_a_year_of_the_other_kind_counts_by_its_days_and_says_so(boss: User) -> None:
    accounts.convention(boss, year=CIVIL, granted=Decimal(36_500), paid=Decimal(0))
    table = queries.funding_table(YEAR.first, YEAR.last)  # 1 September to 31 December: 122 days of 365
    assert (table.direct, table.prorated) == (Decimal("12200.00"), True)
    parts = [queries.funding_table(*days).direct for days in ((date(2026, 1, 1), date(2026, 8, 31)),)]
    assert parts == [Decimal("24300.00")]
    assert queries.funding_table(CIVIL.first, CIVIL.last).direct == 36_500
    assert queries.funding_table(date(2027, 1, 1), date(2027, 12, 31)).is_empty


def test_what_does_not_agree_is_refused_and_its_twin_is_not(boss: User) -> None:
    refused = [
        {"state": ConventionState.ASKED},  # with an amount granted
        {"granted": None},
        {"paid": Decimal(90_001)},
        {"funder_kind": FunderKind.OTHER},
        {"asked": Decimal(-1)},
        {"year": FundingYear(1999, YearKind.CIVIL)},
    ]
    for fields in refused:
        with pytest.raises(ValidationError):
            accounts.convention(boss, **fields)
    accounts.convention(boss, funder_kind=FunderKind.OTHER, funder_name="Région", paid=Decimal(90_000))
    for fields in ({"label": ""}, {"amount": Decimal(0)}, {"domain": making.domain()}):
        with pytest.raises(ValidationError):
            accounts.expense(boss, **fields)
    assert Convention.objects.count() == 1
    with pytest.raises(ValidationError, match="sécurité sociale"):
        accounts.expense(boss, label="Pour le 1 85 05 78 006 084 36")


def test_a_correction_keeps_the_amount_that_stood(boss: User) -> None:
    row = accounts.convention(boss)
    details = accounts.convention_details(granted=Decimal(80_000), reference="24-0001")
    assert set(operations.correct(row=row, details=details, by=boss, at=NOW)) == {"granted", "reference"}
    change = Change.objects.get(act="funding.change_convention")
    assert (change.fields, change.old) == (["granted", "reference"], {"granted": "90000.00"})
    assert operations.correct(row=row, details=details, by=boss, at=NOW) == []


def test_what_is_taken_back_counts_no_more_and_can_come_back(boss: User) -> None:
    row, spent, gift = accounts.convention(boss), accounts.expense(boss), accounts.in_kind(boss)
    for one in (row, spent, gift):
        operations.withdraw(row=one, by=boss, at=NOW)
    assert queries.funding_table(YEAR.first, YEAR.last).is_empty
    assert queries.deadlines(TODAY) == []
    for one in (row, spent, gift):
        operations.restore(row=one, by=boss, at=NOW)
    table = queries.funding_table(YEAR.first, YEAR.last)
    assert (table.with_in_kind, table.spent) == (102_000, 30_000)


def test_nobody_but_the_coordination_writes(boss: User) -> None:
    row = accounts.convention(boss)
    for role in set(Role) - {Role.COORDINATOR}:
        other = making.user(role)
        with pytest.raises(CannotKeepAccountsError):
            operations.withdraw(row=row, by=other, at=NOW)
        with pytest.raises(CannotKeepAccountsError):
            accounts.expense(other)
        assert not Convention.objects.visible_to(other).exists()
    assert Convention.objects.visible_to(boss).get().active


def test_deadlines_come_until_they_are_met(boss: User) -> None:
    row = accounts.convention(
        boss, report_due_on=date(2026, 11, 1), payment_due_on=date(2027, 1, 15), programme="Premier"
    )
    accounts.convention(boss, report_due_on=date(2027, 6, 30), programme="Loin")
    found = [(one.what, one.on) for one in queries.deadlines(TODAY)]
    assert found == [("Compte rendu à rendre", date(2026, 11, 1)), ("Versement attendu", date(2027, 1, 15))]
    details = accounts.convention_details(
        programme="Premier",
        report_due_on=date(2026, 11, 1),
        report_sent_on=TODAY,
        paid=Decimal(90_000),
        payment_due_on=date(2027, 1, 15),
    )
    operations.correct(row=row, details=details, by=boss, at=NOW)
    assert queries.deadlines(TODAY) == []


class TestAid:
    def test_it_says_no_word(self, boss: User) -> None:
        child = making.child()
        row = accounts.aid(boss, child)
        assert Change.objects.get(target="funding.expense", target_id=row.pk).child_id == child.pk
        with pytest.raises(ValidationError, match="par son montant"):
            details = ExpenseDetails(nature=Nature.AID, on=TODAY, amount=Decimal(5), label="Lunettes de Lina")
            operations.create_expense(details=details, child=child, by=boss, at=NOW)
        with pytest.raises(DatabaseError), transaction.atomic():
            Expense.objects.filter(pk=row.pk).update(label="Lunettes de Lina")
        assert accounts.expense(boss, nature=Nature.AID, label="Bons de cantine").child is None

    def test_the_link_goes_with_the_child_and_the_amount_stays(self, boss: User) -> None:
        child = making.child()
        row = accounts.aid(boss, child)
        before = queries.funding_table(YEAR.first, YEAR.last)
        Child.objects.get(pk=child.pk).delete()
        row.refresh_from_db()
        assert (row.child, row.amount) == (None, Decimal("45.50"))
        assert queries.funding_table(YEAR.first, YEAR.last) == before

    def test_it_follows_a_file_that_is_united_with_another(self, boss: User) -> None:
        kept, other = making.child(), making.child()
        row = accounts.aid(boss, other)
        merging.merge(by=boss, at=NOW, kept=kept, merged=other, reason="Deux fois le même.")
        row.refresh_from_db()
        assert row.child == kept
