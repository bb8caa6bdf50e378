"""How every process writes its log: one line an event, and never the values of variables.

structlog's own default prints the local variables of each frame of a traceback: names and phone numbers of
families would end in a file that many read.
"""

import logging
import os
import sys

import structlog
from structlog.typing import Processor


class RouteAlone(logging.Filter):
    """Django's own line about a failure: the route instead of the address, which may hold a secret link."""

    def filter(self, record: logging.LogRecord) -> bool:
        request, args = getattr(record, "request", None), record.args
        if request is not None and isinstance(args, tuple) and args[-1:] == (request.path,):
            match = request.resolver_match
            record.args = (*args[:-1], f"/{match.route}" if match is not None else "?")
        return True


def configure() -> None:
    """Lines for people, or JSON where REUSSITE_LOG=json. Idempotent."""
    machine = os.environ.get("REUSSITE_LOG") == "json"
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso" if machine else "%H:%M:%S", utc=machine),
            *(_for_machines() if machine else [_for_people()]),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def _for_machines() -> list[Processor]:
    return [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def _for_people() -> Processor:
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
    )
