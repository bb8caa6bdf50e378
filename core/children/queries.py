"""Reads of this app that join tables, or gather what a page shows."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps
from django.db.models import BooleanField, Case, Prefetch, Q, QuerySet, Value, When

from core.children import names
from core.children.enums import Authority, LivesWith, SamenessState
from core.children.models import (
    Address,
    Child,
    DuplicateCheck,
    Enrolment,
    Guardian,
    Guardianship,
    School,
    SchoolNetworkYear,
)
from core.people.models import User
from core.people.names import fold

MONTHS = {
    fold(month): number
    for number, month in enumerate(
        ("janvier février mars avril mai juin juillet août septembre octobre novembre décembre").split(),
        start=1,
    )
}
_DAY = re.compile(
    r"\b(?P<day>\d{1,2})(?:er)?[\s/.\-]+(?P<month>\d{1,2}|[a-zéûA-ZÉÛ]{3,9})[\s/.\-]+(?P<year>\d{4}|\d{2})\b"
)
_ISO = re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b")
_YEAR = re.compile(r"\b(?P<year>(?:19|20)\d\d)\b")


def search(children: QuerySet[Child], text: str) -> QuerySet[Child]:
    """Those of `children` that every word of the text finds, best first.

    A word finds a child by the beginning of one of its names, or by how it sounds; a date or a year by
    the birth date. `aicha bensaid`, `ben said a` and `3 septembre 2015` find Aïcha Ben-Saïd.
    """
    text, born = _split_birth(text)
    words = fold(text).split()
    spelled, heard = Q(), Q()
    for word in words:
        spelled &= Q(search_name__contains=f" {word}")
        sounding = Q(search_name__contains=f" {word}")
        key = names.sound(word)
        if len(word) >= 3 and len(key) >= 2:
            sounding |= Q(sound_name__contains=f" {key} ")
        heard &= sounding
    found = children.filter(born, heard)
    if not words:
        return found.order_by("sort_name", "pk")
    return found.annotate(
        as_spelled=Case(When(spelled, then=Value(True)), default=Value(False), output_field=BooleanField())
    ).order_by("-as_spelled", "sort_name", "pk")


def _split_birth(text: str) -> tuple[str, Q]:
    """The text without its date or year, and the filter that these make."""
    for pattern in (_ISO, _DAY):
        if (match := pattern.search(text)) and (day := _date(match)):
            return text[: match.start()] + text[match.end() :], Q(birth_on=day)
    if match := _YEAR.search(text):
        return text[: match.start()] + text[match.end() :], Q(birth_on__year=int(match["year"]))
    return text, Q()


def _date(match: re.Match[str]) -> date | None:
    written = match["month"]
    month = int(written) if written.isdigit() else MONTHS.get(fold(written), 0)
    year = int(match["year"])
    if year < 100:
        year += 2000
    try:
        return date(year, month, int(match["day"]))
    except ValueError:
        return None


@dataclass(frozen=True)
class Warning:
    """What must never be missed on any page about a child."""

    kind: str  # "address_secret" or "contact_forbidden"
    about: Guardian
    against: Guardian | None
    decision: str
    decision_ends_on: date | None
    lapsed: bool


@dataclass(frozen=True)
class Adult:
    """An adult around a child, with rights of that day and where he or she lives."""

    guardianship: Guardianship
    address: Address | None

    @property
    def guardian(self) -> Guardian:
        return self.guardianship.guardian


@dataclass(frozen=True)
class Around:
    """Who counts around a child, and where the child lives and learns, on one day."""

    adults: list[Adult]
    former: list[Guardianship]
    warnings: list[Warning]
    address: Address | None
    enrolment: Enrolment | None


def around(child: Child, on: date) -> Around:
    """In four queries, whatever the number of adults."""
    held = list(
        Guardianship.objects.filter(child=child)
        .select_related("guardian", "address_secret_from")
        .order_by("starts_on", "pk")
    )
    present = [ship for ship in held if ship.covers(on)]
    homes = {
        address.guardian_id: address
        for address in Address.objects.on(on)
        .filter(guardian__in=[ship.guardian_id for ship in present])
        .order_by("since_on", "pk")
    }
    return Around(
        adults=[Adult(ship, homes.get(ship.guardian_id)) for ship in sorted(present, key=_closest_first)],
        former=[ship for ship in held if not ship.covers(on)],
        warnings=_warnings(present, on),
        address=Address.objects.on(on).filter(child=child).order_by("-since_on", "-pk").first(),
        enrolment=Enrolment.objects.on(on)
        .filter(child=child)
        .select_related("school")
        .order_by("-since_on", "-pk")
        .first(),
    )


def district_of(child: Child, on: date) -> str:
    """The code of the priority district in which the child lives that day; empty outside, or unknown."""
    homes = Address.objects.on(on).filter(child=child).order_by("-since_on", "-pk")
    return homes.values_list("district_code", flat=True).first() or ""


def warnings_for(children: list[Child], on: date) -> dict[int, list[Warning]]:
    """The warnings of each child of a list, in one query."""
    ships: dict[int, list[Guardianship]] = {child.pk: [] for child in children}
    marked = Guardianship.objects.on(on).filter(
        Q(contact_forbidden=True) | Q(address_secret_from__isnull=False), child__in=children
    )
    for ship in marked.select_related("guardian", "address_secret_from").order_by("pk"):
        ships[ship.child_id].append(ship)
    return {pk: _warnings(held, on) for pk, held in ships.items()}


def _warnings(present: list[Guardianship], on: date) -> list[Warning]:
    found = []
    for ship in present:
        lapsed = ship.decision_lapsed_on(on)
        rest = (ship.decision, ship.decision_ends_on, lapsed)
        if ship.contact_forbidden:
            found.append(Warning("contact_forbidden", ship.guardian, None, *rest))
        if ship.address_secret_from is not None:
            found.append(Warning("address_secret", ship.guardian, ship.address_secret_from, *rest))
    return found


_LIVING = [LivesWith.ALWAYS, LivesWith.ALTERNATING, LivesWith.VISITS, LivesWith.UNKNOWN, LivesWith.NO]
_LAST = (Authority.DECEASED, Authority.AUTHORITY_WITHDRAWN)


def _closest_first(ship: Guardianship) -> tuple[bool, int, int]:
    return (ship.authority in _LAST, _LIVING.index(LivesWith(ship.lives_with)), ship.pk)


@dataclass(frozen=True)
class Family:
    """Children joined by shared adults, brothers and sisters of brothers and sisters included."""

    children: list[Child]
    hidden: int  # children of the family whom the reader may not see
    guardianships: list[Guardianship]

    @property
    def guardians(self) -> list[Guardian]:
        seen = {ship.guardian_id: ship.guardian for ship in self.guardianships}
        return sorted(seen.values(), key=lambda guardian: (guardian.sort_name, guardian.pk))


def family_ids(child: Child, on: date) -> set[int]:
    """Ids of the children of the family: the component joined by family links of that day."""
    found, frontier = {child.pk}, {child.pk}
    while frontier:
        links = Guardianship.objects.on(on).in_family()
        adults = links.filter(child__in=frontier).values("guardian")
        siblings = links.filter(guardian__in=adults, child__merged_into=None)
        frontier = set(siblings.values_list("child_id", flat=True)) - found
        found |= frontier
    return found


def family_of(child: Child, *, user: User, at: datetime, on: date) -> Family:
    """The family as `user` may see it, with the number of children that stay hidden."""
    ids = family_ids(child, on)
    children = list(Child.objects.visible_to(user, at=at).filter(pk__in=ids).by_name())
    ships = (
        Guardianship.objects.on(on)
        .filter(child__in=children)
        .select_related("guardian", "child", "address_secret_from")
        .order_by("child__sort_name", "child_id", "pk")
    )
    return Family(children=children, hidden=len(ids) - len(children), guardianships=list(ships))


def network_in(school: School, year: int) -> str:
    """REP, REP+ or nothing, for a school and a school year (the year in which it starts)."""
    kept = SchoolNetworkYear.objects.filter(school=school, year=year).first()
    return kept.network if kept is not None else school.network


def addresses_that_may_be_told(child: Child, to: Guardian, on: date) -> list[Address]:
    """Addresses of the child and of the adults around, without those that are kept from `to`.

    Once one adult's address is kept from `to`, the child's own is too, unless the child lives with `to`.
    """
    ships = list(Guardianship.objects.on(on).filter(child=child).select_related("guardian"))
    kept = {ship.guardian_id for ship in ships if ship.address_secret_from_id == to.pk}
    told = {ship.guardian_id for ship in ships} - kept
    lives_with_to = any(ship.guardian_id == to.pk and ship.lives_with == LivesWith.ALWAYS for ship in ships)
    allowed = Q(guardian__in=told)
    if not kept or lives_with_to:
        allowed |= Q(child=child)
    return list(Address.objects.on(on).filter(allowed).order_by("since_on", "pk"))


def hidden_count(user: User, at: datetime | None = None) -> int:
    """How many children of the town `user` may not see: announced, never hidden in silence."""
    return Child.objects.alone().count() - Child.objects.visible_to(user, at=at).count()


def ids_of_file(child: Child) -> list[int]:
    """The id of the file and of those united with it, one into the other: what was written under each."""
    found, last = [child.pk], [child.pk]
    while last:
        united = Child.objects.filter(merged_into__in=last).order_by("pk").values_list("pk", flat=True)
        last = [pk for pk in united if pk not in found]
        found += last
    return found


def twins_to_check() -> QuerySet[DuplicateCheck]:
    """Pairs that wait for the coordinator; a pair with a united file is settled by that."""
    united = Child.objects.filter(merged_into__isnull=False).values("pk")
    open_ones = DuplicateCheck.objects.filter(state=SamenessState.TO_CHECK)
    return open_ones.exclude(child__in=united).exclude(other__in=united)


def search_adults(user: User, text: str, *, at: datetime, around: Child) -> list[Guardian]:
    """Adults whom `user` may see through other children, by name; without those around `around` already."""
    guardians = Guardian.objects.visible_to(user, at=at).exclude(
        pk__in=Guardianship.objects.filter(child=around, ends_on=None).values("guardian")
    )
    words = fold(text).split()
    if not words:
        return []
    for word in words:
        sounding = Q(search_name__contains=f" {word}")
        key = names.sound(word)
        if len(word) >= 3 and len(key) >= 2:
            sounding |= Q(sound_name__contains=f" {key} ")
        guardians = guardians.filter(sounding)
    linked = Guardianship.objects.filter(child__in=Child.objects.visible_to(user, at=at)).select_related(
        "child"
    )
    found = guardians.prefetch_related(
        Prefetch("guardianships", queryset=linked.order_by("pk"), to_attr="seen")
    )
    return list(found.by_name()[:50])


def field_labels(model_label: str, fields: list[str]) -> list[str]:
    """What a change log's field names are called on screen."""
    try:
        model = apps.get_model(model_label)
    except LookupError:
        return fields
    known = {
        field.name: str(getattr(field, "verbose_name", field.name)) for field in model._meta.get_fields()
    }
    return [known.get(name, name) for name in fields]
