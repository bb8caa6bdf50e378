"""What pathways tell the network of partners: counts, never a child."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from core.partners.figures import Figure
from core.partners.models import Organisation
from core.pathways.models import ContractSharing, Pathway, Referral
from core.pathways.workflow import ReferralState


def around_open_pathways(day: date) -> Iterable[frozenset[int]]:
    """The ids of the organisations with which the contract of each pathway open that day shares."""
    around: dict[int, set[int]] = defaultdict(set)
    shared = ContractSharing.objects.filter(contract__opened_pathway__in=_open_on(day))
    for contract, organisation in shared.values_list("contract_id", "organisation_id"):
        around[contract].add(organisation)
    return [frozenset(organisations) for organisations in around.values()]


def figures_of(organisation: Organisation, day: date) -> list[Figure]:
    shared = ContractSharing.objects.filter(
        organisation=organisation, contract__opened_pathway__in=_open_on(day)
    )
    own = Q(organisation=organisation) | Q(referrer__organisation_code=organisation.code)
    sent = Referral.objects.filter(own).exclude(state=ReferralState.DRAFT)
    return [
        Figure(
            "Parcours en cours où elle intervient",
            shared.count(),
            "Parcours ouverts ce jour dont le contrat, signé par la famille, nomme cette structure.",
            order=10,
        ),
        Figure(
            "Orientations venues d’elle",
            sent.count(),
            "Orientations envoyées au PRE par ses professionnels, suivies d’une entrée ou non.",
            order=20,
        ),
    ]


def _open_on(day: date) -> "QuerySet[Pathway]":
    return Pathway.objects.filter(started_on__lte=day).exclude(ended_on__lt=day)
