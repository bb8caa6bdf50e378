"""What the pages of the network show: a constant number of queries, sorted here since names bear accents."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from core.journal.models import Change
from core.partners import access
from core.partners.models import Agreement, ContactPerson, Offer, Organisation
from core.people import queries as people
from core.people.models import User
from core.people.names import fold
from core.people.queries import PersonLine

ANNOUNCED = timedelta(days=60)  # how long before its end an agreement is announced


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    organisation: Organisation
    offers: int
    under_agreement: bool
    signed: bool  # an agreement is in force; an institution may work with us without
    ends_on: date | None
    ends_soon: bool  # and nothing carries it on


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A person to call; `account` when somebody signs in with the same address."""

    contact: ContactPerson
    account: User | None


def organisation_lines(user: User, *, on: date) -> list[OrganisationLine]:
    rows = Organisation.objects.visible_to(user).annotate(
        open_offers=Count("offers", filter=Q(offers__active=True)),
        may_see=Exists(access.under_agreement(on).filter(pk=OuterRef("pk"))),
    )
    ends: dict[int, date | None] = {}
    for agreement in Agreement.objects.in_force(on):
        last = agreement.last_on
        known = ends.get(agreement.organisation_id, last)
        ends[agreement.organisation_id] = max(known, last) if known and last else None
    soon = {agreement.organisation_id for agreement in ending_soon(on)}
    lines = [
        OrganisationLine(row, row.open_offers, row.may_see, row.pk in ends, ends.get(row.pk), row.pk in soon)
        for row in rows.order_by("pk")
    ]
    return sorted(lines, key=lambda line: (fold(line.organisation.name), line.organisation.pk))


def open_offers() -> list[Offer]:
    return list(Offer.objects.open().select_related("organisation").order_by("pk"))


def offers_of(organisation: Organisation) -> list[Offer]:
    """Open ones first, by name."""
    rows = organisation.offers.order_by("pk")
    return sorted(rows, key=lambda offer: (not offer.active, fold(offer.label), offer.pk))


def contacts_of(organisation: Organisation) -> list[ContactLine]:
    """Those still there first, by name."""
    contacts = list(organisation.contacts.order_by("pk"))
    known = {account.email: account for account in User.objects.filter(email__in=_addresses(contacts))}
    lines = [ContactLine(contact, known.get(contact.email.lower())) for contact in contacts]
    return sorted(lines, key=lambda line: (not line.contact.active, fold(line.contact.name)))


def _addresses(contacts: list[ContactPerson]) -> list[str]:
    return [contact.email.lower() for contact in contacts if contact.email]


def people_of(organisation: Organisation, at: datetime) -> list[PersonLine]:
    """Its professionals who may sign in or are invited, with the state of their charter."""
    return [
        line
        for line in people.people_lines(at)
        if line.person.organisation_code == organisation.code and line.state in ("here", "invited")
    ]


def agreements_of(organisation: Organisation) -> list[Agreement]:
    """The latest first."""
    return list(organisation.agreements.order_by("-starts_on", "-pk"))


def changes_to(organisation: Organisation) -> list[Change]:
    """The last acts on the organisation and on what hangs on it."""
    about = Q(target="partners.organisation", target_id=organisation.pk)
    for model in (ContactPerson, Offer, Agreement):
        own = model._default_manager.filter(organisation=organisation).values("pk")
        about |= Q(target=model._meta.label_lower, target_id__in=own)
    return list(Change.objects.filter(about).select_related("actor").latest_first()[:15])


def ending_soon(on: date) -> list[Agreement]:
    """Agreements that end within ANNOUNCED and that no other of the organisation carries on."""
    horizon = on + ANNOUNCED
    ending = Agreement.objects.in_force(on).filter(Q(ends_on__lte=horizon) | Q(ended_on__lte=horizon))
    later = Agreement.objects.in_force(horizon + timedelta(days=1))
    return list(
        ending.filter(organisation__active=True)
        .exclude(organisation__in=later.values("organisation"))
        .select_related("organisation")
        .order_by("ends_on", "pk")
    )
