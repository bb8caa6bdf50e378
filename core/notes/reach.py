"""From the table of facets to rows: what one person may read or write around one child, or around all."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from core.children import access
from core.children.access import Reason
from core.journal import reading
from core.notes import facets, town
from core.notes.enums import Facet
from core.notes.facets import Facets

if TYPE_CHECKING:
    from core.people.models import User


def own_facets(user: "User", at: datetime) -> Facets:
    """Those of the profession that the coordination noted for that day; asked once for a user object."""
    from core.notes.models import ProfessionHeld  # the models read rows through this module

    day = timezone.localdate(at)
    known: dict[object, Facets] = user.__dict__.setdefault("_facets_of_profession", {})
    if day not in known:
        held = ProfessionHeld.objects.on(day).filter(user=user).values_list("profession", flat=True).first()
        known[day] = facets.of_profession(held, town.settings().professions)
    return known[day]


def read_by(user: "User", reasons: Iterable[Reason], at: datetime) -> Facets:
    """What `user` reads around a child who is open for `reasons`."""
    own, rules = own_facets(user, at), town.settings()
    found = facets.NONE
    for reason in reasons:
        found |= facets.readable(
            reason.code,
            own,
            health=town.health_allowed(),
            coordinator_reads_health=rules.coordinator_reads_health,
        )
    return found


def written_by(user: "User", reasons: Iterable[Reason], at: datetime) -> Facets:
    """What `user` may write; who is hindered by the hosting alone learns it from `kept_from_writing`."""
    own = own_facets(user, at)
    return frozenset().union(
        *(facets.writable(reason.code, own, health=town.health_allowed()) for reason in reasons)
    )


def kept_from_writing(user: "User", reasons: Iterable[Reason], at: datetime) -> bool:
    """Would write about health, were the hosting declared."""
    own = own_facets(user, at)
    return not town.health_allowed() and any(
        Facet.HEALTH in facets.writable(reason.code, own, health=True) for reason in reasons
    )


def readable_rows(user: "User", among: Iterable[Facet], *, at: datetime | None = None) -> Q:
    """The filter of rows with `child`, `facet` and `by` that `user` may read."""
    from core.children.models import Child

    at = at or reading.now()
    own, rules, health = own_facets(user, at), town.settings(), town.health_allowed()
    ways: dict[Facets, set[str]] = {}
    for grant in access.grants_for(user, at):
        seen = facets.readable(
            grant.reason.code, own, health=health, coordinator_reads_health=rules.coordinator_reads_health
        )
        ways.setdefault(seen & frozenset(among), set()).add(grant.reason.code)
    rows = Q(pk__in=[])
    for seen, codes in ways.items():
        if seen:
            rows |= Q(facet__in=sorted(seen), child__in=Child.objects.filter(_by_ways(user, codes, at)))
    keeping = {code for codes in ways.values() for code in codes if facets.keeps_own(code)}
    if keeping:
        kept = [facet for facet in among if health or facet != Facet.HEALTH]
        rows |= Q(by=user, facet__in=kept, child__in=Child.objects.filter(_by_ways(user, keeping, at)))
    return rows


def readable_around(user: "User", reasons: Iterable[Reason], among: Iterable[Facet], at: datetime) -> Q:
    """As `readable_rows`, among the rows of one child who is open for `reasons`: no subquery is needed."""
    reasons, among, health = list(reasons), frozenset(among), town.health_allowed()
    rows = Q(facet__in=sorted(read_by(user, reasons, at) & among))
    if any(facets.keeps_own(reason.code) for reason in reasons):
        rows |= Q(by=user, facet__in=sorted(among if health else among - {Facet.HEALTH}))
    return rows


def _by_ways(user: "User", codes: set[str], at: datetime) -> Q:
    return access.condition(user, scope=access.Scope.IDENTITY, at=at, by=lambda reason: reason.code in codes)
