"""The one way into a town: a context variable, so that no thread inherits a town by accident.

`entered` sets the place; the database backend reads it at each cursor and follows with role and
search path. Nothing else in the code base may change them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.urls import get_urlconf, set_urlconf
from django.utils import timezone

from tenants.errors import NoPlaceError, OtherPlaceError


@dataclass(frozen=True, slots=True)
class Place:
    """A town, or the national site, as read from `public`: what a process needs to know to enter it."""

    id: int
    kind: str  # "town" or "national"
    slug: str
    schema: str  # name of the schema and of the role
    name: str
    primary_host: str
    timezone: str = "Europe/Paris"
    state: str = "active"  # "active" or "suspended"
    config: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)

    @property
    def role(self) -> str | None:
        """The database role of those inside; None for a template, which only the owner fills."""
        return self.schema

    @property
    def urlconf(self) -> str:
        return str(settings.TENANT_TYPES[self.kind]["URLCONF"])

    def get_tenant_type(self) -> str:
        """django-tenants' name for the kind."""
        return self.kind

    @property
    def schema_name(self) -> str:
        """django-tenants' name for the schema."""
        return self.schema


@dataclass(frozen=True, slots=True)
class Template(Place):
    """A schema that is migrated normally and never served; the owner works in it under its own name."""

    @property
    def role(self) -> str | None:
        return None


@dataclass(frozen=True, slots=True)
class SharedRole:
    """`public` under a role of its own (the relay): no town's schema is reachable from it."""

    role: str
    schema: str = "public"
    kind: str = "public"
    slug: str = ""
    timezone: str = "Europe/Paris"

    @property
    def urlconf(self) -> str:
        return str(settings.TENANT_TYPES["public"]["URLCONF"])

    def get_tenant_type(self) -> str:
        return self.kind


Where = Place | SharedRole | None

_current: ContextVar[Where] = ContextVar("reussite_place", default=None)


def where() -> Where:
    """Where the code runs: a place, `public` under a role, or nowhere."""
    return _current.get()


def current() -> Place | None:
    """The town or national site that is entered, if any."""
    place = _current.get()
    return place if isinstance(place, Place) else None


def require() -> Place:
    """The place that is entered. Raises NoPlaceError when there is none."""
    place = current()
    if place is None:
        raise NoPlaceError("No town is entered.")
    return place


@contextmanager
def entered(place: Where, *, switching: bool = False) -> Iterator[Where]:
    """Be in `place` for the duration of the block.

    Entering the same place again is fine. Entering another from inside one raises OtherPlaceError
    unless `switching` says that it is meant: jobs over several towns and the kernel itself do.
    """
    before = _current.get()
    if before is not None and not switching and _identity(before) != _identity(place):
        raise OtherPlaceError(
            f"Inside {_identity(before)!r}, {_identity(place)!r} can't be entered without switching=True."
        )
    token = _current.set(place)
    urlconf = get_urlconf()
    set_urlconf(place.urlconf if place is not None else None)
    slug = place.slug if place is not None else None
    try:
        with (
            timezone.override(ZoneInfo(place.timezone) if place is not None else None),
            structlog.contextvars.bound_contextvars(**({"town": slug} if slug else {})),
        ):
            yield place
    finally:
        _current.reset(token)
        set_urlconf(urlconf)


def outside() -> Any:
    """Be nowhere for the duration of the block: the app login under its own name, `public` alone."""
    return entered(None, switching=True)


def _identity(place: Where) -> str:
    if place is None:
        return "nowhere"
    return f"{place.schema} as {place.role}"
