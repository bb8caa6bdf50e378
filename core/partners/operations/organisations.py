"""Organisations and the people to call there."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from core.partners.models import ContactPerson, Organisation
from core.partners.operations import writing
from core.people.models import User
from core.people.names import fold
from tenants.configuration import identifiers

CHECKED = {
    "siret": identifiers.siret,
    "rna": identifiers.rna,
    "uai": identifiers.uai,
    "finess": identifiers.finess,
    "postal_code": identifiers.postal_code,
    "phone": identifiers.phone,
}


@dataclass(frozen=True, kw_only=True)
class OrganisationDetails:
    name: str
    kind: str
    provider: bool = False
    siret: str = ""
    rna: str = ""
    uai: str = ""
    finess: str = ""
    since: date | None = None
    districts: tuple[str, ...] = ()
    address: str = ""
    postal_code: str = ""
    email: str = ""
    phone: str = ""

    def checked(self) -> "OrganisationDetails":
        """With its numbers as they are kept. Raises ValidationError for one whose key is wrong."""
        kept: dict[str, Any] = {
            name: _number(name, getattr(self, name)) for name in CHECKED if getattr(self, name)
        }
        return replace(self, **kept)


@dataclass(frozen=True, kw_only=True)
class ContactDetails:
    name: str
    function: str
    email: str = ""
    phone: str = ""


def _number(name: str, typed: str) -> str:
    try:
        return CHECKED[name](typed)
    except identifiers.Malformed as wrong:
        raise writing.refuse(name, f"Nous attendons ici {wrong.expected}.") from wrong


def create_organisation(*, details: OrganisationDetails, by: User, at: datetime) -> Organisation:
    """Raises ValidationError: a number that is wrong, or already another active organisation's."""
    values = {**asdict(details.checked()), "districts": list(details.districts)}
    organisation = Organisation(code=_free_code(details.name), **values)
    writing.create(row=organisation, act="create_organisation", by=by, at=at, fields=values)
    return organisation


def change_organisation(
    *, organisation: Organisation, details: OrganisationDetails, by: User, at: datetime
) -> list[str]:
    """Raises ValidationError."""
    values = {**asdict(details.checked()), "districts": list(details.districts)}
    return writing.change(row=organisation, values=values, act="change_organisation", by=by, at=at)


def close_organisation(*, organisation: Organisation, by: User, at: datetime) -> None:
    """It leaves the network: its offers leave the directory, its people see no child any more."""
    writing.set_active(row=organisation, active=False, act="close_organisation", by=by, at=at)


def reopen_organisation(*, organisation: Organisation, by: User, at: datetime) -> None:
    """Raises ValidationError: one of its numbers was given to another organisation meanwhile."""
    writing.set_active(row=organisation, active=True, act="reopen_organisation", by=by, at=at)


def add_contact(
    *, organisation: Organisation, details: ContactDetails, by: User, at: datetime
) -> ContactPerson:
    """Raises ValidationError."""
    values = _contact_values(details)
    contact = ContactPerson(organisation=organisation, **values)
    writing.create(row=contact, act="add_contact", by=by, at=at, fields=values)
    return contact


def change_contact(*, contact: ContactPerson, details: ContactDetails, by: User, at: datetime) -> list[str]:
    """Raises ValidationError."""
    values = _contact_values(details)
    return writing.change(row=contact, values=values, act="change_contact", by=by, at=at)


def close_contact(*, contact: ContactPerson, by: User, at: datetime) -> None:
    writing.set_active(row=contact, active=False, act="close_contact", by=by, at=at)


def reopen_contact(*, contact: ContactPerson, by: User, at: datetime) -> None:
    writing.set_active(row=contact, active=True, act="reopen_contact", by=by, at=at)


def _contact_values(details: ContactDetails) -> dict[str, str]:
    values = asdict(details)
    return {**values, "phone": _number("phone", details.phone) if details.phone else ""}


def _free_code(name: str) -> str:
    """A code of the shape that a town's file takes, which no organisation has."""
    words = fold(name).replace(" ", "_").lstrip("0123456789_")
    root = words[:34].rstrip("_") or "organisation"
    taken = set(Organisation.objects.filter(code__startswith=root).values_list("code", flat=True))
    numbered = (f"{root}_{number}" for number in range(2, len(taken) + 3))
    return root if root not in taken else next(code for code in numbered if code not in taken)
