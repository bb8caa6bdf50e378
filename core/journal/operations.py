"""The two lines that every app writes: what was read, what was changed."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import Model

from core.journal import reading
from core.journal.models import Change, DoneOnce, ReadLine


class OutsideTransactionError(Exception):
    """A change was to be recorded apart from the write that it tells of."""


def record(
    *,
    actor: AbstractBaseUser | None,
    act: str,
    target: Model,
    at: datetime,
    child_id: int | None = None,
    fields: Iterable[str] = (),
    old: Mapping[str, Any] | None = None,
    actor_label: str = "",
) -> Change:
    """Write down an act, in the transaction that carries it out.

    `act` is "app.verb_noun"; `actor` is None for a job or an outsider, whom `actor_label` then names by
    kind ("travail planifié", "personne sans compte"), never by name.
    """
    if not connection.in_atomic_block:
        raise OutsideTransactionError(act)
    return Change.objects.create(
        at=at,
        actor_id=actor.pk if actor is not None else None,
        actor_label=actor_label,
        act=act,
        target=target._meta.label_lower,
        target_id=target.pk,
        child_id=child_id,
        fields=sorted(fields),
        old=dict(old) if old else None,
    )


def record_many(
    *, actor: AbstractBaseUser, act: str, at: datetime, targets: Iterable[tuple[Model, int | None]]
) -> None:
    """One act on many rows, each with the id of its child: one line a row, in one statement."""
    if not connection.in_atomic_block:
        raise OutsideTransactionError(act)
    Change.objects.bulk_create(
        Change(
            at=at,
            actor_id=actor.pk,
            act=act,
            target=target._meta.label_lower,
            target_id=target.pk,
            child_id=child_id,
        )
        for target, child_id in targets
    )


def once(*, key: UUID, at: datetime, make: Callable[[], Model]) -> tuple[int, bool]:
    """Carry out `make` the first time that a form with this key arrives; return the id of what it made.

    Second clicks and reloads get the id of the first time, and False. Two at the same moment wait for each
    other on the key's row.
    """
    with transaction.atomic():
        row, first_time = DoneOnce.objects.get_or_create(key=key, defaults={"at": at})
        if first_time:
            row.target_id = make().pk
            row.save(update_fields=["target_id"])
    if row.target_id is None:
        raise DoneOnce.DoesNotExist(key)
    return row.target_id, first_time


def was_done(key: UUID | None) -> bool:
    """Whether a form with this key arrived before: what it offered then may be gone by now."""
    return key is not None and DoneOnce.objects.filter(key=key, target_id__isnull=False).exists()


def read(
    *,
    actor: AbstractBaseUser,
    page: str,
    at: datetime,
    reason: str,
    why: str,
    purpose: str,
    child_id: int | None = None,
    shown: Iterable[int] = (),
) -> ReadLine:
    """Write down that `actor` is about to see a child's file, or a list, and why; committed on return.

    Raises RuntimeError inside an open transaction, which could still take the line back.
    """
    with transaction.atomic(durable=True):
        line = ReadLine.objects.create(
            actor_id=actor.pk,
            page=page,
            at=at,
            reason=reason,
            why=why,
            purpose=purpose,
            child_id=child_id,
            shown=sorted(set(shown)),
        )
    reading.note_line()
    return line
