"""Children of a period, with what they are counted by on their last known day in it."""

from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Least

from core.children.enums import LEVEL_GROUPS, InDistrict, Level, LevelGroup, LivesWith
from core.children.models import Address, Child, Enrolment, SchoolNetworkYear
from core.pathways.enums import ActionForm, NationalExit, Presence
from core.pathways.models import Attendance, Pathway
from core.pathways.workflow import SessionState
from core.reporting.indicators.dimensions import BRACKETS
from core.reporting.indicators.moment import Moment
from core.reporting.indicators.rows.source import Rows
from core.reporting.indicators.shapes import UNKNOWN

TEXT: "CharField[str, str]" = CharField()
HOMES = (LivesWith.ALWAYS, LivesWith.ALTERNATING)


def text(value: str) -> Value:
    return Value(value, output_field=TEXT)


def case(*whens: When, default: Any) -> Case:
    return Case(*whens, default=default, output_field=TEXT)


def pathways_of(moment: Moment) -> "QuerySet[Pathway]":
    """Open at least one day of the period, without those that were entered by mistake."""
    return opened_by(moment).exclude(mistaken(moment))


def opened_by(moment: Moment) -> "QuerySet[Pathway]":
    """Open at least one day of the period, mistakes included."""
    still = Q(ended_on=None) | Q(ended_on__gte=moment.first)
    return Pathway.objects.filter(still, started_on__lte=moment.on)


def mistaken(moment: Moment) -> Q:
    """Known by that day to have been entered by mistake."""
    return Q(ended_on__lte=moment.on, exit__national=NationalExit.MISTAKE)


def presences_of(moment: Moment) -> "QuerySet[Attendance]":
    """Roll-calls of sessions held in the period."""
    return Attendance.objects.filter(
        session__state=SessionState.HELD, session__on__gte=moment.first, session__on__lte=moment.on
    )


def children_of(moment: Moment) -> "QuerySet[Child]":
    """A pathway open in the period, or presence at a group action in it."""
    present = presences_of(moment).filter(presence=Presence.PRESENT, session__action__form=ActionForm.GROUP)
    by_pathway = Q(pk__in=pathways_of(moment).values("child"))
    by_group = Q(pk__in=present.values("participation__child"))
    return Child.objects.alone().filter(by_pathway | by_group)


def counted_children(moment: Moment) -> "QuerySet[Child]":
    present = presences_of(moment).filter(
        presence=Presence.PRESENT, session__action__form=ActionForm.GROUP, participation__child=OuterRef("pk")
    )
    accompanied = Exists(pathways_of(moment).filter(child=OuterRef("pk")))
    return children_of(moment).annotate(
        by_participation=case(
            When(~accompanied, then=text("group")),
            When(Exists(present), then=text("both")),
            default=text("pathway"),
        ),
        by_sex=sex("sex"),
        by_bracket=bracket("birth_on", moment),
        by_level=Coalesce(Subquery(_enrolment(moment).values("group")[:1]), text(UNKNOWN)),
        by_network=Coalesce(Subquery(_enrolment(moment).values("priority")[:1]), text(UNKNOWN)),
        by_district=Coalesce(
            Subquery(_own_address(moment)), Subquery(_address_of_an_adult(moment)), text(UNKNOWN)
        ),
    )


def sex(path: str) -> Case:
    return case(When(**{path: ""}, then=text(UNKNOWN)), default=F(path))


def bracket(path: str, moment: Moment) -> Case:
    """By the birth dates that make each bracket's youngest, the oldest bracket first."""
    whens = [
        When(**{f"{path}__lte": moment.born_by(youngest)}, then=text(code))
        for code, youngest, _ in reversed(BRACKETS)
        if youngest
    ]
    return case(When(**{path: None}, then=text(UNKNOWN)), *whens, default=text(BRACKETS[0][0]))


def _enrolment(moment: Moment) -> Any:
    """Of one child, the last schooling known in the period, with its group of levels and its network."""
    groups = [
        When(level__in=[level for level, of in LEVEL_GROUPS.items() if of == group], then=text(group))
        for group in LevelGroup
        if group != LevelGroup.UNKNOWN
    ]
    day = Least(Coalesce(F("until_on"), Value(moment.on)), Value(moment.on))
    year = Case(
        *(When(last_day__gte=first, then=Value(number)) for first, number in moment.school_years),
        default=Value(moment.school_years[-1][1]),
    )
    known = SchoolNetworkYear.objects.filter(school=OuterRef("school"), year=OuterRef("school_year"))
    none = text("none")
    return (
        Enrolment.objects.filter(
            Q(until_on=None) | Q(until_on__gte=moment.first), child=OuterRef("pk"), since_on__lte=moment.on
        )
        .annotate(last_day=day)
        .annotate(school_year=year)
        .annotate(
            group=case(*groups, default=text(UNKNOWN)),
            told=Coalesce(Subquery(known.values("network")[:1]), F("school__network")),
        )
        .annotate(
            priority=case(
                When(school__isnull=False, told="", then=none),
                When(school__isnull=False, then=F("told")),
                When(level__in=[Level.NOT_YET, Level.OUT], then=none),
                default=text(UNKNOWN),
            )
        )
        .order_by("-since_on", "-pk")
    )


def _place() -> Case:
    """The code of the district, outside, or not known."""
    return case(
        When(in_district=InDistrict.IN, then=F("district_code")),
        When(in_district=InDistrict.OUTSIDE, then=text(InDistrict.OUTSIDE)),
        default=text(UNKNOWN),
    )


def _own_address(moment: Moment) -> Any:
    return _lived_at(moment).filter(child=OuterRef("pk")).order_by("-since_on", "-pk").values("place")[:1]


def _address_of_an_adult(moment: Moment) -> Any:
    """Where no address is the child's own: of an adult with whom the child lives, all the time first."""
    ship = "guardian__guardianships__"
    linked = Q(**{f"{ship}ends_on": None}) | Q(**{f"{ship}ends_on__gte": moment.first})
    all_the_time_first = Case(
        When(**{f"{ship}lives_with": LivesWith.ALWAYS}, then=Value(0)), default=Value(1)
    )
    return (
        _lived_at(moment)
        .filter(
            linked,
            **{
                f"{ship}child": OuterRef("pk"),
                f"{ship}lives_with__in": HOMES,
                f"{ship}starts_on__lte": moment.on,
            },
        )
        .order_by(all_the_time_first, "-since_on", "-pk")
        .values("place")[:1]
    )


def _lived_at(moment: Moment) -> Any:
    return Address.objects.filter(
        Q(until_on=None) | Q(until_on__gte=moment.first), since_on__lte=moment.on
    ).annotate(place=_place())


CHILDREN = Rows(
    "children",
    counted_children,
    ("participation", "sex", "bracket", "level", "district", "network"),
    child="pk",
)
