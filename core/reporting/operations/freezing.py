"""Figures are frozen: what was told stays what was told."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.journal import operations as journal
from core.partners import counts
from core.people.models import User
from core.reporting import frozen, indicators, readers, steering
from core.reporting.enums import Purpose
from core.reporting.indicators import Figures, Period
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
) -> Snapshot:
    """Keep the figures of `period` as they stand at `at`. `by` is None for a scheduled job.

    For those who steer, what is hidden is decided now and kept with them: decided anew, it could differ, and
    the two together would tell. Raises CannotFreezeError.
    """
    day = timezone.localdate(at)
    if day < period.first:
        raise CannotFreezeError("Cette période n’a pas commencé\u00a0: il n’y a rien à arrêter.")
    figures = indicators.compute(period, at=day)
    hidden = _hidden(figures, day) if purpose == Purpose.STEERING else frozenset()
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


def _hidden(figures: Figures, day: date) -> frozenset[str]:
    if day <= figures.period.last:
        raise CannotFreezeError("Une année se présente au pilotage quand elle est finie.")
    if str(figures.period.kind) != steering.own_kind():
        raise CannotFreezeError(
            "Le pilotage voit les années que le fichier de la ville a choisies, et elles seules."
        )
    return steering.hidden_numbers(
        figures,
        readers.behind(figures),
        threshold=counts.least(),
        before=steering.told_before(),
    )
