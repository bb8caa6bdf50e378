"""How every process writes its log: one line an event, and never a value of a variable or of a row.

structlog's own default prints the local variables of each frame; an exception's own text quotes what broke it
(PostgreSQL: "Key (email)=(…) already exists"). Names and phone numbers of families would end in a file that
many read: of an exception, its class and its frames are kept. What Django, Celery and other libraries say by
the standard library goes the same way, with town and request.
"""

import logging
import os
import re
import sys
import traceback
from typing import Any, TextIO

import structlog
from structlog.typing import ExcInfo, Processor

# settings.LOGGING
SETTINGS: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"route": {"()": "reussite.logs.RouteAlone"}},
    "formatters": {"without_values": {"()": "reussite.logs.WithoutValues"}},
    "handlers": {"console": {"()": "reussite.logs.Console", "formatter": "without_values"}},
    "root": {"level": "WARNING", "handlers": ["console"]},
    "loggers": {
        # Django's own handlers print tracebacks with their values, on screen or by mail.
        "django": {"level": "WARNING", "handlers": []},
        "django.request": {"level": "ERROR", "filters": ["route"]},
        "celery": {"level": "INFO"},
        # A task is told when it ended: that it was received adds a line and no news.
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
CLASS = re.compile(r"<?[A-Za-z_][A-Za-z_.]*")


class RouteAlone(logging.Filter):
    """Django's own line about a failure: the route instead of the address, which may hold a secret link."""

    def filter(self, record: logging.LogRecord) -> bool:
        request, args = getattr(record, "request", None), record.args
        if request is not None and isinstance(args, tuple) and args[-1:] == (request.path,):
            match = request.resolver_match
            record.args = (*args[:-1], f"/{match.route}" if match is not None else "?")
        return True


class Console(logging.Handler):
    """To where standard error leads now, as structlog's own lines."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception as error:  # logging's own way out prints the arguments
            line = f"line_lost logger={record.name} error={type(error).__name__}"
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


class WithoutValues(structlog.stdlib.ProcessorFormatter):
    """Lines of the standard library's loggers, in the shape of ours."""

    def __init__(self) -> None:
        remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
        super().__init__(processors=[remove, *_shape()], foreign_pre_chain=_first())

    def format(self, record: logging.LogRecord) -> str:
        quiet = logging.makeLogRecord(record.__dict__)
        quiet.msg, quiet.args = _words(record), ()
        return super().format(quiet)


def configure() -> None:
    """Lines for people, or JSON where REUSSITE_LOG=json. Idempotent."""
    structlog.configure(
        processors=[*_first(), *_shape()],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def frames(exc_info: ExcInfo) -> str:
    """Where it broke and the class of what was raised, causes first; no text of any exception."""
    parts: list[str] = []
    error: BaseException | None = exc_info[1]
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        parts.insert(0, "".join(traceback.format_tb(error.__traceback__)) + _name(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(parts)


def _name(error: BaseException) -> str:
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


def _words(record: logging.LogRecord) -> str:
    """The message of a record, in which an exception is its class: given as such, or already as text."""
    args: Any = record.args
    if isinstance(args, dict):
        # Celery gives the text of what a task raised under this name.
        args = {name: _class_of(value) if name == "exc" else _mute(value) for name, value in args.items()}
    elif args:
        # gunicorn names the address of the request that broke.
        mute = _nothing if record.name == "gunicorn.error" and record.exc_info else _mute
        args = tuple(mute(value) for value in args)
    words = str(_mute(record.msg))
    words = words % args if args else words
    error = record.exc_info[1] if record.exc_info else None
    while error is not None:
        for text in sorted({str(error), repr(error)} - {""}, key=len, reverse=True):
            words = words.replace(text, type(error).__name__)
        error = error.__cause__ or error.__context__
    return words


def _mute(value: Any) -> Any:
    return type(value).__name__ if isinstance(value, BaseException) else value


def _nothing(value: Any) -> str:
    return "?"


def _class_of(value: Any) -> str:
    found = CLASS.match(str(value))
    return found.group() if found else "?"


def _first() -> list[Processor]:
    machine = _for_machines()
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso" if machine else "%H:%M:%S", utc=machine),
    ]


def _shape() -> list[Processor]:
    if _for_machines():
        return [
            structlog.processors.ExceptionRenderer(frames),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=_print_frames, pad_event_to=0
        )
    ]


def _for_machines() -> bool:
    return os.environ.get("REUSSITE_LOG") == "json"


def _print_frames(sio: TextIO, exc_info: ExcInfo) -> None:
    sio.write("\n" + frames(exc_info))
