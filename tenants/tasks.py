"""The base of every task: the town travels with the message, signed, and is entered before the body runs.

A message that speaks of an outbox row carries its ticket too. It begins the row, keeps its lease
while the body runs and writes how it ended; a stale message does nothing.
"""

import contextlib
import hashlib
import hmac
import json
import re
import uuid
from typing import Any, NoReturn

import psycopg
import structlog
from celery import Task
from celery.exceptions import Ignore, Reject, TaskPredicate
from django.conf import settings
from django.db import connection

from tenants import context, outbox, registry
from tenants.errors import NoPlaceError, SuspendedPlaceError, TenancyError, UnknownPlaceError
from tenants.models import Effect
from tenants.outbox import EffectDelayed, EffectRefused, EffectUncertain, Held, ServiceAway, Ticket

log = structlog.get_logger(__name__)

TOWN_HEADER = "reussite_town"
TICKET_HEADER = "reussite_ticket"
MAC_HEADER = "reussite_mac"
REQUEST_HEADER = "reussite_request"  # joins lines of logs and decides nothing: it is not signed
NUMBER = re.compile(r"[0-9A-Za-z-]{1,64}")
# A continuation is sent when the first task has left its town, and signed by nobody.
CONTINUATIONS = frozenset({"link", "link_error", "chain", "chord"})
FORESEEN = (EffectDelayed, EffectRefused, EffectUncertain)
SUSPENDED_PAUSE = 2.0  # seconds; meanwhile the relay, which asks the database, stops handing its rows


