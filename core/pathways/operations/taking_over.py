"""What a town did before it had the platform, taken over from its own table: dated papers, no new decision.

A contract signed on paper says so in each of its four parts, with the paper's date, and with a name only
where the table gives one: nobody is said to have signed who may not have. Nobody is told, no meeting has to
ratify, and no date is made up: the change log says when it was taken over, rows when it was.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.children.models import Child
from core.journal import operations as journal
from core.pathways import wording
from core.pathways.enums import (
    AgreementKind,
    AskedBy,
    ContactKind,
    DecisionKind,
    NationalExit,
    Outcome,
    Part,
)
from core.pathways.models import (
    Contract,
    ContractObjective,
    Decision,
    ParentalAgreement,
    Pathway,
    ReferentLink,
    Referral,
    Term,
)
from core.pathways.operations import ending, referents, reviews, signing
from core.pathways.operations.contracts import Objective, canonical_text
from core.pathways.operations.ending import Became, Ending
from core.pathways.operations.transitions import CannotMove, lock_pathway, move_contract
from core.pathways.workflow import OPEN, ReferralState
from core.people.enums import Role
from core.people.models import User

REASON = "Repris d’un contrat papier d’avant la plateforme."
OLDER = (
    "Un parcours est ouvert ici pour cet enfant : un parcours plus ancien ne peut plus être repris. "
    "Laissez cette ligne de côté."
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the town's table says of a referral. With `closing_reason` it was not taken up."""

    received_on: date
    source: Term | None = None
    motives: Sequence[Term] = ()
    facts: str = ""
    referrer_name: str = ""
    referrer_organisation: str = ""
    closing_reason: str = ""
    closed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A contract that all four signed on paper that day. `signers`: names, where the table gives them."""

    signed_on: date
    planned_end_on: date
    referent: User
    objectives: Sequence[Objective]
    ended_on: date | None = None
    exit_reason: Term | None = None
    signers: Mapping[Part, str] = field(default_factory=dict)


@transaction.atomic
def take_over_referral(*, child: Child, told: Told, by: User, at: datetime) -> Referral:
    """It waits for its first contact, or is closed with its reason."""
    state = ReferralState.CLOSED if told.closing_reason else ReferralState.RECEIVED
    return _referral(child, told, state, by=by, at=at)


@transaction.atomic
def take_over_pathway(*, child: Child, told: Told, paper: Paper, by: User, at: datetime) -> Pathway:
    """Referral, agreement, decision, contract and its four dated parts, pathway; its end when it is over.

    Raises CannotMove, CannotSign.
    """
    Child.objects.select_for_update(no_key=True, of=("self",)).get(pk=child.pk)
    _check(child, told, paper, timezone.localdate(at))
    referral = _referral(child, told, ReferralState.ADMITTED, by=by, at=at)
    _agreement(referral, paper, by=by, at=at)
    decision = Decision.objects.create(
        child=child,
        referral=referral,
        kind=DecisionKind.ENTRY,
        decided_on=paper.signed_on,
        reason=REASON,
        by=by,
        noted_at=at,
    )
    if paper.ended_on is None:
        _name(referral, paper, by=by, at=at)
    contract = _contract(referral, decision, paper, by=by, at=at)
    _sign(contract, paper, by=by, at=at)
    pathway = Pathway.objects.get(contract=contract)
    if paper.ended_on is not None:
        _end(pathway, paper, paper.ended_on, by=by, at=at)
    return pathway


def _check(child: Child, told: Told, paper: Paper, today: date) -> None:
    if paper.signed_on > today:
        raise CannotMove("La date du contrat est à venir.")
    if told.received_on > paper.signed_on:
        raise CannotMove("L’orientation est datée d’après le contrat.")
    if paper.planned_end_on <= paper.signed_on:
        raise CannotMove("La fin prévue ne suit pas la signature du contrat.")
    if Pathway.objects.filter(child=child, ended_on=None).exists():
        raise CannotMove("Un parcours est déjà ouvert pour cet enfant." if paper.ended_on is None else OLDER)
    if paper.ended_on is None and _is_entering(child, today):
        raise CannotMove(
            "Une entrée est déjà en cours ici pour cet enfant : terminez-la, ou laissez cette ligne de côté."
        )


def _is_entering(child: Child, today: date) -> bool:
    """Somebody accompanies the child, or the family was called: a paper does not pass over that."""
    links = ReferentLink.objects.filter(child=child).exclude(until_on__lte=today)
    begun = OPEN - {ReferralState.RECEIVED}
    return links.exists() or Referral.objects.filter(child=child, state__in=begun).exists()


def _referral(child: Child, told: Told, state: ReferralState, *, by: User, at: datetime) -> Referral:
    closed_on = None
    if state == ReferralState.CLOSED:
        closed_on = max(told.closed_on or told.received_on, told.received_on)
    referral = Referral.objects.create(
        child=child,
        state=state,
        source=told.source,
        facts=told.facts,
        referrer_name=told.referrer_name,
        referrer_organisation=told.referrer_organisation,
        received_on=told.received_on,
        closing_reason=told.closing_reason if closed_on else "",
        closed_on=closed_on,
    )
    referral.motives.set(told.motives)
    journal.record(
        actor=by,
        act="pathways.referral_taken_over",
        target=referral,
        at=at,
        child_id=child.pk,
        fields=["state"],
    )
    return referral


def _agreement(referral: Referral, paper: Paper, *, by: User, at: datetime) -> None:
    """Who signed had agreed."""
    ParentalAgreement.objects.create(
        referral=referral,
        kind=AgreementKind.WRITTEN,
        said_on=paper.signed_on,
        said_by=paper.signers.get(Part.FAMILY) or "la famille, en signant le contrat papier",
        how=ContactKind.MEETING,
        note=REASON,
        noted_by=by,
        noted_at=at,
    )


def _name(referral: Referral, paper: Paper, *, by: User, at: datetime) -> None:
    """From the signature on when that can be true: the account was there, and nobody else accompanied."""
    today, to = timezone.localdate(at), paper.referent
    assert referral.child_id is not None  # noqa: S101 (it is made with its child)
    free = not ReferentLink.objects.filter(child=referral.child_id).exists()
    known = to.present_on(paper.signed_on) and to.has_role(Role.REFERENT, on=paper.signed_on)
    on = paper.signed_on if free and known else today
    link = referents.give(child_id=referral.child_id, to=to, on=on, by=by, at=at, referral=referral)
    journal.record(
        actor=by,
        act="pathways.referent_named",
        target=link,
        at=at,
        child_id=referral.child_id,
        fields=["user"],
    )


def _contract(referral: Referral, decision: Decision, paper: Paper, *, by: User, at: datetime) -> Contract:
    """As it stood on paper, sealed at once: it waits for no signature."""
    contract = Contract.objects.create(
        child=decision.child,
        referral=referral,
        decision=decision,
        coordinator=by,
        referent=paper.referent,
        planned_end_on=paper.planned_end_on,
        child_commitment=wording.CHILD_COMMITMENT,
        family_commitment=wording.FAMILY_COMMITMENT,
        team_commitment=wording.TEAM_COMMITMENT,
        right_to_stop=wording.RIGHT_TO_STOP,
        simple_words=wording.SIMPLE_WORDS,
    )
    ContractObjective.objects.bulk_create(
        ContractObjective(
            contract=contract, domain=item.domain, text=item.text, wished_by=item.wished_by, order=order
        )
        for order, item in enumerate(paper.objectives)
    )
    contract.sealed_text = canonical_text(contract)
    contract.sealed_hash = hashlib.sha256(contract.sealed_text.encode()).hexdigest()
    contract.sealed_at = at
    move_contract(contract, "seal", by=by, at=at, fields=["sealed_text", "sealed_hash", "sealed_at"])
    return contract


def _sign(contract: Contract, paper: Paper, *, by: User, at: datetime) -> None:
    """All four, at once; they open the pathway, on the paper's day."""
    signing.take_over_signatures(
        contract=contract, signers=paper.signers, signed_on=paper.signed_on, by=by, at=at
    )


def _end(pathway: Pathway, paper: Paper, on: date, *, by: User, at: datetime) -> None:
    """No review is asked of what is over, and what became of each objective is still to be said."""
    reviews.forget_planned(lock_pathway(pathway.pk))
    national = NationalExit(paper.exit_reason.national) if paper.exit_reason else NationalExit.END_OF_TERM
    told = national == NationalExit.FAMILY_STOPPED
    ending.close_pathway(
        pathway=pathway,
        ending=Ending(
            on=on,
            national=national,
            reason=paper.exit_reason,
            asked_by=AskedBy.FAMILY if told else AskedBy.EVENT,
            said_by="Repris du tableau de la ville" if told else "",
            said_how=ContactKind.MEETING if told else "",
            outcomes={aim.pk: Became(Outcome.UNKNOWN) for aim in pathway.objectives.all()},
            news=False,
        ),
        by=by,
        at=at,
    )
