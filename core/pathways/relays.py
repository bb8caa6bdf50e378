"""Who accompanies whom, to pass it on: counts are made to choose, shown there and kept nowhere."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from core.children.models import Child
from core.pathways import ending
from core.pathways.enums import PathwayState, ToRead
from core.pathways.models import HandOver, Pathway, ReferentLink, Referral
from core.pathways.workflow import ReferralState
from core.people.enums import Role
from core.people.models import User


def referent_of(child: Child, on: date) -> User | None:
    link = ReferentLink.objects.in_force(on).filter(child=child).select_related("user").first()
    return link.user if link else None


def _accompanied() -> "QuerySet[Child]":
    """With an open pathway, or admitted with a contract to come."""
    open_ = Pathway.objects.exclude(state=PathwayState.ENDED).values("child")
    admitted = Referral.objects.filter(state=ReferralState.ADMITTED).values("child")
    return Child.objects.filter(Q(pk__in=open_) | Q(pk__in=admitted))


def _without_a_coming_relay(on: date) -> "QuerySet[ReferentLink]":
    return ReferentLink.objects.in_force(on).exclude(handed_over__in=HandOver.objects.coming(on))


def children_of(user: User, on: date) -> "QuerySet[Child]":
    """Whom the person accompanies and nobody is about to take over."""
    links = _without_a_coming_relay(on).filter(user=user)
    return _accompanied().filter(pk__in=links.values("child"))


def counts(on: date) -> Mapping[int, int]:
    """How many children each referent accompanies that day."""
    rows = (
        ReferentLink.objects.in_force(on)
        .filter(child__in=_accompanied().values("pk"))
        .values("user")
        .annotate(children=Count("child", distinct=True))
        .order_by("user")
    )
    return {row["user"]: row["children"] for row in rows}


@dataclass(frozen=True, slots=True)
class Colleague:
    user: User
    children: int
    present: bool


@dataclass(frozen=True, slots=True)
class Gesture:
    """Children who pass together; names for who may see them already."""

    on: date
    to: User
    rows: list[HandOver]
    named: frozenset[int]

    @property
    def unnamed(self) -> int:
        return sum(row.new.child_id not in self.named for row in self.rows)


@dataclass(frozen=True, slots=True)
class RelayPage:
    coordinates: bool
    to_read: list[HandOver]
    coming: list[Gesture]
    alone: list[Child]
    colleagues: list[Colleague]

    @property
    def shown(self) -> list[int]:
        named = [pk for gesture in self.coming for pk in gesture.named]
        return [*named, *(row.new.child_id for row in self.to_read), *(child.pk for child in self.alone)]


def relay_page(user: User, on: date) -> RelayPage:
    """A constant number of queries."""
    coordinates = user.has_role(Role.COORDINATOR, on=on)
    return RelayPage(
        coordinates=coordinates,
        to_read=list(ending.hand_overs_to_read(user, on)[:100]),
        coming=_gestures(user, on),
        alone=list(ending.children_without_referent(user, on)[:200]),
        colleagues=_colleagues(on) if coordinates else [],
    )


def _gestures(user: User, on: date) -> list[Gesture]:
    rows = list(ending.hand_overs_coming(user, on)[:300])
    children = [row.new.child_id for row in rows]
    seen = set(Child.objects.visible_to(user).filter(pk__in=children).values_list("pk", flat=True))
    together: dict[tuple[date, int], list[HandOver]] = defaultdict(list)
    for row in rows:
        together[row.on, row.new.user_id].append(row)
    return [
        Gesture(day, found[0].new.user, found, frozenset(row.new.child_id for row in found) & seen)
        for (day, _), found in together.items()
    ]


def _colleagues(on: date) -> list[Colleague]:
    known = counts(on)
    present = set(User.objects.holding(Role.REFERENT, on=on).values_list("pk", flat=True))
    people = User.objects.filter(pk__in=known).by_name()
    return [Colleague(person, known[person.pk], person.pk in present) for person in people]


def to_read(hand_over: HandOver, pathway: Pathway | None) -> list[tuple[str, str]]:
    """Label and address of what is read first."""
    file = reverse("children:file", args=[hand_over.new.child_id])
    addresses = {ToRead.FAMILY: file}
    if pathway is not None:
        page = reverse("pathways:pathway", args=[pathway.pk])
        contract = reverse("pathways:contract", args=[pathway.contract_id])
        addresses |= {ToRead.OBJECTIVES: page, ToRead.STORY: f"{page}#histoire", ToRead.CONTRACT: contract}
    return [
        (str(ToRead(item).label), addresses[ToRead(item)])
        for item in hand_over.sections
        if ToRead(item) in addresses
    ]