class TownTask(Task):
    """A task runs in the town in which it was called, or not at all.

    The town is taken when `delay` or `apply_async` is called, and not when the message leaves. A
    task that is declared with `platform=True` runs in no town and is called from no town. Arguments
    are plain JSON values: ids.
    """

    abstract = True
    platform = False
    tries = 30  # of an outbox row, before it is dead: most of a day at an hour's pause

    def tries_of(self, payload: dict[str, Any]) -> int:
        return self.tries

    def options_of(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Options of the message that depend on what it is about."""
        return {}

    def apply_async(
        self, args: Any = None, kwargs: Any = None, task_id: str | None = None, **options: Any
    ) -> Any:
        """Send the message.

        Raises NoPlaceError outside a town; TenancyError inside one for a platform task, and for a
        chain or a callback, which an outbox row replaces; TypeError for arguments that JSON doesn't know.
        """
        place = context.current()
        if self.platform and place is not None:
            raise TenancyError(f"{self.name} is the platform's and is not called from inside a town.")
        if not self.platform and place is None:
            raise NoPlaceError(f"{self.name} was called outside any town.")
        if any(options.get(name) for name in CONTINUATIONS):
            raise TenancyError(
                f"{self.name}: what follows a task is asked for by an outbox row, not by a chain."
            )
        schema = place.schema if place is not None else ""
        headers = {**(options.pop("headers", None) or {}), TOWN_HEADER: schema}
        headers[MAC_HEADER] = mac(
            task=self.name,
            schema=schema,
            ticket=headers.get(TICKET_HEADER, ""),
            args=args or (),
            kwargs=kwargs or {},
        )
        headers.setdefault(REQUEST_HEADER, outbox.asking())
        return super().apply_async(args, kwargs, task_id=task_id, headers=headers, **options)

    def retry(self, *args: Any, **options: Any) -> Any:
        """As Celery's, in the same town. A task of the outbox goes back to it instead of to Redis."""
        if self._header(TICKET_HEADER):
            raise EffectDelayed("retry")
        return super().retry(*args, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Enter the town that the message names, after checking that we wrote the message."""
        request = self.request
        if request.called_directly or getattr(request, "reussite_entered", False):
            return super().__call__(*args, **kwargs)
        request.reussite_entered = True
        schema, ticket = self._verified(args, kwargs)
        number = structlog.contextvars.bound_contextvars(request_id=self._number(), task=self.name)
        with context.outside(), number:
            usable_connection()
            if ticket is None:
                return self._run_in(schema, args, kwargs)
            return self._run_effect(schema, ticket, args, kwargs)

    def _verified(self, args: Any, kwargs: Any) -> tuple[str, Ticket | None]:
        schema, ticket, ours = map(self._header, (TOWN_HEADER, TICKET_HEADER, MAC_HEADER))
        try:
            expected = mac(task=self.name, schema=schema or "", ticket=ticket or "", args=args, kwargs=kwargs)
        except TypeError:
            self._drop("The message's arguments are not ours.")
        if schema is None or not hmac.compare_digest(expected, ours or ""):
            self._drop("The message does not come from this platform.")
        if self.platform != (schema == ""):
            self._drop("The message names a town that its task does not expect.")
        return schema, Ticket.parse(ticket) if ticket else None

    def _drop(self, reason: str) -> NoReturn:
        log.error("message_rejected", task=self.name, id=self.request.id, reason=reason)
        raise Reject(reason, requeue=False)

    def _run_in(self, schema: str, args: Any, kwargs: Any) -> Any:
        if self.platform:
            return self._run_said(args, kwargs)
        place = registry.by_schema(schema)
        if place.state != "active":
            raise SuspendedPlaceError(f"{place.slug} is suspended.")
        with context.entered(place):
            return self._run_said(args, kwargs)

    def _run_said(self, args: Any, kwargs: Any) -> Any:
        """Say what broke while the log still knows the town: Celery's own line comes after it was left."""
        try:
            return self.run(*args, **kwargs)
        except (*FORESEEN, TaskPredicate):
            raise
        except Exception:
            log.exception("task_failed")
            raise

    def _run_effect(self, schema: str, ticket: Ticket, args: Any, kwargs: Any) -> Any:
        held = outbox.begin(ticket)
        if held is None:
            raise Ignore("The row was handed again, or has ended.")
        if held.schema != schema:
            outbox.end(held, Effect.DEAD, error="other_town")
            self._drop("The message and its row name different towns.")
        try:
            with outbox.holding(held):
                result = self._run_in(schema, args, kwargs)
        except SuspendedPlaceError:
            outbox.release(held, error="suspended", after=SUSPENDED_PAUSE)
            raise Ignore("The town is suspended.") from None
        except Exception as error:
            usable_connection()
            if not self._note_failure(held, error, kwargs):
                raise
            raise Ignore(type(error).__name__) from None
        outbox.end(held, Effect.DONE)
        return result

    def _note_failure(self, held: Held, error: Exception, kwargs: dict[str, Any]) -> bool:
        """Write what becomes of the row. True when it was foreseen: no traceback is wanted."""
        limit = self.tries_of(kwargs)
        match error:
            case EffectRefused():
                outbox.end(held, Effect.REFUSED, error=str(error))
            case EffectUncertain():
                outbox.end(held, Effect.UNCERTAIN, error=str(error))
            case ServiceAway():
                outbox.await_service(held, error=str(error))
            case EffectDelayed():
                outbox.try_later(held, error=str(error), limit=limit)
            case UnknownPlaceError():
                outbox.end(held, Effect.DEAD, error="no_such_town")
                return False
            case _:
                outbox.try_later(held, error=type(error).__name__, limit=limit)
                return False
        log.info(
            "effect_not_done", kind=held.kind, row=held.ticket.row_id, reason=str(error), tries=held.tries
        )
        return True

    def _number(self) -> str:
        """Of the request that asked for this, so that its lines are found with those of the page."""
        given = self._header(REQUEST_HEADER) or ""
        return given if NUMBER.fullmatch(given) else uuid.uuid4().hex

    def _header(self, name: str) -> str | None:
        """A header of ours, of a message or of a task applied eagerly."""
        value = (self.request.headers or {}).get(name)
        return value if isinstance(value, str) else None


def mac(*, task: str, schema: str, ticket: str, args: Any, kwargs: Any) -> str:
    """What proves that task, town, outbox row and arguments were put together by this platform."""
    text = json.dumps([task, schema, ticket, list(args), kwargs], sort_keys=True, separators=(",", ":"))
    return hmac.new(settings.TASK_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def usable_connection() -> None:
    """Drop the database connection when the server went away meanwhile: the next query opens another.

    Inside a transaction (a task that is applied eagerly) the connection is the caller's.
    """
    if connection.connection is None or connection.in_atomic_block:
        return
    with contextlib.suppress(psycopg.Error):
        if connection.is_usable():
            return
    connection.close()
