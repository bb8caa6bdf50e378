"""The migration of a template, written down statement by statement as it runs.

Recording what is executed, rather than collecting SQL without executing it, lets each migration
introspect what the one before it left. What a text can't carry to another schema is noted as an
obstacle, and Django's executor is used there instead: Python code, defaults computed at the time of
the migration, statements sent past the schema editor, reads of rows.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from functools import partial
from typing import Any

from django.db import connection, router, transaction
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from django.db.models import Field

from tenants.models import MigrationScript

# Statements of Django's own that say nothing about rows: savepoints, the recorder, introspection.
_HARMLESS = re.compile(
    r"\s*(SAVEPOINT|RELEASE SAVEPOINT|SHOW search_path|SET search_path = )"
    r"|.*\"django_migrations\""
    r"|\s*SELECT\b.*\b(pg_class|pg_constraint|pg_index|pg_collation|pg_extension|pg_type)\b",
    re.IGNORECASE | re.DOTALL,
)
_CONSTANT_FACTORIES = (dict, list, set, tuple, str, int, float, bool, bytes)


class Tape:
    """What one migration executed, and why it may not be enough."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.obstacles: list[str] = []
        self.in_editor = False

    def watch(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """An execute wrapper: what does not come from the schema editor must be introspection."""
        if not self.in_editor and not _HARMLESS.match(str(sql)):
            self.obstacles.append(f"sends a statement of its own: {str(sql).strip()[:60]}")
        return execute(sql, params, many, context)


class RecordingEditor(DatabaseSchemaEditor):
    """Django's schema editor, on tape."""

    def __init__(self, tape: Tape, *args: Any, **kwargs: Any) -> None:
        self.tape = tape
        super().__init__(*args, **kwargs)

    def execute(self, sql: Any, params: Sequence[Any] | None = ()) -> None:
        text = str(sql)
        if params is not None:
            text = self.connection.ops.compose_sql(text, params)
        self.tape.statements.append(text)
        self.tape.in_editor = True
        try:
            super().execute(text, None)
        finally:
            self.tape.in_editor = False

    def effective_default(self, field: "Field[Any, Any]") -> Any:
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            self.tape.obstacles.append(f"{field.name}: its default is the time of the migration")
        elif field.has_default() and callable(field.default) and field.default not in _CONSTANT_FACTORIES:
            self.tape.obstacles.append(f"{field.name}: its default is computed at the time of the migration")
        return super().effective_default(field)


@contextmanager
def on_tape(tape: Tape) -> Iterator[None]:
    """Record what schema editors of the default connection execute in the block."""
    connection.SchemaEditorClass = partial(RecordingEditor, tape)  # type: ignore[assignment]
    try:
        with connection.execute_wrapper(tape.watch):
            yield
    finally:
        del connection.SchemaEditorClass


class Executor(MigrationExecutor):
    """Django's executor in the place that is entered, on a graph of migrations read from disk once.

    The graph depends on the place only where migrations replace others; then it is built anew.
    """

    def __init__(self, loader: MigrationLoader | None = None) -> None:
        if loader is None or loader.replacements:
            super().__init__(connection)
            return
        self.connection = connection
        self.progress_callback = None
        self.recorder = MigrationRecorder(connection)
        self.loader = copy(loader)
        self.loader.applied_migrations = self.recorder.applied_migrations()  # type: ignore[assignment]


class State(ProjectState):
    """Django's state, which tells a rendered model of its new constraint or index.

    Django renders the model again, with all that refers to it: a third of the time of a first
    installation. Neither changes a relation or a column.
    """

    def _append_option(self, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
        options = self.models[app_label, model_name].options
        options[option_name] = [*options[option_name], obj]
        if "apps" in self.__dict__:
            setattr(self.apps.get_model(app_label, model_name)._meta, option_name, options[option_name])


class RecordingExecutor(Executor):
    """Migrates the place that is entered, and keeps the script of each migration for `kind`.

    With an empty `kind` (`public`) nothing is kept. A migration, its line in django_migrations and its
    script are one transaction, unless the migration says `atomic = False`.
    """

    def __init__(self, kind: str, loader: MigrationLoader | None = None) -> None:
        super().__init__(loader)
        self.kind = kind

    def bring_up(self, plan: Sequence[Migration]) -> None:
        """Apply `plan`, which `in_order` gave, forwards."""
        self.recorder.ensure_schema()
        state = self._create_project_state(with_applied_migrations=True)  # type: ignore[attr-defined]
        state = State(state.models, state.real_apps)
        for migration in plan:
            state = self.apply_migration(state, migration)
        self.check_replacements()

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        tape = Tape()
        if not concerns(migration):
            with transaction.atomic():
                self.record_migration(migration)  # type: ignore[call-arg, arg-type]
                self._keep(migration, tape)
            # Rendered models follow each operation, which takes longer than the operation: not here.
            state.__dict__.pop("apps", None)
            return migration.mutate_state(state, preserve=False)
        state.apps  # noqa: B018 (rendered once: each copy of an unrendered state would render again)
        tape.obstacles += obstacles_of(migration)
        if not migration.atomic:
            state = super().apply_migration(state, migration, fake, fake_initial)
            self._keep(migration, tape)
            return state
        with transaction.atomic(), on_tape(tape):
            state = super().apply_migration(state, migration, fake, fake_initial)
            self._keep(migration, tape)
        return state

    def _keep(self, migration: Migration, tape: Tape) -> None:
        if not self.kind:
            return
        schema = connection.schema_name  # type: ignore[attr-defined]
        if any(schema in statement for statement in tape.statements):
            tape.obstacles.append("names the schema in which it was recorded")
        tape.in_editor = True  # what follows is ours
        MigrationScript.objects.update_or_create(
            kind=self.kind,
            app=migration.app_label,
            name=migration.name,
            defaults={
                "sql": ";\n".join(tape.statements),
                "obstacle": "; ".join(dict.fromkeys(tape.obstacles))[:500],
            },
        )


def in_order(executor: MigrationExecutor) -> list[Migration]:
    """What is pending in the place that the executor was made in, in the order of a first installation."""
    targets = executor.loader.graph.leaf_nodes()
    pending = {migration for migration, _ in executor.migration_plan(targets)}
    return [m for m, _ in executor.migration_plan(targets, clean_start=True) if m in pending]


def concerns(migration: Migration) -> bool:
    """Whether the migration's app has tables in the place that is entered."""
    return bool(router.allow_migrate(connection.alias, migration.app_label))


def obstacles_of(migration: Migration) -> list[str]:
    """What can be told from the migration alone."""
    found = [] if migration.atomic else ["runs outside a transaction"]
    if migration.replaces:
        found.append("replaces others, which only Django's executor can settle")
    found += [
        f"{type(operation).__name__} can't be written as SQL" for operation in _python(migration.operations)
    ]
    return found


def _python(operations: Sequence[Operation]) -> Iterator[Operation]:
    for operation in operations:
        if not operation.reduces_to_sql:
            yield operation
        yield from _python(getattr(operation, "database_operations", ()))
