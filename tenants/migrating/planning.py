"""Towns with the same past take the same steps: planned once, however many they are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tenants import context
from tenants.migrating import applied
from tenants.migrating.recording import Executor, in_order
from tenants.models import MigrationScript


def owners_place(place: context.Place) -> context.Template:
    """The town, worked in by the owner under its own name: DDL is not for the town's role."""
    return context.Template(
        id=place.id,
        kind=place.kind,
        slug=place.slug,
        schema=place.schema,
        name=place.name,
        primary_host=place.primary_host,
        timezone=place.timezone,
    )


@dataclass(frozen=True)
class Step:
    """One migration in one town. `script` is None where Django's executor has to apply it."""

    migration: Migration
    script: str | None
    why: str = ""  # why there is no script

    @property
    def key(self) -> applied.Key:
        return self.migration.app_label, self.migration.name


@dataclass(frozen=True)
class PreparedOperation:
    """One operation, with the project's models before and after it."""

    operation: Operation
    before: ProjectState
    after: ProjectState


@dataclass
class Group:
    """Towns of one kind that have applied the same migrations."""

    kind: str
    places: list[context.Template]
    executor: Executor
    steps: list[Step] = field(default_factory=list)

    @cached_property
    def prepared(self) -> dict[applied.Key, list[PreparedOperation]]:
        """The operations of the steps that have no script, with the models before and after each.

        Django clones and renders them anew in each schema; they are the same in all towns of the group.
        """
        prepared: dict[applied.Key, list[PreparedOperation]] = {}
        state = self.executor._create_project_state(with_applied_migrations=True)  # type: ignore[attr-defined]
        for step in self.steps:
            if step.script is not None:
                state = step.migration.mutate_state(state, preserve=False)
                continue
            state.apps  # noqa: B018 (rendered once, copied from then on)
            prepared[step.key] = []
            for operation in step.migration.operations:
                before, state = state, state.clone()
                operation.state_forwards(step.migration.app_label, state)
                prepared[step.key].append(PreparedOperation(operation, before, state))
        return prepared


class Planner:
    """Knows the migrations on disk; asks for what schemas have."""

    def __init__(self) -> None:
        self.loader = MigrationLoader(None)
        self.wanted = frozenset(self.loader.graph.nodes)

    def behind(self, schema: str) -> bool:
        """Whether something is pending in a schema that may not exist yet: `public` or a template."""
        return not self.wanted <= applied.read([schema]).get(schema, frozenset())

    def groups(self, places: Sequence[context.Place]) -> tuple[list[Group], list[context.Place]]:
        """The towns that have something to do, by kind and past, with their steps; those without a schema.

        The latter must not be worked in: with its schema missing, a town's search path leads to `public`.
        """
        have = applied.read([place.schema for place in places])
        by_past: dict[tuple[str, frozenset[applied.Key]], list[context.Template]] = {}
        for place in places:
            past = have.get(place.schema)
            if past is not None and not self.wanted <= past:
                by_past.setdefault((place.kind, past), []).append(owners_place(place))
        groups = [self._group(kind, members) for (kind, _), members in by_past.items()]
        return groups, [place for place in places if place.schema not in have]

    def _group(self, kind: str, places: list[context.Template]) -> Group:
        with context.entered(places[0], switching=True):
            executor = Executor(self.loader)
            pending = in_order(executor)
        with context.outside():
            scripts = {
                (row.app, row.name): row
                for row in MigrationScript.objects.filter(kind=kind, name__in=[m.name for m in pending])
            }
        return Group(kind, places, executor, [_step(m, scripts) for m in pending])


def _step(migration: Migration, scripts: dict[applied.Key, MigrationScript]) -> Step:
    script = scripts.get((migration.app_label, migration.name))
    if script is None:
        return Step(migration, None, "was not recorded")
    if script.obstacle:
        return Step(migration, None, script.obstacle)
    return Step(migration, script.sql)
