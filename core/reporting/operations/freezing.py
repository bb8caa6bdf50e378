"""Figures are frozen: what was told stays what was told."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.journal import operations as journal
from core.people.models import User
from core.reporting import frozen, indicators
from core.reporting.enums import Purpose
from core.reporting.indicators import Period
from core.reporting.models import Snapshot


class CannotFreezeError(Exception):
    """The message is French, for the screen."""


@transaction.atomic
def freeze(
    *,
    period: Period,
    purpose: Purpose,
    by: User | None,
    at: datetime,
    note: str = "",
    hidden: Iterable[str] = (),
) -> Snapshot:
    """Keep the figures of `period` as they stand at `at`. `by` is None for a scheduled job.

    Raises CannotFreezeError for a period that has not begun.
    """
    if timezone.localdate(at) < period.first:
        raise CannotFreezeError("Cette période n’a pas commencé\u00a0: il n’y a rien à arrêter.")
    figures = indicators.compute(period, at=timezone.localdate(at))
    text = frozen.text_of(figures, hidden=hidden)
    snapshot = Snapshot.objects.create(
        purpose=purpose,
        first_on=period.first,
        last_on=period.last,
        state_on=figures.on,
        catalogue=figures.catalogue,
        text=text,
        sha256=frozen.hash_of(text),
        note=note,
        made_at=at,
        made_by=by,
    )
    journal.record(
        actor=by,
        actor_label="" if by else "travail planifié",
        act="reporting.figures_frozen",
        target=snapshot,
        at=at,
        fields=["purpose", "first_on", "last_on"],
    )
    return snapshot
