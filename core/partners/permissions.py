"""Who may do what with the network. No child hangs on these pages: the town administrator is at home here."""

from core.partners.enums import NETWORK_MANAGERS
from core.partners.models import Offer, Organisation
from core.people.enums import TOWN_ROLES, Role
from core.people.models import User

# The directory is everybody's: an elected member and a partner look for an offer as a referent does.
READERS = tuple(sorted(TOWN_ROLES))
# Those who meet every child of the town, and so learn nothing from a small number.
SEE_EXACT_COUNTS = (Role.COORDINATOR, Role.SECRETARY)
SEE_PEOPLE = (*NETWORK_MANAGERS, Role.SECRETARY, Role.REFERENT, Role.TEAM_MEMBER)
SEE_AGREEMENTS = (*NETWORK_MANAGERS, Role.SECRETARY, Role.STEERING)


def can_manage_network(user: User) -> bool:
    """Organisations, contacts, offers, agreements."""
    return user.has_role(*NETWORK_MANAGERS)


def can_tell_places(user: User, offer: Offer) -> bool:
    """A partner's own worker knows before us that two places came free; the rest of the offer is ours."""
    return can_manage_network(user) or _works_at(user, offer.organisation)


def can_see_exact_counts(user: User) -> bool:
    return user.has_role(*SEE_EXACT_COUNTS)


def can_see_people(user: User, organisation: Organisation) -> bool:
    """Names of its professionals with an account; to others their number is told."""
    return user.has_role(*SEE_PEOPLE) or _works_at(user, organisation)


def can_see_agreements(user: User, organisation: Organisation) -> bool:
    """Prices are between the programme, those who steer it and the organisation itself."""
    return user.has_role(*SEE_AGREEMENTS) or _works_at(user, organisation)


def _works_at(user: User, organisation: Organisation) -> bool:
    own = bool(user.organisation_code) and user.organisation_code == organisation.code
    return own and organisation.active and user.has_role(Role.PARTNER_WORKER)
