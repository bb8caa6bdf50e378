"""A guardian signs the family's part at home: a personal link, then a code sent to the confirmed address.

The database keeps hashes alone. What the link awaits is in `code_hash`: the code, and after it the proof
that this browser typed it; both are hashed with the link's own secret, which is in the mail alone. Wrong
codes are counted over the link's whole life, whatever the number of codes that were sent.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.core.signing import BadSignature
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.children import reach
from core.children.models import Guardian
from core.journal import operations as journal
from core.pathways.enums import Part, Way
from core.pathways.models import Contract, Signature, SigningLink
from core.pathways.operations.signing import CannotSign, Evidence, NotTheirName, Signer, sign
from core.pathways.operations.transitions import lock_contract
from core.pathways.signers import SignerCheck, who_may_sign
from core.pathways.workflow import ContractState
from core.people import letters
from core.people.models import User
from core.ui import signatures
from tenants import tokens

LINK_VALID_FOR = timedelta(days=7)
CODE_VALID_FOR = timedelta(minutes=10)
PROOF_VALID_FOR = timedelta(minutes=60)  # time to read the contract, alone or with somebody who translates
MOST_TRIES = 5
PURPOSE = "signing_link"
AT_HOME = "adulte responsable, par son lien de signature"


class CannotSendLink(Exception):
    """This adult cannot be sent a link now; the message is French and says why."""


class LinkClosed(Exception):
    """The link is forged, of another town, too old, used, cancelled, or signs nothing any more."""


@transaction.atomic
def make_signing_link(*, contract: Contract, guardian: Guardian, by: User, at: datetime) -> SigningLink:
    """Mail a personal link; an earlier one to the same adult stops working. Raises CannotSendLink."""
    locked = lock_contract(contract.pk)
    adult = Guardian.objects.select_for_update().get(pk=guardian.pk)
    if refusal := _refusal(locked, adult, at):
        raise CannotSendLink(refusal)
    _open_links(locked).filter(guardian=adult).update(cancelled_at=at)
    secret = secrets.token_urlsafe(24)
    link = SigningLink.objects.create(
        contract=locked,
        guardian=adult,
        email=adult.email,
        secret_hash=_hash(secret),
        expires_at=at + LINK_VALID_FOR,
        made_by=by,
        made_at=at,
    )
    _record(link, "made", by=by, at=at)
    address = letters.address_of(
        reverse("pathways:home_signing", args=[tokens.sign(secret, purpose=PURPOSE)])
    )
    values = {"link": address, "until": link.expires_at}
    letters.send("pathways/emails/signing_link", to=link.email, values=values, kind="signing")
    return link


@transaction.atomic
def cancel_signing_link(*, link: SigningLink, by: User, at: datetime) -> None:
    """The link stops working; cancelling one that has ended changes nothing."""
    if _open_links(link.contract).filter(pk=link.pk).update(cancelled_at=at):
        _record(link, "cancelled", by=by, at=at)


def link_of(token: str, *, at: datetime) -> SigningLink:
    """The link in force that a token names. Raises LinkClosed."""
    link = SigningLink.objects.select_related("contract", "guardian").filter(secret_hash=_named_by(token))
    return _require_open(link.first(), at)


@transaction.atomic
def ask_code(*, token: str, at: datetime) -> None:
    """Mail six digits, worth ten minutes; those sent before are worth nothing. Raises LinkClosed."""
    link = _locked(token, at)
    code = f"{secrets.randbelow(10**6):06}"
    link.code_hash, link.code_expires_at = _answer_hash(token, code), at + CODE_VALID_FOR
    link.save(update_fields=["code_hash", "code_expires_at"])
    _record(link, "code_sent", by=None, at=at)
    letters.send("pathways/emails/signing_code", to=link.email, values={"code": code}, kind="signing")


@transaction.atomic
def enter_code(*, token: str, code: str, at: datetime) -> str:
    """The proof to be kept by the browser that typed the right code, or an empty string.

    With the fifth wrong code the link is cancelled. Raises LinkClosed, and then nothing was tried.
    """
    link = _locked(token, at)
    if _answers(link, token, code, at):
        proof = secrets.token_urlsafe(24)
        link.code_hash, link.code_expires_at = _answer_hash(token, proof), at + PROOF_VALID_FOR
        link.save(update_fields=["code_hash", "code_expires_at"])
        return proof
    if not _awaits(link, at):
        return ""  # an answer to nothing is no guess
    link.tries += 1
    if link.tries >= MOST_TRIES:
        link.cancelled_at = at
        _record(link, "tried_too_often", by=None, at=at)
    link.save(update_fields=["tries", "cancelled_at"])
    return ""


@transaction.atomic
def open_contract(*, token: str, proof: str, at: datetime) -> SigningLink | None:
    """The link whose contract may be shown to this browser, or None; the change log keeps the reading.

    Raises LinkClosed.
    """
    link = link_of(token, at=at)
    if not _proven(link, token, proof, at):
        return None
    _record(link, "read", by=None, at=at)
    return link


@transaction.atomic
def sign_at_home(
    *,
    token: str,
    proof: str,
    signature: signatures.Signature,
    language: str,
    interpreter: str,
    at: datetime,
) -> Signature | None:
    """Fill the family's part, once; None when the browser must give a code again.

    Raises LinkClosed, NotTheirName.
    """
    link = _locked(token, at)
    if not _proven(link, token, proof, at):
        return None
    evidence = Evidence(
        way=Way.SCREEN,
        signed_on=timezone.localdate(at),
        drawing=signature.path,
        typed_name=signature.name,
        language=language,
        interpreter=interpreter,
    )
    signer = Signer(link.guardian.full_name, guardian=link.guardian)
    try:
        signed = sign(
            contract=link.contract, part=Part.FAMILY, signer=signer, evidence=evidence, by=None, at=at
        )
    except NotTheirName:
        raise
    except CannotSign:
        raise LinkClosed from None
    link.used_at, link.code_hash = at, ""
    link.save(update_fields=["used_at", "code_hash"])
    _record(link, "used", by=None, at=at)
    return signed


def used_link(token: str) -> int | None:
    """The id of the link that was used for signing, if that is what the token names."""
    try:
        used = SigningLink.objects.filter(secret_hash=_named_by(token), used_at__isnull=False)
    except LinkClosed:
        return None
    return used.values_list("pk", flat=True).first()


def code_is_out(link: SigningLink, at: datetime) -> bool:
    """Whether a code was mailed and can still be typed; a proof lives longer than any code."""
    ends = link.code_expires_at
    return _awaits(link, at) and ends is not None and ends <= at + CODE_VALID_FOR


def _named_by(token: str) -> str:
    try:
        return _hash(str(tokens.unsign(token, purpose=PURPOSE)))
    except BadSignature:
        raise LinkClosed from None


def _locked(token: str, at: datetime) -> SigningLink:
    """Contract first, then link: the order of every operation. Raises LinkClosed."""
    named = SigningLink.objects.filter(secret_hash=_named_by(token))
    contract_id = named.values_list("contract_id", flat=True).first()
    if contract_id is None:
        raise LinkClosed
    contract = lock_contract(contract_id)
    link = named.select_for_update(of=("self",)).select_related("guardian").first()
    if link is not None:
        link.contract = contract
    return _require_open(link, at)


def _require_open(link: SigningLink | None, at: datetime) -> SigningLink:
    if link is None or link.used_at is not None or link.cancelled_at is not None or link.expires_at <= at:
        raise LinkClosed
    if link.email != link.guardian.email or _refusal(link.contract, link.guardian, at):
        raise LinkClosed
    return link


def _refusal(contract: Contract, guardian: Guardian, at: datetime) -> str:
    """Why this adult signs nothing from home at this moment: asked again at each step of the link."""
    if contract.state != ContractState.SEALED:
        return "Ce contrat n’est pas à signer."
    if Signature.objects.filter(contract=contract, part=Part.FAMILY).exists():
        return "La famille a déjà signé."
    if not guardian.email or guardian.email_confirmed_at is None:
        return f"L’adresse e-mail de {guardian} n’est pas confirmée par la coordination."
    if refusal := reach.refusal_to_write(guardian, child_id=contract.child_id, on=timezone.localdate(at)):
        return refusal
    return who_may_sign(
        SignerCheck(
            contract=contract,
            part=Part.FAMILY,
            way=Way.SCREEN,
            guardian=guardian,
            user=None,
            on=timezone.localdate(at),
        )
    )


def _open_links(contract: Contract) -> "QuerySet[SigningLink]":
    return SigningLink.objects.filter(contract=contract, used_at=None, cancelled_at=None)


def _proven(link: SigningLink, token: str, proof: str, at: datetime) -> bool:
    return len(proof) > len("000000") and _answers(link, token, proof, at)


def _answers(link: SigningLink, token: str, answer: str, at: datetime) -> bool:
    return _awaits(link, at) and hmac.compare_digest(link.code_hash, _answer_hash(token, answer))


def _awaits(link: SigningLink, at: datetime) -> bool:
    return bool(link.code_hash) and link.code_expires_at is not None and at < link.code_expires_at


def _answer_hash(token: str, answer: str) -> str:
    return _hash(f"{tokens.unsign(token, purpose=PURPOSE)}:{answer}")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _record(link: SigningLink, act: str, *, by: User | None, at: datetime) -> None:
    journal.record(
        actor=by,
        actor_label="" if by else AT_HOME,
        act=f"pathways.signing_link_{act}",
        target=link,
        at=at,
        child_id=link.contract.child_id,
    )
