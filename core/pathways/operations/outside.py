"""A referral by somebody without an account: written, put off, resumed by a secret link, sent once.

The link opens a draft and nothing else. With the sending its hash is gone, so that what was sent can be
read again by nobody who only has the link.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature
from django.db import transaction
from django.urls import reverse

from core.journal import operations as journal
from core.pathways.models import Referral, Term
from core.pathways.operations.referrals import correct_referral, draft_referral, send_referral
from core.pathways.workflow import ReferralState
from core.people import letters
from tenants import context, tokens

KEPT_FOR = timedelta(days=14)
PURPOSE = "outside_referral"
WITHOUT_ACCOUNT = "personne sans compte"
MAY_REFER_BY_DEFAULT = ("staff", "partners", "outsiders")
OUTSIDE = frozenset({"outsiders", "families", "youngsters"})


class LinkClosed(Exception):
    """The link is forged, of another town, too old, or of a referral that was sent: the same for all."""


@dataclass(frozen=True, slots=True)
class Written:
    """What the form holds: values by field of Referral, and the motives."""

    stated: dict[str, Any]
    motives: Iterable[Term] = field(default=())


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft that waits: the secret of its link, which nobody else knows, and until when it is worth."""

    token: str
    until: datetime


def who_may_refer() -> frozenset[str]:
    """Among "outsiders", "families" and "youngsters", those to whom the town's file opens the form."""
    entry = context.require().config.get("entry", {})
    return OUTSIDE & frozenset(entry.get("who_may_refer", MAY_REFER_BY_DEFAULT))


def draft_of(*, token: str, at: datetime) -> Referral:
    """The draft that a link opens. Raises LinkClosed."""
    return _found(Referral.objects.all(), token, at)


def expires_at(referral: Referral) -> datetime:
    return referral.created_at + KEPT_FOR


@transaction.atomic
def open_draft(*, token: str, at: datetime) -> Referral:
    """As `draft_of`, for somebody who is about to read it: the change log keeps that it was opened."""
    referral = draft_of(token=token, at=at)
    _record(referral, "resumed", at=at)
    return referral


@transaction.atomic
def keep_draft(*, written: Written, at: datetime, token: str | None = None, key: UUID | None = None) -> Kept:
    """Put off: the text waits for 14 days from its first day behind a link. Raises LinkClosed.

    Without `token` a draft is made, once for a form's `key`; its link is then new each time.
    """
    referral = _write(written, at=at, token=token, key=key)
    if referral.state != ReferralState.DRAFT:
        raise LinkClosed
    if token is None:
        secret = secrets.token_urlsafe(24)
        referral.resume_hash = _hash(secret)
        referral.save(update_fields=["resume_hash"])
        token = tokens.sign(secret, purpose=PURPOSE)
    _record(referral, "put_off", at=at)
    return Kept(token, expires_at(referral))


@transaction.atomic
def send(*, written: Written, at: datetime, token: str | None = None, key: UUID | None = None) -> None:
    """Hand it to the coordinator; the link opens nothing any more. Raises LinkClosed, IncompleteReferral."""
    referral = _write(written, at=at, token=token, key=key)
    send_referral(referral=referral, by=None, at=at)


@transaction.atomic
def send_link(*, kept: Kept, to: str) -> None:
    """Mail the link to who writes: no name, neither the child's nor the writer's."""
    link = letters.address_of(reverse("pathways:outside_resume", args=[kept.token]))
    values = {"link": link, "until": kept.until}
    letters.send("pathways/emails/outside_draft", to=to, values=values, kind="referral_draft")


@transaction.atomic
def forget_drafts(*, at: datetime) -> int:
    """Remove what outsiders put off and did not resume in time; answers with how many."""
    old = Referral.objects.select_for_update().filter(
        state=ReferralState.DRAFT, referrer=None, created_at__lte=at - KEPT_FOR
    )
    drafts = list(old.order_by("pk"))
    for referral in drafts:
        journal.record(
            actor=None,
            actor_label="travail planifié",
            act="pathways.referral_forgotten",
            target=referral,
            at=at,
        )
    old.filter(pk__in=[referral.pk for referral in drafts]).delete()
    return len(drafts)


def _write(written: Written, *, at: datetime, token: str | None, key: UUID | None) -> Referral:
    """The draft with what was written; one that was sent by an earlier press is left as it was."""
    if token is not None:
        return _correct(_found(Referral.objects.select_for_update(of=("self",)), token, at), written, at)
    if key is None:
        return _draft(written, at)
    pk, first_time = journal.once(key=key, at=at, make=lambda: _draft(written, at))
    referral = Referral.objects.select_for_update(of=("self",)).filter(pk=pk, referrer=None).first()
    if referral is None:
        raise LinkClosed
    if first_time or referral.state != ReferralState.DRAFT:
        return referral
    return _correct(referral, written, at)


def _draft(written: Written, at: datetime) -> Referral:
    return draft_referral(by=None, at=at, motives=written.motives, **written.stated)


def _correct(referral: Referral, written: Written, at: datetime) -> Referral:
    return correct_referral(referral=referral, by=None, at=at, motives=written.motives, **written.stated)


def _found(rows: Any, token: str, at: datetime) -> Referral:
    try:
        secret = str(tokens.unsign(token, purpose=PURPOSE))
    except BadSignature:
        raise LinkClosed from None
    drafts = rows.filter(state=ReferralState.DRAFT, referrer=None, created_at__gt=at - KEPT_FOR)
    referral: Referral | None = drafts.filter(resume_hash=_hash(secret)).first()
    if referral is None:
        raise LinkClosed
    return referral


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _record(referral: Referral, act: str, *, at: datetime) -> None:
    journal.record(
        actor=None,
        actor_label=WITHOUT_ACCOUNT,
        act=f"pathways.referral_{act}",
        target=referral,
        at=at,
    )
