"""Who may do what with a referral and a contract. Which rows: `visible_to` of the models."""

from core.pathways.models import Contract, Referral
from core.people.enums import Role
from core.people.models import User


def can_refer(user: User) -> bool:
    return user.has_role(
        Role.COORDINATOR, Role.REFERENT, Role.SECRETARY, Role.TEAM_MEMBER, Role.PARTNER_WORKER
    )


def can_handle(user: User, referral: Referral) -> bool:
    """See the whole referral and act on it: the coordinator, and who is charged with the first contact."""
    return user.has_role(Role.COORDINATOR) or referral.contact_person_id == user.pk


def can_decide(user: User) -> bool:
    """Charge, admit in urgency, name a referent, close: the coordinator's."""
    return user.has_role(Role.COORDINATOR)


def can_prepare(user: User, contract: Contract) -> bool:
    """Write the contract and hold the signing session: the coordinator and the referent whom it names."""
    return user.has_role(Role.COORDINATOR) or contract.referent_id == user.pk
