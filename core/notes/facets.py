"""Who reads, and who writes, which facet: a table, and the questions put to it. Default is no.

The way by which a child is open to somebody (the code of a `core.children.access.Reason`) opens facets; the
profession that the coordination noted opens one's own, for as long as such a way is there.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from core.notes.enums import Facet, Profession

REWRITTEN_WITHIN = timedelta(days=1)
Facets = frozenset[Facet]
NONE: Facets = frozenset()
COMMON: Facets = frozenset({Facet.GENERAL, Facet.SCHOOL, Facet.SOCIAL, Facet.FAMILY})
FIRST: Facets = frozenset({Facet.GENERAL, Facet.FAMILY})
PAPERS: Facets = frozenset({Facet.PAPERS})

READS: Mapping[str, Facets] = {
    "coordinator": COMMON | {Facet.HEALTH} | PAPERS,
    "referent": COMMON | PAPERS,
    "first_contact": FIRST | PAPERS,
    "emergency": FIRST,
    "team_meeting": NONE,
    "secretary": PAPERS,
    "own_team": NONE,
}
WRITES: Mapping[str, Facets] = {
    "coordinator": COMMON | PAPERS,
    "referent": COMMON | PAPERS,
    "first_contact": FIRST | PAPERS,
    "secretary": PAPERS,
}
# What a profession opens where the town's file says nothing else.
OF_PROFESSION: Mapping[Profession, Facets] = {
    Profession.EDUCATION: frozenset({Facet.SCHOOL}),
    Profession.SOCIAL_WORK: frozenset({Facet.SOCIAL, Facet.FAMILY}),
    Profession.HEALTH: frozenset({Facet.HEALTH}),
    Profession.PSYCHOLOGY: frozenset({Facet.HEALTH}),
}
# The ways to a child by which a profession counts: not the secretary’s, nor the team’s own identities.
READ_BY_PROFESSION = frozenset({"coordinator", "referent", "first_contact", "emergency", "team_meeting"})
WRITTEN_BY_PROFESSION = READ_BY_PROFESSION - {"emergency"}


def readable(code: str, own: Facets, *, health: bool, coordinator_reads_health: bool = True) -> Facets:
    """What one way to a child lets somebody read, whose profession opens `own`.

    Without declared hosting no health note is read by anybody, its author included.
    """
    found = READS.get(code, NONE)
    if code == "coordinator" and not coordinator_reads_health:
        found -= {Facet.HEALTH}
    if code in READ_BY_PROFESSION:
        found |= own
    return found if health else found - {Facet.HEALTH}


def writable(code: str, own: Facets, *, health: bool) -> Facets:
    """Health is written by those whose profession it is."""
    found = WRITES.get(code, NONE)
    if code in WRITTEN_BY_PROFESSION:
        found |= own
    return found if health else found - {Facet.HEALTH}


def keeps_own(code: str) -> bool:
    """Whether one goes on reading one's own notes by this way to the child."""
    return code in READ_BY_PROFESSION


def of_profession(profession: str | None, town: Mapping[str, Iterable[str]] | None = None) -> Facets:
    """The facets of a profession, as the town's file has them or by default."""
    if not profession:
        return NONE
    if town and profession in town:
        return frozenset(Facet(facet) for facet in town[profession])
    return OF_PROFESSION.get(Profession(profession), NONE)
