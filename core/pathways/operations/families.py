"""One gesture for brothers and sisters: all of it happens, or none, and each child has its own rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from core.children.models import Child, Guardian
from core.pathways.enums import AgreementKind, ContactKind, Part, Way
from core.pathways.models import Contact, Contract, ParentalAgreement, Referral, Signature, Term
from core.pathways.operations.referrals import (
    draft_referral,
    log_contact,
    record_agreement,
    send_referral,
)
from core.pathways.operations.signing import CannotSign, Evidence, Signer, sign
from core.pathways.operations.transitions import CannotMove
from core.people.models import User
from core.ui.signatures import Signature as Drawn


@dataclass(frozen=True, slots=True)
class Named:
    """One child of a referral: by its file where the referrer has it open, else as the referrer says."""

    first_name: str
    last_name: str
    birth_on: date | None = None
    child: Child | None = None

    @classmethod
    def of(cls, child: Child) -> "Named":
        return cls(child.first_name, child.usual_name or child.last_name, child.birth_on, child)


@transaction.atomic
def refer_together(
    *, children: Sequence[Named], motives: Iterable[Term], by: User, at: datetime, **stated: Any
) -> list[Referral]:
    """The same words for each child, a referral each. Raises IncompleteReferral; then none is sent."""
    together, motives = uuid4(), list(motives)
    sent = []
    for named in children:
        draft = draft_referral(
            by=by,
            at=at,
            motives=motives,
            **{
                **stated,
                "together": together,
                "child": named.child,
                "stated_first_name": named.first_name,
                "stated_last_name": named.last_name,
                "stated_birth_on": named.birth_on,
            },
        )
        sent.append(send_referral(referral=draft, by=by, at=at))
    return sent


@transaction.atomic
def log_contacts(
    *,
    referrals: Sequence[Referral],
    kind: ContactKind,
    on: date,
    reached: bool,
    note: str,
    by: User,
    at: datetime,
) -> list[Contact]:
    """One visit or call, written in the referral of each child."""
    return [
        log_contact(referral=referral, kind=kind, on=on, reached=reached, note=note, by=by, at=at)
        for referral in _in_order(referrals)
    ]


@transaction.atomic
def record_agreements(
    *,
    referrals: Sequence[Referral],
    kind: AgreementKind,
    said_on: date,
    said_by: str,
    how: ContactKind,
    by: User,
    at: datetime,
    guardian: Guardian | None = None,
    note: str = "",
) -> list[ParentalAgreement]:
    """One answer of the parents, a line and a gate for each child. Raises CannotMove."""
    noted = []
    for referral in _in_order(referrals):
        try:
            agreement = record_agreement(
                referral=referral,
                kind=kind,
                said_on=said_on,
                said_by=said_by,
                how=how,
                guardian=guardian,
                note=note,
                by=by,
                at=at,
            )
        except CannotMove as refusal:
            raise CannotMove(f"{referral.child} : {refusal}") from refusal
        noted.append(agreement)
    return noted


@transaction.atomic
def sign_for_family(
    *,
    drawn: Sequence[tuple[Contract, Drawn]],
    guardian: Guardian,
    language: str,
    interpreter: str,
    by: User,
    at: datetime,
) -> list[Signature]:
    """The family's part of each contract, each with its own drawing or consent. Raises CannotSign."""
    signed = []
    for contract, signature in sorted(drawn, key=lambda pair: pair[0].pk):
        evidence = Evidence(
            way=Way.SCREEN,
            signed_on=timezone.localdate(at),
            drawing=signature.path,
            typed_name=signature.name,
            language=language,
            interpreter=interpreter,
        )
        signer = Signer(guardian.full_name, guardian=guardian)
        try:
            signed.append(
                sign(contract=contract, part=Part.FAMILY, signer=signer, evidence=evidence, by=by, at=at)
            )
        except CannotSign as refusal:
            raise CannotSign(f"{contract.child} : {refusal}") from refusal
    return signed


def _in_order(referrals: Sequence[Referral]) -> list[Referral]:
    """Rows are locked by number, so that two families at once never wait for each other."""
    return sorted(referrals, key=lambda referral: referral.pk)
