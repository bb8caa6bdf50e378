"""The network as files: organisations, offers, agreements. No child hangs on them, nobody's own phone."""

from collections.abc import Mapping
from datetime import datetime

from django.http import QueryDict
from django.utils import timezone

from core.partners import permissions, places
from core.partners.models import Agreement
from core.people.enums import Role
from core.people.models import User
from core.sheets.lists import ListToExport, Taken
from core.sheets.shapes import Column

TAKING = frozenset(map(str, (Role.COORDINATOR, Role.REFERENT, Role.SECRETARY)))
SEEING_PRICES = TAKING & frozenset(map(str, permissions.SEE_AGREEMENTS))


def _given(params: Mapping[str, str], choices: Mapping[str, str]) -> QueryDict:
    given = QueryDict(mutable=True)
    given.update({name: value for name, value in params.items() if name in choices})
    return given


def _organisations(user: User, params: Mapping[str, str], at: datetime) -> Taken:
    from core.partners.views.directory import chosen_organisations

    sees = user.has_role(*permissions.SEE_AGREEMENTS)
    lines = chosen_organisations(user, _given(params, OF_ORGANISATIONS), timezone.localdate(at))
    rows = [
        (
            line.organisation.name,
            line.organisation.get_kind_display(),
            line.organisation.provider,
            line.organisation.siret,
            line.organisation.email,
            line.organisation.phone,
            line.organisation.since,
            line.offers,
            line.ends_on if sees else None,
        )
        for line in lines
    ]
    columns = (
        Column("Structure", width=36),
        Column("Nature", width=24),
        Column("Prestataire"),
        Column("SIRET"),
        Column("Adresse e-mail", width=30),
        Column("Téléphone"),
        Column("Partenaire depuis", "date"),
        Column("Offres", "number"),
        Column("Fin de la convention", "date"),
    )
    return Taken(columns, rows)


def _offers(user: User, params: Mapping[str, str], at: datetime) -> Taken:
    from core.partners.views.directory import found_offers

    districts, domains = places.districts(), places.domains()
    rows = [
        (
            offer.label,
            offer.organisation.name,
            places.said(offer.domains, domains),
            places.said(offer.districts or offer.organisation.districts, districts),
            offer.ages,
            offer.when,
            offer.venue,
            offer.places,
            offer.places_left,
            offer.get_cost_display(),
            offer.price,
        )
        for offer in found_offers(_given(params, OF_OFFERS)).offers
    ]
    columns = (
        Column("Offre", width=36),
        Column("Structure", width=32),
        Column("Domaines", width=26),
        Column("Quartiers", width=26),
        Column("Âges"),
        Column("Quand", width=26),
        Column("Lieu", width=26),
        Column("Places", "number"),
        Column("Places libres", "number"),
        Column("Coût"),
        Column("Tarif", width=24),
    )
    return Taken(columns, rows)


def _agreements(user: User, params: Mapping[str, str], at: datetime) -> Taken:
    today = timezone.localdate(at)
    found = Agreement.objects.select_related("organisation").order_by(
        "organisation__name", "-starts_on", "pk"
    )
    rows = [
        (
            item.organisation.name,
            item.reference,
            item.subject,
            item.starts_on,
            item.last_on,
            item.in_force_on(today),
            item.unit_price,
            item.unit,
            item.amount,
        )
        for item in found
    ]
    columns = (
        Column("Structure", width=36),
        Column("Référence", width=24),
        Column("Objet", width=44),
        Column("Début", "date"),
        Column("Fin", "date"),
        Column("En vigueur"),
        Column("Prix unitaire (€)", "number"),
        Column("Unité"),
        Column("Montant (€)", "number"),
    )
    return Taken(columns, rows)


OF_ORGANISATIONS = {"q": "recherche", "nature": "nature", "convention": "convention"}
OF_OFFERS = {
    "q": "recherche",
    "age": "âge",
    "domaine": "domaine",
    "quartier": "quartier",
    "jour": "jour",
    "cout": "coût",
    "places": "places",
}
LISTS = (
    ListToExport(
        "organisations", "Structures du réseau", TAKING, _organisations, names_children=False,
        choices=OF_ORGANISATIONS,
    ),
    ListToExport(
        "offers", "Offres du réseau", TAKING, _offers, names_children=False, choices=OF_OFFERS,
    ),
    ListToExport("agreements", "Conventions", SEEING_PRICES, _agreements, names_children=False),
)  # fmt: skip
