"""The network of a town's file, brought into the town's schema."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.partners.enums import OrganisationKind
from core.partners.models import Agreement, ContactPerson, Offer, Organisation
from tenants.configuration.changes import Change, Section, reconcile, rows_in_place
from tenants.configuration.reading import Draft, Problem
from tenants.configuration.schema import AnyFile, TownFile
from tenants.configuration.schema import Organisation as OrganisationEntry

ORGANISATIONS = Section(
    "organisation",
    {
        "name": "nom",
        "kind": "nature",
        "provider": "prestataire",
        "siret": "SIRET",
        "rna": "RNA",
        "uai": "UAI",
        "finess": "FINESS",
        "since": "depuis",
        "districts": "quartiers",
        "address": "adresse",
        "postal_code": "code postal",
        "email": "adresse électronique",
        "phone": "téléphone",
        "active": "active",
    },
)
CONTACTS = Section(
    "contact",
    {"function": "fonction", "email": "adresse électronique", "phone": "téléphone", "active": "actif"},
)
OFFERS = Section(
    "offre",
    {
        "label": "libellé",
        "domains": "domaines",
        "form": "forme",
        "summary": "description",
        "youngest": "à partir de",
        "oldest": "jusqu’à",
        "active": "active",
    },
)
AGREEMENTS = Section(
    "convention",
    {
        "subject": "objet",
        "starts_on": "début",
        "ends_on": "fin",
        "shares": "informations partagées",
        "active": "active",
    },
)
Values = Mapping[str, Any]


def check(draft: Draft) -> list[Problem]:
    known = ", ".join(OrganisationKind.values)
    return [
        draft.problem((*path, "kind"), found=entry["kind"], expected=f"une nature connue : {known}")
        for path, entry in draft.tables("organisations")
        if isinstance(entry.get("kind"), str) and entry["kind"] not in OrganisationKind.values
    ]


def apply(file: AnyFile, *, plan: bool) -> list[Change]:
    if not isinstance(file, TownFile):
        return []
    changes = reconcile(
        ORGANISATIONS,
        {entry.code: _organisation(entry) for entry in file.organisations},
        rows_in_place(Organisation, lambda row: row.code),
        make=lambda key, values: Organisation(code=key),
        plan=plan,
    )
    # Read again: what hangs on an organisation made a moment ago needs its row.
    organisations = rows_in_place(Organisation, lambda row: row.code)

    def owner(key: str) -> Organisation:
        return organisations[key.partition("/")[0]]

    changes += reconcile(
        CONTACTS,
        dict(_contacts(file)),
        rows_in_place(ContactPerson, lambda row: f"{row.organisation.code}/{row.name}", "organisation"),
        make=lambda key, values: ContactPerson(organisation=owner(key), name=key.partition("/")[2]),
        plan=plan,
    )
    changes += reconcile(
        OFFERS,
        dict(_offers(file)),
        rows_in_place(Offer, lambda row: f"{row.organisation.code}/{row.code}", "organisation"),
        make=lambda key, values: Offer(organisation=owner(key), code=key.partition("/")[2]),
        plan=plan,
    )
    changes += reconcile(
        AGREEMENTS,
        dict(_agreements(file)),
        rows_in_place(Agreement, lambda row: f"{row.organisation.code}/{row.reference}", "organisation"),
        make=lambda key, values: Agreement(organisation=owner(key), reference=key.partition("/")[2]),
        plan=plan,
    )
    return changes


def _organisation(entry: OrganisationEntry) -> Values:
    return {
        "name": entry.name,
        "kind": entry.kind,
        "provider": entry.provider,
        "siret": entry.siret or "",
        "rna": entry.rna or "",
        "uai": entry.uai or "",
        "finess": entry.finess or "",
        "since": entry.since,
        "districts": list(entry.districts),
        "address": entry.address or "",
        "postal_code": entry.postal_code or "",
        "email": entry.email or "",
        "phone": entry.phone or "",
        "active": entry.active,
    }


def _contacts(file: TownFile) -> Iterator[tuple[str, Values]]:
    for entry in file.organisations:
        for contact in entry.contacts:
            yield (
                f"{entry.code}/{contact.name}",
                {
                    "function": contact.function,
                    "email": contact.email or "",
                    "phone": contact.phone or "",
                    "active": True,
                },
            )


def _offers(file: TownFile) -> Iterator[tuple[str, Values]]:
    for entry in file.organisations:
        for offer in entry.offers:
            yield (
                f"{entry.code}/{offer.code}",
                {
                    "label": offer.label,
                    "domains": list(offer.domains),
                    "form": offer.form,
                    "summary": offer.summary or "",
                    "youngest": offer.youngest,
                    "oldest": offer.oldest,
                    "active": offer.active,
                },
            )


def _agreements(file: TownFile) -> Iterator[tuple[str, Values]]:
    for entry in file.organisations:
        if agreement := entry.agreement:
            yield (
                f"{entry.code}/{agreement.reference}",
                {
                    "subject": agreement.subject,
                    "starts_on": agreement.starts_on,
                    "ends_on": agreement.ends_on,
                    "shares": agreement.shares or "",
                    "active": True,
                },
            )
