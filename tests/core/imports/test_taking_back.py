"""What one row of an import made goes by one function; nothing else of a town goes by it."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core.imports.models import Import, ImportedItem, ImportRow
from core.pathways.enums import Part, Way
from core.pathways.models import Contract, Signature
from core.people.enums import Role
from tenants.context import Place
from tests.core.pathways import making


def sealed_entry(way: Way) -> making.Entry:
    entry = making.Entry()
    for part in (Part.CHILD, Part.FAMILY):
        entry.sign(part, way=way)
    return entry


def row_of(contract: Contract, **changed: Any) -> ImportRow:
    state = changed.pop("state", "undoing")
    batch = Import.objects.create(
        file_name="Fictif", state=state, sent_at=making.NOW, sent_by=making.user(Role.COORDINATOR)
    )
    row = ImportRow.objects.create(batch=batch, number=2, **{"outcome": "made", **changed})
    ImportedItem.objects.create(row=row, model="pathways.contract", object_id=contract.pk)
    return row


def take_back(row: ImportRow) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT imports_take_back(%s)", [row.pk])


def test_what_was_taken_over_from_paper_goes(in_town_a: Place) -> None:
    entry = sealed_entry(Way.IMPORTED)
    take_back(row_of(entry.contract))
    assert not Contract.objects.filter(pk=entry.contract.pk).exists()
    assert not Signature.objects.filter(contract=entry.contract.pk).exists()


@pytest.mark.parametrize(
    ("way", "changed"),
    [
        (Way.PAPER, {}),
        (Way.IMPORTED, {"outcome": "kept"}),
        (Way.IMPORTED, {"state": "done"}),
    ],
    ids=["signed here", "a row that stays", "an import in force"],
)
def test_anything_else_stays(way: Way, changed: dict[str, str], in_town_a: Place) -> None:
    entry = sealed_entry(way)
    row = row_of(entry.contract, **changed)
    with pytest.raises(DatabaseError):
        take_back(row)
    assert Signature.objects.filter(contract=entry.contract).count() == 2


def test_a_towns_own_role_still_deletes_no_sealed_contract(in_town_a: Place) -> None:
    entry = sealed_entry(Way.IMPORTED)
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.filter(contract=entry.contract)._raw_delete("default")
    with pytest.raises(DatabaseError), transaction.atomic():
        Contract.objects.filter(pk=entry.contract.pk)._raw_delete("default")
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.contract.objectives.all()._raw_delete("default")
    assert Signature.objects.filter(contract=entry.contract).count() == 2
