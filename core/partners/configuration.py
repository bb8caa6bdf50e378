"""The network of a town's file, brought into the town's schema."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.partners.enums import OrganisationKind, Weekday
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
        "need_words": "autres mots",
        "districts": "quartiers",
        "weekdays": "jours",
        "hours": "horaires",
        "venue": "lieu",
        "places": "places",
        "cost": "coût",
        "price": "tarif",
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
        "unit_price": "prix unitaire",
        "unit": "unité",
        "amount": "montant",
        "active": "active",
    },
)
Values = Mapping[str, Any]
WEEKDAYS = {str(day.label): day.value for day in Weekday}


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
    return changes + _what_hangs_on_them(file, plan=plan)


def _what_hangs_on_them(file: TownFile, *, plan: bool) -> list[Change]:
    # Read again: what hangs on an organisation made a moment ago needs its row.
    organisations = rows_in_place(Organisation, lambda row: row.code)

    def owner(key: str) -> Organisation:
        return organisations[key.partition("/")[0]]

    changes = reconcile(
        CONTACTS,
        dict(_contacts(file)),
        rows_in_place(ContactPerson, lambda row: f"{row.organisation.code}/{row.name}", "organisation"),
        make=lambda key, values: ContactPerson(organisation=owner(key), name=key.partition("/")[2]),
        plan=plan,
    )
    offers = dict(_offers(file))
    if not plan:
        _forget_places_left(offers)
    changes += reconcile(
        OFFERS,
        offers,
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
                    "need_words": offer.need_words or "",
                    "districts": list(offer.districts),
                    "weekdays": sorted(WEEKDAYS[day] for day in offer.weekdays),
                    "hours": offer.hours or "",
                    "venue": offer.venue or "",
                    "places": offer.places,
                    "cost": offer.cost or "",
                    "price": offer.price or "",
                    "youngest": offer.youngest,
                    "oldest": offer.oldest,
                    "active": offer.active,
                },
            )


def _forget_places_left(wanted: Mapping[str, Values]) -> None:
    """More cannot be left than there are now: then nobody knows, until it is told again."""
    for offer in Offer.objects.filter(places_left__isnull=False).select_related("organisation"):
        places = wanted.get(f"{offer.organisation.code}/{offer.code}", {}).get("places")
        if places is not None and (offer.places_left or 0) > places:
            Offer.objects.filter(pk=offer.pk).update(places_left=None, places_told_on=None)


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
                    "unit_price": agreement.unit_price,
                    "unit": agreement.unit or "",
                    "amount": agreement.amount,
                    "active": True,
                },
            )
