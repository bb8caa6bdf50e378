"""How an app says that something happened, so that others may be told: one line in its operation.

What is said lies in the outbox until `core.notifications` looks up who is to be told, and how. Only ids
travel: the event's name is that of its message in the catalogue (core/notifications/catalogue.py).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model

from tenants import context, outbox

KIND = "event"
AT_ONCE = 1  # urgency, of the queue that nothing else delays

_silent: ContextVar[bool] = ContextVar("reussite_silent", default=False)


def announce(
    event: str,
    *,
    about: Model,
    by: AbstractBaseUser | None = None,
    to: Iterable[AbstractBaseUser] = (),
    turn: str = "",
    urgent: bool = False,
) -> None:
    """Say that `event` ("app.what_happened") happened to `about`, once for each `turn` of the same.

    `urgent` goes before all that can wait, as its message in the catalogue does; a test compares the two.
    `by` did it and is not told. `to` names who is told where the rows alone would not say it. Raises
    RuntimeError outside a transaction: what is rolled back was never said.
    """
    if _silent.get() or context.require().kind != "town":
        return
    key = f"{event}:{about.pk}:{turn}"
    payload = {"event": event, "about": about.pk, "key": key}
    if by is not None:
        payload["by"] = by.pk
    if people := sorted(user.pk for user in to):
        payload["to"] = people
    outbox.put(kind=KIND, key=key, payload=payload, urgency=AT_ONCE if urgent else 4)


@contextmanager
def silently() -> Iterator[None]:
    """What is written inside is history, made up or imported: nobody is told of it."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)
