"""Views that read: they write nothing but their line of the read log, and without it serve no page.

The refusal sits on the connection, so that no model method or third-party code gets past it.
"""

import re
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from tenants.backend.cursor import first_words

View = Callable[..., HttpResponseBase]
Answer = TypeVar("Answer")

_READS = re.compile(rb"(?:SELECT|VALUES|TABLE|SHOW|SAVEPOINT|RELEASE|ROLLBACK\s+TO)\b", re.IGNORECASE)
_WITH = re.compile(rb"WITH\b", re.IGNORECASE)
_WRITES = re.compile(rb"\b(?:INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE)
# Tables in which a reading may leave its line: the read log, and those that an app keeps apart from it.
_lines_of: list[bytes] = [b'INSERT INTO "journal_readline" ']

_lines: ContextVar[list[int] | None] = ContextVar("reussite_read_lines", default=None)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One page while it is read: its instant, and what was asked for it."""

    at: datetime
    answers: dict[Hashable, Any] = field(default_factory=dict)


_reading: ContextVar[_Reading | None] = ContextVar("reussite_reading", default=None)


class WroteWhileReadingError(Exception):
    """A reading view sent a statement that writes."""


class NoReadLineError(Exception):
    """A page that shows children was about to be served without its line in the read log."""


def register_lines(table: str) -> None:
    """Called once by an app, in its AppConfig.ready, for a log of readings of its own."""
    statement = f'INSERT INTO "{table}" '.encode()
    if statement not in _lines_of:
        _lines_of.append(statement)


def note_line() -> None:
    """A read line is committed: called by journal.operations.read, and by what keeps a log of its own."""
    lines = _lines.get()
    if lines is not None:
        lines.append(1)


@contextmanager
def no_writes() -> Iterator[None]:
    """Refuse any statement of this connection that writes, the read line excepted."""
    token = _reading.set(_reading.get() or _Reading(timezone.now()))
    try:
        with connection.execute_wrapper(_refuse):
            yield
    finally:
        _reading.reset(token)


def now() -> datetime:
    """The instant of the page that is read, one for all of it; where something may be written, the time."""
    reading = _reading.get()
    return reading.at if reading is not None else timezone.now()


def asked_once(key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """What `ask` answers, or answered before for this page. `key` names the person and the time.

    Kept while a view reads and not a moment longer: it writes nothing that could change the answer, and what
    another person changes meanwhile shows on the next page. Where something may be written nothing is kept.
    """
    reading = _reading.get()
    if reading is None:
        return ask()
    if key not in reading.answers:
        reading.answers[key] = ask()
    return cast(Answer, reading.answers[key])


def read_only(view: View) -> View:
    """The view answers GET and HEAD without writing. Other methods pass."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        with no_writes():
            return _rendered(view(request, *args, **kwargs))

    return wrapper


def reads_children(view: View) -> View:
    """As `read_only`; and a page that is served (200) has had its read line committed, or is not served."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        lines: list[int] = []
        token = _lines.set(lines)
        try:
            with no_writes():
                response = _rendered(view(request, *args, **kwargs))
        finally:
            _lines.reset(token)
        if response.status_code == 200 and not lines:
            raise NoReadLineError(request.resolver_match.view_name if request.resolver_match else "")
        return response

    wrapper.reads_children = True  # type: ignore[attr-defined]
    return wrapper


def _rendered(response: HttpResponseBase) -> HttpResponseBase:
    """Render a lazy response here, where writes are still refused."""
    render = getattr(response, "render", None)
    if isinstance(response, HttpResponse) and callable(render):
        render()
    return response


def _refuse(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    text = sql if isinstance(sql, str) else sql.as_string(context["cursor"].cursor)
    statement = first_words(text.encode())
    reads = _READS.match(statement) or (_WITH.match(statement) and not _WRITES.search(statement))
    if not reads and not statement.startswith(tuple(_lines_of)):
        raise WroteWhileReadingError(statement[:60].decode(errors="replace"))
    return execute(sql, params, many, context)
