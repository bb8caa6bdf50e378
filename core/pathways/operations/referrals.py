"""From a draft to the team's agenda, through the parents' agreement."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.children.models import Child, Guardian
from core.journal import operations as journal
from core.journal.announcing import announce
from core.pathways import workflow
from core.pathways.enums import AgreementKind, ContactKind, ContractKind
from core.pathways.models import Contact, Contract, ParentalAgreement, Referral, Term
from core.pathways.operations.contracts import void_contract
from core.pathways.operations.transitions import CannotMove, lock_referral, move_referral
from core.people.models import User

TRANSITION_OF = {
    AgreementKind.ORAL: "agree",
    AgreementKind.WRITTEN: "agree",
    AgreementKind.REFUSED: "refuse",
    AgreementKind.WITHDRAWN: "withdraw",
}


class IncompleteReferral(Exception):
    """What is missing before a referral can be sent; `missing` names the fields, in French."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(f"Il manque : {', '.join(missing)}.")
        self.missing = missing


@transaction.atomic
def draft_referral(*, by: User | None, at: datetime, motives: Iterable[Term] = (), **stated: Any) -> Referral:
    """A draft by staff, a partner's worker, or (by None) an outsider without account."""
    referral = Referral.objects.create(referrer=by, **stated)
    referral.motives.set(motives)
    _record(referral, "drafted", by=by, at=at, fields=stated)
    return referral


@transaction.atomic
def correct_referral(
    *, referral: Referral, by: User | None, at: datetime, motives: Iterable[Term] | None = None, **stated: Any
) -> Referral:
    """Change what was written, in a draft or, by the coordinator, in a received one."""
    locked = lock_referral(referral.pk)
    for name, value in stated.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(stated))
    if motives is not None:
        locked.motives.set(motives)
    _record(locked, "corrected", by=by, at=at, fields=stated)
    return locked


@transaction.atomic
def send_referral(*, referral: Referral, by: User | None, at: datetime) -> Referral:
    """The referral is received. Raises IncompleteReferral; sending twice is sending once."""
    locked = lock_referral(referral.pk)
    if locked.state != workflow.ReferralState.DRAFT:
        return locked
    if missing := missing_fields(locked):
        raise IncompleteReferral(missing)
    locked.received_on = timezone.localdate(at)
    locked.resume_hash = ""
    move_referral(locked, "send", by=by, at=at, fields=["received_on", "resume_hash"])
    announce("pathways.referral_received", about=locked, by=by)
    return locked


def missing_fields(referral: Referral) -> list[str]:
    """What a referral needs before it is sent: the inbox shows it too."""
    needed = {
        "le prénom de l’enfant": referral.child_id or referral.stated_first_name,
        "le nom de l’enfant": referral.child_id or referral.stated_last_name,
        "qui oriente": referral.referrer_id or referral.referrer_name,
        "l’origine": referral.source_id,
        "ce que vous observez": referral.facts.strip(),
        "au moins un motif": referral.motives.exists(),
    }
    return [name for name, value in needed.items() if not value]


@transaction.atomic
def charge_first_contact(*, referral: Referral, person: User, by: User, at: datetime) -> Referral:
    """Who calls the family: from now on this person sees the file too. Charged again, told again."""
    locked = lock_referral(referral.pk)
    if locked.contact_person_id == person.pk:
        return locked
    locked.contact_person = person
    locked.save(update_fields=["contact_person"])
    _record(locked, "first_contact_charged", by=by, at=at, fields=["contact_person"])
    announce("pathways.first_contact_charged", about=locked, by=by, to=[person], turn=f"{at:%Y%m%d%H%M%S%f}")
    return locked


@transaction.atomic
def link_child(*, referral: Referral, child: Child, by: User, at: datetime) -> Referral:
    """Tie the referral to a child's file, once duplicates were looked at."""
    locked = lock_referral(referral.pk)
    if locked.child_id not in (None, child.pk) and locked.state in workflow.WITH_AGREEMENT:
        raise CannotMove("L’accord des parents porte déjà sur un autre dossier.")
    locked.child = child
    locked.save(update_fields=["child"])
    _record(locked, "child_linked", by=by, at=at, fields=["child"])
    return locked


