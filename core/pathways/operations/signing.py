"""The four parts, each filled in one of its ways; the last one makes the pathway."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from core.children.models import Guardian
from core.journal import operations as journal
from core.journal.announcing import announce
from core.pathways import versions
from core.pathways.enums import AgreementKind, ContractKind, Part, PathwayState, Way
from core.pathways.models import Contract, ParentalAgreement, Pathway, Signature
from core.pathways.operations import amendments, objectives, reviews
from core.pathways.operations.contracts import void_contract
from core.pathways.operations.transitions import lock_contract, lock_referral, move_contract, move_referral
from core.pathways.signers import SignerCheck, who_may_have_signed, who_may_sign
from core.pathways.workflow import WITH_AGREEMENT, ContractState, ReferralState
from core.people.enums import Role
from core.people.models import User
from core.people.names import fold


class CannotSign(Exception):
    """This person cannot fill this part now; the message is French and says what to do."""


class NotTheirName(CannotSign):
    """The name that was typed is not that of who signs: it can be typed again."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: a guardian, a user of the PRE, or (neither) the child or young adult."""

    name: str
    guardian: Guardian | None = None
    user: User | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """How it was signed. `signed_on` is the paper's date where there is a paper."""

    way: Way
    signed_on: date
    drawing: str = ""  # SVG path data
    typed_name: str = ""  # instead of a drawing, with an explicit consent
    scan: File | None = None  # type: ignore[type-arg]
    scan_hash: str = ""
    witness: str = ""
    language: str = "français"
    interpreter: str = ""


@transaction.atomic
def sign(
    *, contract: Contract, part: Part, signer: Signer, evidence: Evidence, by: User | None, at: datetime
) -> Signature:
    """Fill one part of the sealed contract; the fourth opens the pathway on that day.

    `by` is who enters it, None for a guardian who signs from home. Signing a part twice returns the
    first signature. Raises CannotSign.
    """
    if contract.referral_id is not None:
        lock_referral(contract.referral_id)  # before the contract, as a withdrawal does
    locked = lock_contract(contract.pk)
    existing = Signature.objects.filter(contract=locked, part=part).first()
    if existing is not None:
        return existing
    _check(locked, part, signer, evidence, by=by, at=at)
    signature = _fill(locked, part, signer, evidence, by=by, at=at)
    journal.record(
        actor=by,
        actor_label="" if by else "personne sans compte",
        act="pathways.signed",
        target=signature,
        at=at,
        child_id=locked.child_id,
        fields=["part", "way"],
    )
    _complete(locked, by=by, at=at)
    return signature


@transaction.atomic
def take_over_signatures(
    *, contract: Contract, signers: Mapping[Part, str], signed_on: date, by: User, at: datetime
) -> None:
    """The four parts of one dated paper, at once, with the names that are known. Raises CannotSign.

    For a contract that the caller has just sealed, in the same transaction. Nobody's account or place around
    the child is put beside a part: a table says that a paper was signed, not by whom of those here.
    """
    locked = lock_contract(contract.pk)
    evidence = Evidence(way=Way.IMPORTED, signed_on=signed_on)
    _check_state(locked, evidence, by=by, at=at)
    if refusal := who_may_have_signed(locked, timezone.localdate(at)):
        raise CannotSign(refusal)
    made = Signature.objects.bulk_create(
        _filled(locked, part, Signer(signers.get(part, "")), evidence, by=by, at=at) for part in Part
    )
    journal.record_many(
        actor=by, act="pathways.signed", at=at, targets=[(signature, locked.child_id) for signature in made]
    )
    _complete(locked, by=by, at=at)


def _fill(
    contract: Contract, part: Part, signer: Signer, evidence: Evidence, *, by: User | None, at: datetime
) -> Signature:
    signature = _filled(contract, part, signer, evidence, by=by, at=at)
    signature.save()
    return signature


def _filled(
    contract: Contract, part: Part, signer: Signer, evidence: Evidence, *, by: User | None, at: datetime
) -> Signature:
    return Signature(
        contract=contract,
        sealed_hash=contract.sealed_hash,
        part=part,
        way=evidence.way,
        signer_name=signer.name,
        guardian=signer.guardian,
        user=signer.user,
        witness=evidence.witness,
        language=evidence.language,
        interpreter=evidence.interpreter,
        signed_on=evidence.signed_on,
        drawing=evidence.drawing,
        typed_name=evidence.typed_name,
        scan=evidence.scan,
        scan_hash=evidence.scan_hash,
        entered_by=by,
        entered_at=at,
    )


@transaction.atomic
def refuse_to_sign(*, contract: Contract, part: Part, reason: str, by: User, at: datetime) -> Contract:
    """The child's or the family's no: the contract is void, and nobody enters or changes anything.

    At entry a family's no closes the gate too; to an amendment it leaves the version in force as it is.
    """
    if contract.referral_id is not None:
        lock_referral(contract.referral_id)
    said = f"{Part(part).label} ne souhaite pas signer. {reason.strip()}".strip()
    void = void_contract(contract=contract, reason=said[:300], by=by, at=at)
    at_entry = void.kind == ContractKind.INITIAL
    if at_entry and part == Part.FAMILY and void.referral_id is not None:
        referral = lock_referral(void.referral_id)
        ParentalAgreement.objects.create(
            referral=referral,
            kind=AgreementKind.WITHDRAWN,
            said_on=timezone.localdate(at),
            said_by=Part.FAMILY.label,
            how="meeting",
            note=said[:300],
            noted_by=by,
            noted_at=at,
        )
        if referral.state in WITH_AGREEMENT:
            move_referral(referral, "withdraw", by=by, at=at)
    return void


