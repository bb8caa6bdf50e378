"""The one table that all towns write to: each sees and adds its own rows, and no other."""

from collections.abc import Iterator

import pytest
from django.db import ProgrammingError, transaction

from tenants import outbox, roles
from tenants.context import SharedRole, entered, outside
from tenants.models import OutboxRow
from tests.tenants.isolation.conftest import Towns
from tests.tenants.isolation.injection import Outcome, whole

DENIED = "42501"


@pytest.fixture
def rows(towns: Towns) -> Iterator[Towns]:
    for place in (towns.a, towns.b):
        with entered(place):
            outbox.put(kind="mail", key="1", payload={"mail_id": 1})
    yield towns
    with entered(SharedRole(role=roles.RELAY)):
        found = OutboxRow.objects.filter(schema_name=towns.b.schema).values_list("kind", "key", "state")
        assert list(found) == [("mail", "1", "waiting")]


def insert(**values: object) -> Outcome:
    names = ", ".join(values)
    texts = ", ".join(f"'{value}'" for value in values.values())
    return whole(f"INSERT INTO tenants_outboxrow ({names}) VALUES ({texts})")


def a_row(schema: str, **values: object) -> dict[str, object]:
    plain = {"kind": "mail", "key": "2", "payload": "{}", "urgency": 5, "state": "waiting", "tries": 0}
    dates = {"handings": 0, "due_at": "2030-01-01", "error": "", "created_at": "2030-01-01"}
    return {"schema_name": schema, **plain, **dates, **values}


def test_a_town_sees_its_own_rows(rows: Towns) -> None:
    with entered(rows.a):
        assert [row.schema_name for row in OutboxRow.objects.all()] == [rows.a.schema]
        assert whole("SELECT DISTINCT schema_name FROM tenants_outboxrow").rows == ((rows.a.schema,),)
    with outside(), pytest.raises(ProgrammingError), transaction.atomic():
        OutboxRow.objects.count()


def test_a_town_adds_its_own_rows(rows: Towns) -> None:
    with entered(rows.a):
        assert insert(**a_row(rows.a.schema)).refusal is None
        assert OutboxRow.objects.filter(key="2").count() == 1


@pytest.mark.parametrize(
    "forged", [{"state": "done"}, {"tries": 1}, {"handings": 1}, {"kind": "job"}, {"id": 4711}]
)
def test_a_town_forges_no_row_of_its_own(rows: Towns, forged: dict[str, object]) -> None:
    with entered(rows.a):
        assert insert(**a_row(rows.a.schema, **forged)).sqlstate == DENIED


@pytest.mark.parametrize("schema", ["{b}", "", "public", "{B}"])
def test_a_town_forges_no_row_of_another(rows: Towns, schema: str) -> None:
    with entered(rows.a):
        outcome = insert(**a_row(schema.format(b=rows.b.schema, B=rows.b.schema.upper())))
        assert outcome.sqlstate == DENIED


def test_put_names_the_town_that_is_entered(rows: Towns) -> None:
    """The same key in two towns is two effects; twice in one town, it is one."""
    with entered(rows.a):
        outbox.put(kind="mail", key="1", payload={"mail_id": 99})
        assert list(OutboxRow.objects.values_list("payload", flat=True)) == [{"mail_id": 1}]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tenants_outboxrow SET state = 'done'",
        "UPDATE tenants_outboxrow SET schema_name = current_user",
        "DELETE FROM tenants_outboxrow",
        "SELECT * FROM tenants_outboxrow FOR UPDATE",
        "INSERT INTO tenants_outboxrow (schema_name, kind, key) VALUES (current_user, 'mail', '1')"
        " ON CONFLICT (schema_name, kind, key) DO UPDATE SET state = 'done'",
        "SELECT nextval('tenants_outboxrow_id_seq')",
        "TABLE tenants_scheduledjob",
    ],
)
def test_a_row_once_written_is_out_of_the_towns_hands(rows: Towns, statement: str) -> None:
    with entered(rows.a):
        assert whole(statement).sqlstate == DENIED


@pytest.mark.parametrize("role", [roles.RELAY, roles.RETENTION])
def test_the_platforms_roles_reach_no_town(rows: Towns, role: str) -> None:
    with entered(SharedRole(role=role)):
        assert whole("SELECT count(*) >= 0 FROM tenants_outboxrow").rows == ((True,),)
        assert whole(f"SELECT last_name FROM {rows.a.schema}.people_user").sqlstate == DENIED
