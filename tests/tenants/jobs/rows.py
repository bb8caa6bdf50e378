"""The outbox as the tests look at it: under the relay's role."""

from typing import Any

from tenants.context import Place, entered
from tenants.models import OutboxRow
from tenants.outbox import RELAY


def row_of(town: Place, kind: str, **conditions: Any) -> OutboxRow | None:
    with entered(RELAY, switching=True):
        return OutboxRow.objects.filter(schema_name=town.schema, kind=kind, **conditions).first()


def change(row: OutboxRow, **values: Any) -> None:
    with entered(RELAY, switching=True):
        OutboxRow.objects.filter(pk=row.pk).update(**values)
