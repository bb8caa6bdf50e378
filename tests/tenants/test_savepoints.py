import pytest
from django.db import OperationalError, ProgrammingError, connection, transaction

from tenants.context import Place, entered


def test_a_failure_inside_a_town_is_told_when_the_savepoint_is_outside(town_a: Place) -> None:
    """The town is left before the savepoint is rolled back, in a transaction that takes nothing else."""
    with (
        pytest.raises(ProgrammingError),
        transaction.atomic(),
        entered(town_a),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT no_such_column")
    with entered(town_a), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (town_a.schema,)


def test_a_savepoint_that_is_gone_is_an_error(town_a: Place) -> None:
    with transaction.atomic():
        sid = transaction.savepoint()
        transaction.savepoint_commit(sid)
        with pytest.raises(OperationalError, match="does not exist"):
            transaction.savepoint_rollback(sid)
        transaction.set_rollback(True)
