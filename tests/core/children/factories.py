"""Children, adults, schools for tests; all invented. Call inside a place."""

from datetime import UTC, date, datetime
from typing import Any

from core.children.enums import Authority, Level, Link, LivesWith, SchoolLevel
from core.children.models import Child, Enrolment, Guardian, Guardianship, School
from core.people.models import Charter, CharterSignature, User
from tests.core.people.factories import person

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
LONG_AGO = date(2020, 9, 1)


def sign_charter(user: User, on: date = LONG_AGO) -> User:
    charter, _ = Charter.objects.get_or_create(
        version=1,
        defaults={
            "title": "Charte",
            "text": "Texte",
            "text_sha256": "0" * 64,
            "in_force_on": LONG_AGO,
            "published_at": AT,
        },
    )
    CharterSignature.objects.create(
        charter=charter,
        user=user,
        name=user.full_name,
        signed_on=on,
        how="screen",
        text_sha256="0" * 64,
        recorded_at=AT,
        recorded_by=user,
    )
    return user


def member(*roles: str, **fields: Any) -> User:
    """Someone who has joined and may sign in; without the charter."""
    return person(*roles, **{"joined_at": AT, **fields})


def professional(*roles: str, **fields: Any) -> User:
    """Someone with roles and a charter signature in force."""
    return sign_charter(member(*roles, **fields))


def make_child(first_name: str = "Lina", last_name: str = "Essai", **fields: Any) -> Child:
    values: dict[str, Any] = {"birth_on": date(2016, 3, 9), "sex": "f", "created_at": AT, **fields}
    child = Child(first_name=first_name, last_name=last_name, **values)
    child.fold_names()
    child.save()
    return child


def make_adult(first_name: str = "Nadia", last_name: str = "Essai", **fields: Any) -> Guardian:
    guardian = Guardian(first_name=first_name, last_name=last_name, **fields)
    guardian.fold_names()
    guardian.save()
    return guardian


def link(child: Child, guardian: Guardian, **fields: Any) -> Guardianship:
    values: dict[str, Any] = {
        "link": Link.MOTHER,
        "authority": Authority.JOINT,
        "lives_with": LivesWith.ALWAYS,
        "starts_on": LONG_AGO,
        **fields,
    }
    return Guardianship.objects.create(child=child, guardian=guardian, **values)


def make_school(uai: str = "0820001A", level: str = SchoolLevel.ELEMENTARY, **fields: Any) -> School:
    return School.objects.create(uai=uai, name=f"École {uai}", level=level, insee="82121", **fields)


def enrolled(child: Child, level: str = Level.CE1, **fields: Any) -> Enrolment:
    values: dict[str, Any] = {"since_on": date(2025, 9, 1), **fields}
    return Enrolment.objects.create(child=child, level=level, **values)