@transaction.atomic
def log_contact(
    *, referral: Referral, kind: ContactKind, on: date, reached: bool, note: str, by: User, at: datetime
) -> Contact:
    """A call or a visit. The first one moves a received referral to « famille contactée »."""
    locked = lock_referral(referral.pk)
    contact = Contact.objects.create(
        referral=locked, kind=kind, on=on, reached=reached, note=note, by=by, noted_at=at
    )
    if locked.state == workflow.ReferralState.RECEIVED and reached:
        move_referral(locked, "contact", by=by, at=at)
    journal.record(actor=by, act="pathways.contact_logged", target=contact, at=at, child_id=locked.child_id)
    return contact


@transaction.atomic
def record_agreement(
    *,
    referral: Referral,
    kind: AgreementKind,
    said_on: date,
    said_by: str,
    how: ContactKind,
    by: User,
    at: datetime,
    guardian: Guardian | None = None,
    note: str = "",
) -> ParentalAgreement:
    """The gate: one line on what the parents said opens it, or closes it. Raises CannotMove."""
    locked = lock_referral(referral.pk)
    opens = kind in (AgreementKind.ORAL, AgreementKind.WRITTEN)
    if opens and locked.child_id is None:
        raise CannotMove("Reliez d’abord l’orientation au dossier de l’enfant.")
    if said_on > timezone.localdate(at):
        raise CannotMove("La date de la réponse est à venir.")
    agreement = ParentalAgreement.objects.create(
        referral=locked,
        kind=kind,
        said_on=said_on,
        said_by=said_by,
        how=how,
        note=note,
        guardian=guardian,
        noted_by=by,
        noted_at=at,
    )
    if not (opens and locked.state in workflow.WITH_AGREEMENT):
        move_referral(locked, TRANSITION_OF[kind], by=by, at=at)
    if not opens:
        _give_up_contracts(locked, by=by, at=at)
    return agreement


def _give_up_contracts(referral: Referral, *, by: User, at: datetime) -> None:
    """What was written or signed under an agreement that no longer holds serves no later one."""
    living = Contract.objects.filter(
        referral=referral, kind=ContractKind.INITIAL, state__in=workflow.LIVING_CONTRACT
    )
    for contract in living.order_by("pk"):
        void_contract(contract=contract, reason="L’accord des parents ne tient plus.", by=by, at=at)


@transaction.atomic
def note_no_answer(*, referral: Referral, by: User, at: datetime) -> Referral:
    """The family did not answer; noting it twice is noting it once. Raises CannotMove."""
    locked = lock_referral(referral.pk)
    if locked.state == workflow.ReferralState.NO_ANSWER:
        return locked
    move_referral(locked, "no_answer", by=by, at=at)
    return locked


@transaction.atomic
def close_referral(*, referral: Referral, reason: str, by: User, at: datetime) -> Referral:
    """Not taken up; it still counts in the year's figures. Raises ValueError without a reason."""
    if not reason.strip():
        raise ValueError("Indiquez le motif de clôture.")
    locked = lock_referral(referral.pk)
    locked.closing_reason, locked.closed_on = reason.strip(), timezone.localdate(at)
    move_referral(locked, "close", by=by, at=at, fields=["closing_reason", "closed_on"])
    _give_up_contracts(locked, by=by, at=at)
    return locked


@transaction.atomic
def reopen_referral(*, referral: Referral, by: User, at: datetime) -> Referral:
    """Undo of a closing: back to the inbox, with the agreement to be asked again; once is enough."""
    locked = lock_referral(referral.pk)
    if locked.state == workflow.ReferralState.RECEIVED:
        return locked
    locked.closing_reason, locked.closed_on = "", None
    move_referral(locked, "reopen", by=by, at=at, fields=["closing_reason", "closed_on"])
    return locked


def _record(referral: Referral, act: str, *, by: User | None, at: datetime, fields: Iterable[str]) -> None:
    journal.record(
        actor=by,
        actor_label="" if by else "personne sans compte",
        act=f"pathways.referral_{act}",
        target=referral,
        at=at,
        child_id=referral.child_id,
        fields=fields,
    )