def _check(
    contract: Contract, part: Part, signer: Signer, evidence: Evidence, *, by: User | None, at: datetime
) -> None:
    _check_state(contract, evidence, by=by, at=at)
    today = timezone.localdate(at)
    if evidence.way == Way.SCREEN and signer.user is not None and signer.user != by:
        raise CannotSign(f"À l’écran, {signer.user.full_name} signe avec son propre compte.")
    if evidence.way == Way.PAPER and not evidence.scan_hash:
        raise CannotSign("Ajoutez la photo ou le scan du papier signé.")
    refusal = who_may_sign(
        SignerCheck(
            contract=contract,
            part=part,
            way=evidence.way,
            guardian=signer.guardian,
            user=signer.user,
            on=today,
        )
    )
    if refusal:
        raise CannotSign(refusal)
    _check_typed(evidence, part, signer)


def _check_state(contract: Contract, evidence: Evidence, *, by: User | None, at: datetime) -> None:
    """The contract waits for signatures, and this way with this date is one of its ways."""
    today = timezone.localdate(at)
    if contract.state != ContractState.SEALED:
        raise CannotSign(f"Ce contrat n’est pas à signer : il est « {contract.get_state_display()} ».")
    _check_admitted(contract)
    if evidence.signed_on > today:
        raise CannotSign("La date de signature est à venir.")
    if evidence.way == Way.SCREEN and evidence.signed_on != today:
        raise CannotSign("À l’écran, on signe au jour même.")
    if evidence.way in (Way.PAPER, Way.IMPORTED) and evidence.signed_on < contract.decision.decided_on:
        if evidence.way == Way.PAPER:
            raise CannotSign("Le papier est daté d’avant la décision.")
    _check_amendment(contract, evidence)
    if evidence.way == Way.IMPORTED and (by is None or not by.has_role(Role.COORDINATOR, on=today)):
        raise CannotSign("Un contrat papier d’avant la plateforme est repris par la coordination.")


def _check_typed(evidence: Evidence, part: Part, signer: Signer) -> None:
    """The name that stands for a signature is the signer's: whatever its order, capitals and accents.

    A child may sign with the first name alone.
    """
    if evidence.drawing or not evidence.typed_name:
        return
    written, known = set(fold(evidence.typed_name).split()), set(fold(signer.name).split())
    shared = written & known
    enough = 1 if part == Part.CHILD else min(2, len(known))
    if len(shared) < enough or written - known:
        raise NotTheirName(
            f"Le nom tapé n’est pas celui de {signer.name}. Tapez le nom tel qu’il est écrit au contrat, "
            "ou signez dans le cadre."
        )


def _check_admitted(contract: Contract) -> None:
    """The way into the PRE is open: agreement and decision hold, the referent is named."""
    referral = contract.referral
    if contract.kind == ContractKind.INITIAL and referral is not None:
        if referral.state != ReferralState.ADMITTED:
            raise CannotSign(
                f"L’orientation est « {referral.get_state_display()} » : ce contrat ne peut pas être signé."
            )


def _check_amendment(contract: Contract, evidence: Evidence) -> None:
    """It changes a pathway that goes on, from the day of the version in force on."""
    former = versions.former_of(contract)
    if former is None or contract.pathway is None:
        return
    if contract.pathway.state == PathwayState.ENDED:
        raise CannotSign(amendments.ENDED)
    if former.completed_on is not None and evidence.signed_on < former.completed_on:
        raise CannotSign("Le papier est daté d’avant le contrat qu’il change.")


def _complete(contract: Contract, *, by: User | None, at: datetime) -> Pathway | None:
    """With the fourth part the contract is complete: the pathway starts that day, or its amendment holds."""
    days = dict(contract.signatures.values_list("part", "signed_on"))
    if set(days) != set(Part):
        return None
    contract.completed_on = max(days.values())
    move_contract(contract, "complete", by=by, at=at, fields=["completed_on"])
    announce("pathways.contract_signed", about=contract, by=by)
    if contract.kind != ContractKind.INITIAL:
        return amendments.take_effect(contract, by=by, at=at)
    pathway = Pathway.objects.create(
        child_id=contract.child_id,
        contract=contract,
        started_on=contract.completed_on,
        planned_end_on=contract.planned_end_on,
    )
    journal.record(
        actor=by,
        actor_label="" if by else "personne sans compte",
        act="pathways.pathway_started",
        target=pathway,
        at=at,
        child_id=contract.child_id,
    )
    objectives.follow_contract(pathway, contract, by=by, at=at)
    reviews.plan_first(pathway, by=by, at=at)
    if contract.referral_id is not None:
        move_referral(lock_referral(contract.referral_id), "enter", by=by, at=at)
    return pathway
