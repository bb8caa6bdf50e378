"""Errors sent to a Sentry server, where SENTRY_DSN names one: what broke and where, never on whom.

The event is written anew from a list of what may leave. A message of an exception quotes values (a name
that is too long, a key that exists already), so only the exception's class goes; local variables, the
request, the user, breadcrumbs and log messages stay here.
"""

import os
import re
from typing import Any

import structlog

KEPT = ("event_id", "timestamp", "level", "platform", "logger", "release", "environment", "sdk", "type")
FRAME = ("filename", "function", "lineno", "module", "in_app")
TAGS = ("town", "request_id", "route")
DOTTED = re.compile(r"[A-Za-z_]+(?:\.[A-Za-z_]+)+")  # a task's name


def configure() -> None:
    """Once a process, before it works. Nothing without SENTRY_DSN."""
    dsn = os.environ.get("SENTRY_DSN")
    if dsn:
        import sentry_sdk

        sentry_sdk.init(**options(dsn))


def options(dsn: str) -> dict[str, Any]:
    return {
        "dsn": dsn,
        "environment": os.environ.get("SENTRY_ENVIRONMENT", "production"),
        "server_name": "",
        "include_local_variables": False,
        "include_source_context": False,
        "max_request_body_size": "never",
        "max_breadcrumbs": 0,
        "auto_session_tracking": False,
        "traces_sample_rate": None,
        "before_send": scrub,
        "before_send_transaction": lambda event, hint: None,
    }


def scrub(event: Any, hint: Any = None) -> dict[str, Any]:
    """A new event, of what is known to name nobody."""
    clean = {name: event[name] for name in KEPT if name in event}
    bound = structlog.contextvars.get_contextvars()
    clean["tags"] = {name: str(bound[name]) for name in TAGS if bound.get(name)}
    transaction = str(event.get("transaction") or "")
    if DOTTED.fullmatch(transaction):
        clean["transaction"] = transaction
    elif bound.get("route"):
        clean["transaction"] = str(bound["route"])
    values = (event.get("exception") or {}).get("values") or []
    clean["exception"] = {"values": [_exception(value) for value in values]}
    return clean


def _exception(value: dict[str, Any]) -> dict[str, Any]:
    frames = (value.get("stacktrace") or {}).get("frames") or []
    return {
        "type": value.get("type"),
        "module": value.get("module"),
        "stacktrace": {"frames": [{name: one[name] for name in FRAME if name in one} for one in frames]},
    }
