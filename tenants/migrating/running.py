"""The whole run: `public`, the templates, one town to see, then all the others, and what came of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tenants import context, drift, template
from tenants.errors import UnknownPlaceError
from tenants.migrating import locks
from tenants.migrating.planning import Group, Planner
from tenants.migrating.replaying import Result, interrupted, move_on
from tenants.models import Town

BATCH = 100  # towns a working session
_NAMES = re.compile(r"\w+")
CANARIES = 2  # first towns that may refuse before a migration is held to be wrong


class Report(Protocol):
    """Who is told what happens, as it happens."""

    def waiting(self) -> None: ...
    def shared(self, schema: str, applied: Sequence[str]) -> None: ...
    def starts(self, groups: Sequence[Group]) -> None: ...
    def town(self, result: Result) -> None: ...


@dataclass
class Outcome:
    """What came of a run."""

    moved: list[Result] = field(default_factory=list)
    refused: list[Result] = field(default_factory=list)
    not_tried: list[str] = field(default_factory=list)  # slugs, when the first towns refused
    without_schema: list[str] = field(default_factory=list)  # slugs
    drifts: list[drift.Drift] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)  # slugs whose rights were brought in line

    @property
    def ok(self) -> bool:
        return not (self.refused or self.not_tried or self.without_schema or self.drifts)


def plan(only: str | None = None) -> tuple[list[str], list[Group], list[context.Place]]:
    """What `migrate` would do: shared schemas that are behind, groups of towns, towns without a schema."""
    planner = Planner()
    names = ["public", *(template.template_place(kind).schema for kind in template.KINDS)]
    behind = [name for name in names if planner.behind(name)]
    if "public" in behind:
        return behind, [], []
    return behind, *planner.groups(_places(only))


def migrate(report: Report, *, only: str | None = None, canary: str | None = None) -> Outcome:
    """Bring every schema up to date. Raises UnknownPlaceError for `only` or `canary`."""
    with locks.alone(report.waiting):
        planner = Planner()
        _shared(planner, report)
        interrupted()
        outcome = Outcome()
        places = _places(only)
        groups, without_schema = planner.groups(places)
        outcome.without_schema = [place.slug for place in without_schema]
        report.starts(groups)
        _towns(_in_turn(groups, canary), report, outcome, canaries=1 if canary else CANARIES)
        settled = {place.schema for place in places} - {r.place.schema for r in outcome.refused}
        settled -= {place.schema for place in without_schema}
        outcome.mended = drift.mend_rights([place for place in places if place.schema in settled])
        if outcome.moved:
            schemas = [result.place.schema for result in outcome.moved]
            outcome.drifts = drift.drift(schemas, tables=_touched(groups))
    return outcome


def _shared(planner: Planner, report: Report) -> None:
    if planner.behind("public"):
        report.shared("public", template.migrate_public(planner.loader))
    for kind in template.KINDS:
        schema = template.template_place(kind).schema
        if planner.behind(schema) or not template.is_kept(kind):
            report.shared(schema, template.migrate_template(kind, planner.loader))


def _places(only: str | None) -> list[context.Place]:
    """From the table itself: a town that has lost its last host is migrated all the same."""
    with context.outside():
        places = [town.place("") for town in Town.objects.order_by("slug") if only in (None, town.slug)]
    if only and not places:
        raise UnknownPlaceError(f"No town is called {only!r}.")
    return places


def _in_turn(groups: Sequence[Group], canary: str | None) -> list[tuple[context.Template, Group]]:
    turns = [(place, group) for group in groups for place in group.places]
    if canary:
        _places(canary)
        turns.sort(key=lambda turn: turn[0].slug != canary)
    return turns


def _touched(groups: Sequence[Group]) -> set[str] | None:
    """Names, among them those of all tables that the scripts change; None where a step has no script."""
    scripts = [step.script for group in groups for step in group.steps]
    if None in scripts:
        return None
    return {name for script in scripts for name in _NAMES.findall(script or "")}


def _towns(
    turns: Sequence[tuple[context.Template, Group]], report: Report, outcome: Outcome, *, canaries: int
) -> None:
    for number, (place, group) in enumerate(turns):
        if not outcome.moved and len(outcome.refused) >= canaries:
            outcome.not_tried = [place.slug for place, _ in turns[number:]]
            return
        if number and number % BATCH == 0:
            locks.recycle()
        result = move_on(place, group)
        (outcome.refused if result.error else outcome.moved).append(result)
        report.town(result)
