"""Rows that say by their own text which town they belong to."""

from core.people.models import User
from tenants.context import Place, entered


def name_of(place: Place) -> str:
    return f"CANARY OF {place.slug.upper()}"


def plant(place: Place) -> User:
    """A canary in the town that is entered, which should be `place`."""
    return User.objects.create(
        email=f"canary@{place.slug}.test",
        last_name=name_of(place),
        sort_name=place.slug,
        function="untouched",
    )


def assert_untouched(place: Place) -> None:
    """Looked at from inside: the canary is there, once, as it was planted."""
    with entered(place, switching=True):
        found = list(User.objects.filter(last_name__startswith="CANARY").values_list("last_name", "function"))
    assert found == [(name_of(place), "untouched")]
