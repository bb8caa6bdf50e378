"""A change of objectives, sharing perimeter or end date: proposed, written, and signed again.

The same four parts as at entry sign it: who commits to a new text says so, and the child may refuse it. Until
the last of them the former version holds, and a refusal leaves it as it was.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.journal import operations as journal
from core.pathways import asking, rhythm, versions
from core.pathways.enums import ContractKind, DecisionKind, PathwayState
from core.pathways.models import (
    Contract,
    ContractObjective,
    ContractSharing,
    Decision,
    Pathway,
    ReferentLink,
)
from core.pathways.operations import objectives
from core.pathways.operations.transitions import CannotMove, lock_pathway
from core.people.enums import Role
from core.people.models import User

ENDED = "Ce parcours est terminé : son contrat ne change plus."
COPIED = (
    "planned_end_on",
    "child_commitment",
    "family_commitment",
    "team_commitment",
    "right_to_stop",
    "simple_words",
    "language",
    "interpreter",
)


@transaction.atomic
def propose_amendment(*, pathway: Pathway, by: User, at: datetime) -> Contract:
    """A draft copied from the version in force. A second call returns the first draft. Raises CannotMove.

    It is a renewal, with a later end proposed, where the team or the last review said so.
    """
    locked = lock_pathway(pathway.pk)
    if locked.state == PathwayState.ENDED:
        raise CannotMove(ENDED)
    living = versions.living_amendment(locked)
    if living is not None:
        return living
    former = versions.in_force(locked)
    decision, review = _decision(former), asking.review_to_follow(locked)
    renewed = decision.kind == DecisionKind.RENEW and decision.pk != former.decision_id
    renews = renewed or (review is not None and review.renews)
    values = {name: getattr(former, name) for name in COPIED}
    if renews:
        values["planned_end_on"] = _renewed_end(locked, at)
    amendment = Contract.objects.create(
        child_id=locked.child_id,
        referral_id=former.referral_id,
        pathway=locked,
        decision=decision,
        review=review.review if review is not None else None,
        kind=ContractKind.RENEWAL if renews else ContractKind.AMENDMENT,
        coordinator=by if by.has_role(Role.COORDINATOR) else former.coordinator,
        referent=_referent(former, timezone.localdate(at)),
        **values,
    )
    _copy_lines(former, amendment)
    journal.record(
        actor=by, act="pathways.amendment_proposed", target=amendment, at=at, child_id=amendment.child_id
    )
    return amendment


def take_effect(contract: Contract, *, by: User | None, at: datetime) -> Pathway:
    """With its fourth part an amendment replaces the version in force; the entry's date stays as it was."""
    if contract.pathway_id is None:
        raise CannotMove("Un avenant appartient à un parcours.")
    pathway = lock_pathway(contract.pathway_id)
    pathway.planned_end_on = contract.planned_end_on
    pathway.save(update_fields=["planned_end_on"])
    objectives.follow_contract(pathway, contract, by=by, at=at)
    journal.record(
        actor=by,
        actor_label="" if by else "personne sans compte",
        act="pathways.amendment_took_effect",
        target=contract,
        at=at,
        child_id=contract.child_id,
        fields=["planned_end_on"],
    )
    return pathway


def _renewed_end(pathway: Pathway, at: datetime) -> date:
    """A new term of the town's usual length, from the planned end or, where that has passed, from today."""
    since = max(pathway.planned_end_on, timezone.localdate(at))
    return rhythm.months_after(since, rhythm.of_town().pathway_months)


def _decision(former: Contract) -> Decision:
    """The team's last decision to adjust or renew; without one, the decision of the version in force."""
    taken = Decision.objects.filter(
        child_id=former.child_id,
        kind__in=[DecisionKind.ADJUST, DecisionKind.RENEW],
        cancelled_on=None,
        noted_at__gt=former.decision.noted_at,
    )
    return taken.order_by("-decided_on", "-pk").first() or former.decision


def _referent(former: Contract, on: date) -> User:
    """Who accompanies the child now: it may be another person than at entry."""
    links = ReferentLink.objects.in_force(on).filter(child_id=former.child_id)
    link = links.select_related("user").first()
    return link.user if link is not None else former.referent


def _copy_lines(former: Contract, amendment: Contract) -> None:
    ContractObjective.objects.bulk_create(
        ContractObjective(
            contract=amendment,
            domain_id=item.domain_id,
            text=item.text,
            wished_by=item.wished_by,
            order=item.order,
        )
        for item in former.objectives.order_by("order", "pk")
    )
    ContractSharing.objects.bulk_create(
        ContractSharing(contract=amendment, organisation_id=item.organisation_id, what=item.what)
        for item in former.sharings.order_by("pk")
    )
