"""People for tests. Call inside a place."""

from datetime import date
from typing import Any

from core.people.models import RoleAssignment, User
from core.people.names import fold

PASSWORD = "une phrase de passe pour les essais"
LONG_AGO = date(2020, 1, 1)


def person(
    *roles: str,
    email: str = "",
    first_name: str = "Camille",
    last_name: str = "Essai",
    since_on: date = LONG_AGO,
    until_on: date | None = None,
    **fields: Any,
) -> User:
    """Someone who joined, holds `roles` since long ago and signs in with PASSWORD."""
    number = User.objects.count() + 1
    user = User(
        email=email or f"personne-{number}@essai.invalid",
        first_name=first_name,
        last_name=last_name,
        sort_name=fold(f"{last_name} {first_name}"),
        **fields,
    )
    user.set_password(PASSWORD)
    user.save()
    for role in roles:
        RoleAssignment.objects.create(user=user, role=role, since_on=since_on, until_on=until_on)
    return user
