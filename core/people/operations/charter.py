"""The confidentiality charter: published by version, signed by each, never changed afterwards."""

import hashlib
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from core.journal.announcing import announce
from core.people import queries
from core.people.enums import PersonAct, SignedHow
from core.people.models import Charter, CharterSignature, User
from core.people.names import fold
from core.people.operations.log import note


class NotTheCurrentCharter(Exception):
    """Another version is in force that day: it is the one to read and sign."""


class AlreadySigned(Exception):
    """This version is signed already; the first signature stays."""


class NameDiffers(Exception):
    """The name written is not the person's."""


def publish_charter(
    *,
    title: str,
    text: str,
    in_force_on: date,
    by: User | None,
    at: datetime,
    former_holds_until: date | None = None,
    from_platform: bool = False,
) -> Charter:
    """A new version, asked of everybody from `in_force_on`; the former holds until the date given.

    Raises django.db.IntegrityError when two are published at once.
    """
    with transaction.atomic():
        last = Charter.objects.aggregate(last=Max("version"))["last"] or 0
        charter = Charter.objects.create(
            version=last + 1,
            title=title,
            text=text,
            text_sha256=text_hash(text),
            in_force_on=in_force_on,
            former_holds_until=former_holds_until,
            from_platform=from_platform,
            published_at=at,
            published_by=by,
        )
        note(
            act=PersonAct.CHARTER_PUBLISHED, person=None, by=by, at=at, fields=[f"version_{charter.version}"]
        )
        announce("people.charter_to_sign", about=charter, by=by)
    return charter


def sign_charter(*, user: User, charter: Charter, name: str, at: datetime) -> CharterSignature:
    """On screen, by the person. Raises NotTheCurrentCharter, NameDiffers, AlreadySigned."""
    if fold(name) not in {
        fold(f"{user.first_name} {user.last_name}"),
        fold(f"{user.last_name} {user.first_name}"),
    }:
        raise NameDiffers
    return _record(
        charter=charter,
        user=user,
        name=name,
        signed_on=timezone.localdate(at),
        how=SignedHow.SCREEN,
        by=user,
        at=at,
    )


def record_paper_signature(
    *, person: User, charter: Charter, signed_on: date, by: User, at: datetime
) -> CharterSignature:
    """Signed on paper, at the door of a meeting for instance; the paper is kept by the coordinator.

    Raises NotTheCurrentCharter, AlreadySigned; ValueError for a day to come.
    """
    if signed_on > timezone.localdate(at):
        raise ValueError("A paper can't have been signed tomorrow.")
    return _record(
        charter=charter,
        user=person,
        name=person.full_name,
        signed_on=signed_on,
        how=SignedHow.PAPER,
        by=by,
        at=at,
    )


def text_hash(text: str) -> str:
    """SHA-256 of the UTF-8 text, in hexadecimal: what a signature is attached to."""
    return hashlib.sha256(text.encode()).hexdigest()


def _record(
    *, charter: Charter, user: User, name: str, signed_on: date, how: SignedHow, by: User, at: datetime
) -> CharterSignature:
    if queries.current_charter(timezone.localdate(at)) != charter:
        raise NotTheCurrentCharter
    with transaction.atomic():
        # The person's row is locked, so that a double click finds the first signature.
        User.objects.select_for_update().get(pk=user.pk)
        if CharterSignature.objects.filter(charter=charter, user=user).exists():
            raise AlreadySigned
        signature = CharterSignature.objects.create(
            charter=charter,
            user=user,
            name=name.strip(),
            signed_on=signed_on,
            how=how,
            text_sha256=text_hash(charter.text),
            recorded_at=at,
            recorded_by=by,
        )
        note(
            act=PersonAct.CHARTER_SIGNED,
            person=user,
            by=by,
            at=at,
            fields=[f"version_{charter.version}", how],
        )
    return signature
