"""Views that read: they write nothing but their line of the read log, and without it serve no page.

The refusal sits on the connection, so that no model method or third-party code gets past it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from tenants.backend.cursor import first_words

View = Callable[..., HttpResponseBase]

_READS = re.compile(rb"(?:SELECT|VALUES|TABLE|SHOW|SAVEPOINT|RELEASE|ROLLBACK\s+TO)\b", re.IGNORECASE)
_WITH = re.compile(rb"WITH\b", re.IGNORECASE)
_WRITES = re.compile(rb"\b(?:INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE)
# Tables in which a reading may leave its line: the read log, and those that an app keeps apart from it.
_lines_of: list[bytes] = [b'INSERT INTO "journal_readline" ']

_lines: ContextVar[list[int] | None] = ContextVar("reussite_read_lines", default=None)


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
    with connection.execute_wrapper(_refuse):
        yield


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
