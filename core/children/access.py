"""Who may see which child, and why: by a role, or by a dated link, each with its purpose. Default is no.

`children` knows roles alone. What links a person to a child (referent, meeting, action, emergency) lives in
apps above, which register a source when they start:

    class PathwaysConfig(AppConfig):
        def ready(self) -> None:
            from core.children import access
            from core.pathways import access_source
            access.register(access_source.grants)

A source is a function of a user and an instant, and answers with grants. It need not ask for the charter:
without a signature in force nobody is granted anything.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.utils import timezone

from core.journal import reading
from core.partners.models import Organisation
from core.people import queries as people
from core.people.enums import Role
from tenants import context

if TYPE_CHECKING:
    from core.children.models import Child
    from core.people.models import User


class Scope(IntEnum):
    """How much of a file. Each one holds those before it."""

    IDENTITY = 1  # names, birth date, school, adults and how to reach them, what must never be missed
    FILE = 2  # the whole file, others' private notes excepted


class Everyone:
    """All children of the town."""


EVERYONE = Everyone()


@dataclass(frozen=True)
class Reason:
    """Why a person may see a child: what the read log keeps."""

    code: str
    why: str  # the role or the link, in French
    purpose: str  # what it is for, in French
    scope: Scope
    edits: bool = False  # may also correct the file: the coordinator, the referent
    before_agreement: bool = False  # holds before the parents have agreed, too
    reaches: bool = True  # with how to reach the adults and where they live: not for a meeting's guest


@dataclass(frozen=True)
class Grant:
    """Children whom one role or one kind of link opens to a person.

    `children` is EVERYONE, or a queryset of their ids, as `Link.objects….values("child_id")`.
    """

    reason: Reason
    children: "Everyone | QuerySet[Any, Any]"


Source = Callable[["User", datetime], Iterable[Grant]]
# Ids of the children whose parents have not agreed (yet) to anything nominative, at an instant.
Gate = Callable[[datetime], "QuerySet[Any, Any]"]

_sources: list[Source] = []
_gates: list[Gate] = []

COORDINATION = Reason(
    "coordinator", "Coordination du PRE", "Coordonner les parcours de la ville", Scope.FILE, True, True
)
SECRETARIAT = Reason(
    "secretary", "Secrétariat du PRE", "Prendre les rendez-vous et préparer les documents", Scope.IDENTITY
)
OWN_TEAM = Reason(
    "own_team", "Équipe du PRE", "Répondre à une famille en l’absence de son référent", Scope.IDENTITY
)
# The line of a list that showed nobody.
NO_LINK = Reason("none", "Aucun lien", "Liste sans enfant", Scope.IDENTITY)


def register(source: Source) -> None:
    """Called once by an app, in its AppConfig.ready."""
    if source not in _sources:
        _sources.append(source)


def register_gate(gate: Gate) -> None:
    """Called once by an app, in its AppConfig.ready: the children kept from all but `before_agreement`."""
    if gate not in _gates:
        _gates.append(gate)


def grants_for(user: "User", at: datetime | None = None) -> list[Grant]:
    """All that opens a child to `user` at that instant; nothing without a charter signature in force."""
    at = at or reading.now()
    return reading.asked_once(("grants", user.pk, at), lambda: _grants(user, at))


def _grants(user: "User", at: datetime) -> list[Grant]:
    day = timezone.localdate(at)
    if not user.is_authenticated or not user.present_on(day) or not people.under_charter(user, day):
        return []
    return [grant for source in (_roles, *_sources) for grant in source(user, at)]


def condition(
    user: "User",
    *,
    scope: Scope,
    at: datetime | None = None,
    by: Callable[[Reason], bool] | None = None,
) -> Q:
    """The filter of children of whom `user` may see `scope`, for a reason that `by` admits."""
    at = at or reading.now()
    allowed, behind_gate = Q(pk__in=[]), Q(pk__in=[])
    for grant in grants_for(user, at):
        if grant.reason.scope < scope or (by is not None and not by(grant.reason)):
            continue
        if not grant.reason.before_agreement:
            behind_gate |= _opens(grant)
        elif isinstance(grant.children, Everyone):
            return Q()
        else:
            allowed |= _opens(grant)
    return allowed | (behind_gate & _agreed(at))


def _agreed(at: datetime) -> Q:
    agreed = Q()
    for gate in _gates:
        agreed &= ~Q(pk__in=gate(at))
    return agreed


def _opens(grant: Grant) -> Q:
    return ~Q(pk__in=[]) if isinstance(grant.children, Everyone) else Q(pk__in=grant.children)


def reasons_for(user: "User", child: "Child", at: datetime | None = None) -> list[Reason]:
    """Every reason for which `user` may see `child`, the widest first; empty when there is none."""
    at = at or reading.now()
    return list(reading.asked_once(("reasons", user.pk, child.pk, at), lambda: _reasons(user, child, at)))


def _reasons(user: "User", child: "Child", at: datetime) -> list[Reason]:
    grants = grants_for(user, at)
    if not grants:
        return []
    agreed = _agreed(at)
    tests = [_opens(grant) if grant.reason.before_agreement else _opens(grant) & agreed for grant in grants]
    answers = (
        type(child)
        .objects.filter(pk=child.pk)
        .values_list(
            *(
                Case(When(test, then=Value(True)), default=Value(False), output_field=BooleanField())
                for test in tests
            )
        )
        .first()
    )
    held = {grant.reason for grant, opens in zip(grants, answers or (), strict=False) if opens}
    return sorted(held, key=lambda reason: (-reason.scope, -reason.edits, reason.code))


def scope_for(user: "User", child: "Child", at: datetime | None = None) -> Scope | None:
    """How much of the child's file `user` may see; None when nothing."""
    reasons = reasons_for(user, child, at)
    return reasons[0].scope if reasons else None


def _roles(user: "User", at: datetime) -> list[Grant]:
    """What a role alone opens. Steering and town administration open nothing."""
    day = timezone.localdate(at)
    grants = []
    if user.has_role(Role.COORDINATOR, on=day):
        grants.append(Grant(COORDINATION, EVERYONE))
    if user.has_role(Role.SECRETARY, on=day):
        grants.append(Grant(SECRETARIAT, EVERYONE))
    if user.has_role(Role.REFERENT, on=day) and is_own_staff(user) and _team_sees_identities():
        grants.append(Grant(OWN_TEAM, EVERYONE))
    return grants


def is_own_staff(user: "User") -> bool:
    """Of the PRE's own team: no organisation, or the one that carries the PRE (the same SIRET).

    A partner's professional may be a referent too, and sees linked children alone.
    """
    carrier = context.require().config.get("carrier", {}).get("siret", "")
    if not user.organisation_code or not carrier:
        return not user.organisation_code
    carriers = Organisation.objects.filter(code=user.organisation_code, siret=carrier)
    return reading.asked_once(("own staff", user.pk), carriers.exists)


def _team_sees_identities() -> bool:
    return bool(context.require().config.get("access", {}).get("team_sees_identities", True))
