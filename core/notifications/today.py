"""What waits for a person today, in the order in which it hurts to leave it."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from core.partners import queries as partners
from core.partners.enums import NETWORK_MANAGERS
from core.pathways.models import Contract, FollowUp, Referral
from core.pathways.workflow import ContractState, ReferralState
from core.people.enums import ROLES_UNDER_CHARTER, Role
from core.people.models import User
from core.people.queries import charter_in_force
from tenants.local.models import RefusedAddress


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line: how many, of what, and where it is done. It names no child."""

    label: str
    count: int
    url: str
    icon: str
    urgent: bool = False


def waiting_for(user: User, *, on: date) -> list[Waiting]:
    """Lines with something in them; a constant number of queries."""
    network = _agreements(user, on)
    if not user.has_role(*ROLES_UNDER_CHARTER, on=on):
        return network
    if charter_in_force(user, on) is None:
        return [
            Waiting("Charte de confidentialité à signer", 1, reverse("people:charter"), "shield-check", True)
        ]
    lines = [*_referrals(user), *_contracts(user), *_follow_ups(user, on), *network]
    return [line for line in lines if line.count]


def _referrals(user: User) -> list[Waiting]:
    inbox = reverse("pathways:inbox")
    mine = Referral.objects.visible_to(user)
    if not user.has_role(Role.COORDINATOR):
        charged = mine.filter(
            contact_person=user, state__in=[ReferralState.RECEIVED, ReferralState.NO_ANSWER]
        )
        return [Waiting("Familles à joindre", charged.count(), inbox, "phone", True)]
    states = list(mine.values_list("state", flat=True))

    def count(*wanted: str) -> int:
        return sum(state in wanted for state in states)

    return [
        Waiting(
            "Orientations reçues, familles à joindre", count(ReferralState.RECEIVED), inbox, "inbox", True
        ),
        Waiting(
            "Réponses des parents à noter",
            count(ReferralState.CONTACTED, ReferralState.NO_ANSWER),
            inbox,
            "phone",
        ),
        Waiting("Enfants admis, sans référent", count(ReferralState.WAITING), inbox, "user-round-plus", True),
        Waiting("Contrats à préparer ou à signer", count(ReferralState.ADMITTED), inbox, "pen-line"),
        Waiting("Situations prêtes pour une réunion", count(ReferralState.AGREED), inbox, "users-round"),
        Waiting(
            "Adresses e-mail qui ne reçoivent plus",
            RefusedAddress.objects.count(),
            reverse("notifications:refused_addresses"),
            "mail-x",
        ),
    ]


def _contracts(user: User) -> list[Waiting]:
    unsigned = Contract.objects.filter(state=ContractState.SEALED).exclude(signatures__part="referent")
    own = list(unsigned.filter(referent=user).order_by("sealed_at", "pk").values_list("pk", flat=True)[:2])
    if not own:
        return []
    url = reverse("pathways:contract", args=[own[0]])
    return [Waiting("Contrats à signer comme référente ou référent", len(own), url, "pen-line", True)]


def _follow_ups(user: User, on: date) -> list[Waiting]:
    due = FollowUp.objects.filter(user=user, done_on=None, due_on__lte=on)
    return [
        Waiting(
            "Suites promises en réunion, à faire",
            due.count(),
            reverse("notifications:follow_ups"),
            "list-checks",
        )
    ]


def _agreements(user: User, on: date) -> list[Waiting]:
    """For who keeps the network: an end closes the access of a partner's people. It is about no child."""
    if not user.has_role(*NETWORK_MANAGERS, on=on):
        return []
    ending = len(partners.ending_soon(on))
    url = f"{reverse('partners:organisations')}?convention=bientot"
    return [Waiting("Conventions qui se terminent bientôt", ending, url, "handshake")] if ending else []
