"""The table of cells: a town adds its own and sees no other's; the nation reads all and reaches no town."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from core.exchange import queries
from core.exchange.enums import Status
from core.exchange.models import Batch, Cell
from core.exchange.operations.cells import push_cells
from core.reporting import indicators
from core.reporting.indicators import Cell as Figure
from tenants import roles
from tenants.context import Place, SharedRole, entered
from tests.tenants.isolation.conftest import Towns, towns  # noqa: F401 (a fixture)
from tests.tenants.isolation.injection import Outcome, whole

DENIED = "42501"
PERIOD = indicators.school_year(2026)


def figures(**by_sex: int) -> list[Figure]:
    total = sum(by_sex.values())
    pairs = [("participation", "pathway"), ("residence", "outside")]
    return [
        *(Figure("children", (("bracket", "6-10"), ("sex", sex)), n, 1) for sex, n in by_sex.items()),
        *(Figure("children", (pair,), total, 1) for pair in pairs),
    ]


def push(place: Place, **by_sex: int) -> Batch:
    with entered(place, switching=True):
        return push_cells(
            period=PERIOD,
            status=Status.RUNNING,
            cells=figures(**by_sex),
            by=None,
            at=timezone.now(),
        )


@pytest.fixture
def sent(towns: Towns) -> Iterator[Towns]:  # noqa: F811
    push(towns.a, f=3, m=4)
    push(towns.b, f=8, m=9)
    yield towns
    with entered(SharedRole(role=roles.RETENTION), switching=True):
        theirs = Cell.objects.filter(schema_name=towns.b.schema).order_by("pk")
        assert list(theirs.values_list("count", flat=True)) == [8, 9, 17, 17], (
            "B's cells are no longer what B sent"
        )


def insert(table: str, **values: object) -> Outcome:
    names = ", ".join(values)
    texts = ", ".join(f"'{value}'" for value in values.values())
    return whole(f"INSERT INTO {table} ({names}) VALUES ({texts})")


def a_batch(schema: str, **values: object) -> dict[str, object]:
    plain: dict[str, Any] = {"first_on": "2026-09-01", "last_on": "2027-08-31", "status": "running"}
    rest: dict[str, Any] = {"catalogue": "1", "fingerprint": "", "size": 0, "made_up": False}
    return {"schema_name": schema, **plain, **rest, **values}


def test_a_town_sees_its_own_cells_and_no_other(sent: Towns) -> None:
    with entered(sent.a):
        assert {batch.schema_name for batch in Batch.objects.all()} == {sent.a.schema}
        assert whole("SELECT DISTINCT schema_name FROM exchange_cell").rows == ((sent.a.schema,),)
        assert whole("SELECT sum(count) FROM exchange_cell").rows == ((21,),)


def test_nobody_outside_a_town_reads_any(sent: Towns) -> None:
    with entered(None, switching=True), pytest.raises(ProgrammingError), transaction.atomic():
        Cell.objects.count()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE exchange_cell SET count = 1",
        "UPDATE exchange_batch SET fingerprint = 'x'",
        "DELETE FROM exchange_cell",
        "DELETE FROM exchange_batch",
        "SELECT * FROM exchange_batch FOR UPDATE",
        "SELECT nextval('exchange_batch_id_seq')",
        "TABLE exchange_pin",
        "TRUNCATE exchange_cell",
    ],
)
def test_what_was_sent_is_out_of_the_towns_hands(sent: Towns, statement: str) -> None:
    with entered(sent.a):
        outcome = whole(statement)
        assert outcome.sqlstate == DENIED or "Refused" in str(outcome.refusal)


@pytest.mark.parametrize(
    "forged",
    [{"id": 4711}, {"schema_name": "{b}"}, {"schema_name": "public"}, {"made_up": True}],
    ids=str,
)
def test_a_town_forges_no_batch(sent: Towns, forged: dict[str, object]) -> None:
    values = {name: str(value).format(b=sent.b.schema) for name, value in forged.items()}
    with entered(sent.a):
        assert insert("exchange_batch", **a_batch(sent.a.schema)).refusal is None
        outcome = insert("exchange_batch", **{**a_batch(sent.a.schema), **values})
        assert outcome.sqlstate in {DENIED, "23514"}


def test_a_town_adds_no_cell_to_anothers_batch(sent: Towns) -> None:
    with entered(SharedRole(role=roles.RETENTION), switching=True):
        theirs = Batch.objects.get(schema_name=sent.b.schema).pk
    cell = {"batch_id": theirs, "indicator": "children", "breakdown": "x=y", "count": 1, "version": 1}
    with entered(sent.a):
        assert insert("exchange_cell", **cell, schema_name=sent.b.schema).sqlstate == DENIED
        assert insert("exchange_cell", **cell, schema_name=sent.a.schema).sqlstate == "23503"


def test_the_nation_reads_who_sent_cells_and_the_release_engine_reads_them(
    sent: Towns, national: Place
) -> None:
    with entered(national, switching=True):
        batches = queries.latest_batches(PERIOD, Status.RUNNING)
        assert {batch.schema_name for batch in batches} >= {sent.a.schema, sent.b.schema}
        assert whole("SELECT count(*) FROM exchange_cell").rows == ((0,),)
        assert "Refused" in str(whole(f"SET ROLE {roles.RELEASE}").refusal)
        read = {one.schema: sum(one.counts.values()) for one in queries.cells_of(batches)}
        assert (read[sent.a.schema], read[sent.b.schema]) == (21, 51)
    with entered(SharedRole(role=roles.RELEASE), switching=True):
        assert {one.schema_name for one in Cell.objects.all()} >= {sent.a.schema, sent.b.schema}
        for statement in (
            "TABLE exchange_batch",
            "DELETE FROM exchange_cell",
            f"SELECT last_name FROM {sent.a.schema}.people_user",
        ):
            assert whole(statement).sqlstate == DENIED


def test_the_nation_writes_no_cell(sent: Towns, national: Place) -> None:
    with entered(national, switching=True):
        assert insert("exchange_batch", **a_batch(national.schema)).sqlstate == DENIED
        for statement in ("UPDATE exchange_cell SET count = 1", "DELETE FROM exchange_batch"):
            assert whole(statement).sqlstate == DENIED


def test_the_nation_reaches_no_towns_table(sent: Towns, national: Place) -> None:
    with entered(national, switching=True):
        for statement in (
            f"SELECT last_name FROM {sent.a.schema}.people_user",
            f"SELECT count(*) FROM {sent.a.schema}.children_child",
            f"SELECT count(*) FROM {sent.a.schema}.journal_change",
            "TABLE tenants_town",
        ):
            assert whole(statement).sqlstate == DENIED


def test_a_town_does_not_become_the_reporter(sent: Towns) -> None:
    with entered(sent.a):
        for statement in (f"SET ROLE {roles.REPORTER}", f"SET LOCAL ROLE {roles.SIMULATION}"):
            assert "Refused" in str(whole(statement).refusal)
        assert whole(f"SELECT pg_has_role('{roles.REPORTER}', 'MEMBER')").rows == ((False,),)


def test_the_simulation_writes_made_up_towns_alone(sent: Towns) -> None:
    with entered(SharedRole(role=roles.SIMULATION), switching=True):
        assert insert("exchange_batch", **a_batch("fictive_1", made_up=True)).refusal is None
        assert insert("exchange_batch", **a_batch(sent.a.schema, made_up=True)).sqlstate in {DENIED, "23514"}
        assert insert("exchange_batch", **a_batch(sent.a.schema)).sqlstate == DENIED
        assert {batch.schema_name for batch in Batch.objects.all()} == {"fictive_1"}
        assert whole(f"SELECT last_name FROM {sent.a.schema}.people_user").sqlstate == DENIED


def test_a_town_under_a_made_up_name_is_refused(sent: Towns) -> None:
    with entered(SharedRole(role=roles.SIMULATION), switching=True):
        assert insert("exchange_batch", **a_batch("fictive_1", made_up=False)).sqlstate in {DENIED, "23514"}


def test_periods_are_in_order(sent: Towns) -> None:
    with entered(sent.a):
        early = date(2026, 1, 1).isoformat()
        assert insert("exchange_batch", **a_batch(sent.a.schema, last_on=early)).sqlstate == "23514"
