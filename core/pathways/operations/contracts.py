"""Drafting and sealing a contract: what is signed is a canonical text, and its SHA-256."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.journal import operations as journal
from core.journal.announcing import announce
from core.partners.models import Organisation
from core.pathways import versions, wording
from core.pathways.enums import ContractKind, DecisionKind, WishedBy
from core.pathways.models import (
    Contract,
    ContractObjective,
    ContractSharing,
    Decision,
    Domain,
    ReferentLink,
    Referral,
)
from core.pathways.operations.transitions import CannotMove, lock_contract, lock_referral, move_contract
from core.pathways.queries import missing_parts
from core.pathways.workflow import ContractState, ReferralState
from core.people.models import User


class CannotSeal(Exception):
    """What is missing before the contract can be signed; `missing` in French."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(f"Avant de faire signer, il manque : {', '.join(missing)}.")
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Objective:
    domain: Domain
    text: str
    wished_by: WishedBy


@dataclass(frozen=True, slots=True)
class Sharing:
    organisation: Organisation
    what: str


@transaction.atomic
def draft_contract(
    *, referral: Referral, coordinator: User, planned_end_on: date, by: User, at: datetime
) -> Contract:
    """A draft from the decision in force, in the town's wording. A second call returns the first draft.

    Raises CannotMove: without agreement, decision and referent there is no contract.
    """
    locked = lock_referral(referral.pk)
    existing = Contract.objects.filter(
        referral=locked, kind=ContractKind.INITIAL, state__in=[ContractState.DRAFT, ContractState.SEALED]
    ).first()
    if existing is not None:
        return existing
    if locked.state != ReferralState.ADMITTED:
        raise CannotMove("Le contrat se prépare après la décision d’entrée et le choix de la ou du référent.")
    decision = decision_in_force(locked)
    assert locked.child_id is not None  # noqa: S101 (held by the constraint referral_agreed_has_a_child)
    link = ReferentLink.objects.in_force(timezone.localdate(at)).filter(child_id=locked.child_id).first()
    if link is None:
        raise CannotMove("Personne n’accompagne l’enfant à ce jour : choisissez d’abord la ou le référent.")
    contract = Contract.objects.create(
        child_id=locked.child_id,
        referral=locked,
        decision=decision,
        coordinator=coordinator,
        referent_id=link.user_id,
        planned_end_on=planned_end_on,
        child_commitment=wording.CHILD_COMMITMENT,
        family_commitment=wording.FAMILY_COMMITMENT,
        team_commitment=wording.TEAM_COMMITMENT,
        right_to_stop=wording.RIGHT_TO_STOP,
        simple_words=wording.SIMPLE_WORDS,
    )
    journal.record(
        actor=by, act="pathways.contract_drafted", target=contract, at=at, child_id=contract.child_id
    )
    return contract


def decision_in_force(referral: Referral) -> Decision:
    """The last decision of entry that was not cancelled. Raises CannotMove."""
    decision = (
        Decision.objects.filter(referral=referral, kind=DecisionKind.ENTRY, cancelled_on=None)
        .order_by("-decided_on", "-pk")
        .first()
    )
    if decision is None:
        raise CannotMove("Aucune décision d’entrée n’est en vigueur.")
    return decision


@transaction.atomic
def correct_contract(
    *,
    contract: Contract,
    by: User,
    at: datetime,
    objectives: Iterable[Objective] | None = None,
    sharings: Iterable[Sharing] | None = None,
    **texts: Any,
) -> Contract:
    """Change a draft. Raises CannotMove once it is sealed: then an amendment is made."""
    locked = lock_contract(contract.pk)
    if locked.state != ContractState.DRAFT:
        raise CannotMove("Le contrat est scellé : il ne change plus.")
    for name, value in texts.items():
        setattr(locked, name, value)
    if texts:
        locked.save(update_fields=list(texts))
    if objectives is not None:
        locked.objectives.all().delete()
        ContractObjective.objects.bulk_create(
            ContractObjective(
                contract=locked, domain=item.domain, text=item.text, wished_by=item.wished_by, order=order
            )
            for order, item in enumerate(objectives)
        )
    if sharings is not None:
        locked.sharings.all().delete()
        ContractSharing.objects.bulk_create(
            ContractSharing(contract=locked, organisation=item.organisation, what=item.what)
            for item in sharings
        )
    journal.record(
        actor=by,
        act="pathways.contract_corrected",
        target=locked,
        at=at,
        child_id=locked.child_id,
        fields=[*texts, *(["objectives"] if objectives is not None else [])],
    )
    return locked


@transaction.atomic
def seal_contract(*, contract: Contract, by: User, at: datetime) -> Contract:
    """Fix the text that will be signed. Raises CannotSeal, CannotMove; sealing twice is sealing once."""
    locked = lock_contract(contract.pk)
    if locked.state == ContractState.SEALED:
        return locked
    if missing := missing_parts(locked, on=timezone.localdate(at)):
        raise CannotSeal(missing)
    locked.sealed_text = canonical_text(locked)
    locked.sealed_hash = hashlib.sha256(locked.sealed_text.encode()).hexdigest()
    locked.sealed_at = at
    move_contract(locked, "seal", by=by, at=at, fields=["sealed_text", "sealed_hash", "sealed_at"])
    announce("pathways.signature_asked", about=locked, by=by)
    return locked


def canonical_text(contract: Contract) -> str:
    """JSON with sorted keys and no blanks: the same contract always gives the same bytes."""
    child = contract.child
    content: dict[str, Any] = {
        "contract": contract.pk,
        "kind": contract.kind,
        "child": {"id": child.pk, "name": str(child)},
        "decided_on": contract.decision.decided_on.isoformat(),
        "coordinator": contract.coordinator.full_name,
        "referent": contract.referent.full_name,
        "planned_end_on": contract.planned_end_on.isoformat(),
        "objectives": [
            {"domain": item.domain.label, "text": item.text, "wished_by": item.wished_by}
            for item in contract.objectives.select_related("domain").order_by("order", "pk")
        ],
        "sharings": [
            {"organisation": item.organisation.name, "what": item.what}
            for item in contract.sharings.select_related("organisation").order_by("pk")
        ],
        "commitments": {
            "child": contract.child_commitment,
            "family": contract.family_commitment,
            "team": contract.team_commitment,
        },
        "right_to_stop": contract.right_to_stop,
        "simple_words": contract.simple_words,
        "language": contract.language,
        "interpreter": contract.interpreter,
    }
    former = versions.former_of(contract)
    if former is not None:
        content["amends"] = {"contract": former.pk, "sha256": former.sealed_hash}
        content["changes"] = [str(change) for change in versions.changes_of(contract)]
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@transaction.atomic
def void_contract(*, contract: Contract, reason: str, by: User, at: datetime) -> Contract:
    """Give up a contract that is not complete; a new draft can be made. Raises CannotMove, ValueError."""
    if not reason.strip():
        raise ValueError("Indiquez pourquoi le contrat est annulé.")
    locked = lock_contract(contract.pk)
    locked.voided_reason = reason.strip()
    move_contract(locked, "void", by=by, at=at, fields=["voided_reason"])
    return locked
