import pytest
from django.db import connection

from core.people.models import User
from tenants import context
from tenants.context import Place, entered
from tenants.errors import NoPlaceError, OtherPlaceError


def test_a_town_is_entered_and_left(town_a: Place) -> None:
    with entered(town_a):
        assert context.require() == town_a
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_schema()")
            assert cursor.fetchone() == (town_a.schema, town_a.schema)
    assert context.current() is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_schema()")
        assert cursor.fetchone() == ("reussite_app", "public")


def test_another_town_is_refused_inside_one(town_a: Place, town_b: Place) -> None:
    with entered(town_a), pytest.raises(OtherPlaceError), entered(town_b):
        pass
    with entered(town_a), entered(town_a), entered(town_b, switching=True):
        assert context.require() == town_b


def test_no_town_no_rows(town_a: Place) -> None:
    with pytest.raises(NoPlaceError):
        User.objects.count()
    with entered(town_a):
        assert User.objects.count() == 0
