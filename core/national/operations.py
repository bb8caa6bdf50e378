"""What an operator does to effects that failed or wait: asked again, or held back. Ids alone are seen."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from core.journal import operations as journal
from core.people.models import User
from tenants import outbox


@transaction.atomic
def replay_effects(*, row_ids: Iterable[int], by: User, at: datetime) -> int:
    """Ask again for what was refused, parked or given up. Returns how many."""
    ids = sorted(set(row_ids))
    journal.record(
        actor=by, act="national.effects_replayed", target=by, at=at, fields=[f"effect_{pk}" for pk in ids]
    )
    return outbox.replay(ids)


@transaction.atomic
def park_effects(*, row_ids: Iterable[int], by: User, at: datetime) -> int:
    """Hold back what waits, until somebody asks again. Returns how many."""
    ids = sorted(set(row_ids))
    journal.record(
        actor=by, act="national.effects_parked", target=by, at=at, fields=[f"effect_{pk}" for pk in ids]
    )
    return outbox.park(ids)
