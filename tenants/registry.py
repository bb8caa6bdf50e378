"""Which host is which town: one copy a process, dropped within a second of any change.

Towns and domains carry triggers that move a version; every process asks for it at most once a
second. That costs one statement a second, where one a request would be the price of certainty.
"""

import threading
import time
from dataclasses import dataclass

from tenants.context import Place, outside
from tenants.errors import UnknownPlaceError
from tenants.models import Domain, RegistryVersion

FRESH_FOR = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class _Copy:
    version: int
    hosts: dict[str, Place]
    slugs: dict[str, Place]
    schemas: dict[str, Place]


_lock = threading.Lock()
_copy: _Copy | None = None
_asked_at = 0.0


def by_host(host: str) -> Place | None:
    """The place that answers at `host` (no port, lower case), or None."""
    return _fresh().hosts.get(host)


def by_slug(slug: str) -> Place:
    """Raises UnknownPlaceError."""
    return _found(_fresh().slugs, slug)


def by_schema(schema: str) -> Place:
    """Raises UnknownPlaceError: a town that was dropped is an error, never `public`.

    Asks again at once before it says no: a town's first message may be younger than the copy.
    """
    known = _fresh().schemas
    return _found(known if schema in known else _fresh(accept=0.0).schemas, schema)


def places(kind: str | None = None) -> list[Place]:
    """All places by slug, suspended ones included."""
    return [place for _, place in sorted(_fresh().slugs.items()) if kind in (None, place.kind)]


def forget() -> None:
    """Drop this process's copy."""
    global _copy
    _copy = None


def _found(places_by_name: dict[str, Place], name: str) -> Place:
    try:
        return places_by_name[name]
    except KeyError:
        raise UnknownPlaceError(f"No place is called {name!r}.") from None


def _fresh(*, accept: float = FRESH_FOR) -> _Copy:
    """The copy, asked for again when it is older than `accept` seconds."""
    global _copy, _asked_at
    copy = _copy
    if copy is not None and time.monotonic() - _asked_at < accept:
        return copy
    with _lock, outside():
        asked_at = time.monotonic()
        version = RegistryVersion.objects.values_list("version", flat=True).get()
        if _copy is None or _copy.version != version:
            _copy = _read(version)
        _asked_at = asked_at
        return _copy


def _read(version: int) -> _Copy:
    hosts: dict[str, Place] = {}
    slugs: dict[str, Place] = {}
    for domain in Domain.objects.select_related("tenant").order_by("-is_primary", "domain"):
        town = domain.tenant
        place = slugs.get(town.slug) or town.place(domain.domain)
        slugs[town.slug] = place
        hosts[domain.domain] = place
    return _Copy(version, hosts, slugs, {place.schema: place for place in slugs.values()})
