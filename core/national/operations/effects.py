"""What an operator does to effects that failed or wait: asked again, or held back. Ids alone are seen."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from core.journal import operations as journal
from core.people.models import User
from tenants import outbox, outcomes
from tenants.models import Effect

GROUP = 1000


@transaction.atomic
def replay_effects(*, row_ids: Iterable[int], by: User, at: datetime) -> int:
    """Ask again for what was refused, parked or given up. Returns how many."""
    ids = sorted(set(row_ids))
    journal.record(
        actor=by, act="national.effects_replayed", target=by, at=at, fields=[f"effect_{pk}" for pk in ids]
    )
    return outbox.replay(ids)


@transaction.atomic
def replay_group(
    *, schema: str, kind: str, what: str, uncertain: bool, by: User, at: datetime
) -> tuple[int, int]:
    """Ask again for what of one town and kind failed; what is uncertain where `uncertain` says so.

    At most a thousand in one go, the oldest first. Returns how many, and how many are left.
    """
    states = [Effect.UNCERTAIN] if uncertain else [Effect.REFUSED, Effect.DEAD]
    found = outcomes.failed_ids(schema=schema, kind=kind, what=what, states=states, limit=GROUP + 1)
    if not found:
        return 0, 0
    count = replay_effects(row_ids=found[:GROUP], by=by, at=at)
    rest = outcomes.failed_ids(schema=schema, kind=kind, what=what, states=states, limit=100_000)
    return count, len(rest)


@transaction.atomic
def park_effects(*, row_ids: Iterable[int], by: User, at: datetime) -> int:
    """Hold back what waits, until somebody asks again. Returns how many."""
    ids = sorted(set(row_ids))
    journal.record(
        actor=by, act="national.effects_parked", target=by, at=at, fields=[f"effect_{pk}" for pk in ids]
    )
    return outbox.park(ids)
