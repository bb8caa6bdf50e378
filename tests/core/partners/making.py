"""Plain makers of a network; each test says what matters to it. Call inside a town."""

import itertools
from datetime import date
from typing import Any

from core.partners.models import Agreement, ContactPerson, Offer, Organisation
from core.people.enums import Role
from core.people.models import User
from tests.core.pathways import making

_numbers = itertools.count(1)
TODAY, NOW = making.TODAY, making.NOW


def organisation(name: str = "", **fields: Any) -> Organisation:
    number = next(_numbers)
    return Organisation.objects.create(
        **{
            "code": f"structure_{number}",
            "kind": "association",
            "name": name or f"Structure {number}",
            **fields,
        }
    )


def offer(label: str = "Aide aux devoirs", of: Organisation | None = None, **fields: Any) -> Offer:
    values = {"code": f"offre_{next(_numbers)}", "domains": ["educatif"], "form": "group", **fields}
    return Offer.objects.create(organisation=of or organisation(), label=label, **values)


def contact(of: Organisation | None = None, **fields: Any) -> ContactPerson:
    values = {"name": f"Contact {next(_numbers)}", "function": "Directrice", **fields}
    return ContactPerson.objects.create(organisation=of or organisation(), **values)


def agreement(
    of: Organisation | None = None,
    starts_on: date = date(2026, 1, 1),
    ends_on: date | None = date(2026, 12, 31),
    **fields: Any,
) -> Agreement:
    values = {"reference": f"C{next(_numbers)}", "subject": "Accompagnement", **fields}
    return Agreement.objects.create(
        organisation=of or organisation(), starts_on=starts_on, ends_on=ends_on, **values
    )


def worker(of: Organisation, *roles: Role) -> User:
    """A partner's own professional, with an account."""
    person = making.user(*(roles or (Role.PARTNER_WORKER,)))
    person.organisation_code = of.code
    person.save(update_fields=["organisation_code"])
    return person
