"""One town, moved on: scripts replayed in one transaction, Django's executor for the rest, a true ledger.

A line of the ledger says `done` if and only if django_migrations has the migration, since both are
written in the transaction of the migration itself.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import groupby

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.utils import DatabaseError
from psycopg import Error

from tenants import context
from tenants.migrating.planning import Group, Step
from tenants.template import append_only_tables

LOCK_TIMEOUT = "5s"  # a town in which someone holds a table is left for the next run, not waited for

_NEW_TABLE = re.compile(r'^\s*CREATE TABLE "(\w+)"', re.MULTILINE)

_MARK_RUNNING = """
INSERT INTO public.tenants_townmigration
       (town_id, app, name, state, replayed, milliseconds, error, started_at)
SELECT %s, app, name, 'running', replayed, NULL, '', clock_timestamp()
  FROM unnest(%s::text[], %s::text[], %s::boolean[]) AS step (app, name, replayed)
    ON CONFLICT (town_id, app, name) DO UPDATE SET state = 'running', replayed = excluded.replayed,
       milliseconds = NULL, error = '', started_at = excluded.started_at
"""
_START = """
UPDATE public.tenants_townmigration SET started_at = clock_timestamp()
 WHERE town_id = %s AND app = %s AND name = %s
"""
_DONE = """
UPDATE public.tenants_townmigration SET state = 'done',
       milliseconds = round(extract(epoch FROM clock_timestamp() - started_at) * 1000)
 WHERE town_id = %s AND app = %s AND name = %s
"""
_RECORD = "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, clock_timestamp())"
_FAILED = """
UPDATE public.tenants_townmigration SET state = 'failed', error = %s,
       milliseconds = round(extract(epoch FROM clock_timestamp() - started_at) * 1000)
 WHERE town_id = %s AND app = %s AND name = %s
"""
_NOT_RUN = "DELETE FROM public.tenants_townmigration WHERE town_id = %s AND state = 'running'"
_INTERRUPTED = """
UPDATE public.tenants_townmigration SET state = 'failed', error = 'Interrompue avant la fin.'
 WHERE state = 'running'
"""


@dataclass(frozen=True)
class Result:
    """How one town fared. `error` is empty when it went through."""

    place: context.Place
    steps: int
    milliseconds: int
    failed: str = ""  # "app.name"
    error: str = ""


class _UnwillingError(Exception):
    def __init__(self, step: Step) -> None:
        self.step = step


def interrupted() -> None:
    """A line left `running` by a migrator that was killed. Call while holding the migrator's lock."""
    with context.outside(), connection.cursor() as cursor:
        cursor.execute(_INTERRUPTED)


def move_on(place: context.Template, group: Group) -> Result:
    """Take the group's steps in one town. Never raises for what a migration does: see Result.error."""
    began = time.monotonic()
    failed = error = ""
    with context.entered(place, switching=True):
        with connection.cursor() as cursor:
            steps = group.steps
            cursor.execute(
                _MARK_RUNNING,
                [place.id, *map(list, zip(*((*s.key, s.script is not None) for s in steps), strict=True))]
                if steps
                else [place.id, [], [], []],
            )
        try:
            for replayed, part in groupby(group.steps, key=lambda step: step.script is not None):
                if replayed:
                    _replay(place, list(part))
                else:
                    for step in part:
                        _execute(place, step, group)
            if group.executor.loader.replacements:
                group.executor.check_replacements()
        except _UnwillingError as refusal:
            failed, error = ".".join(refusal.step.key), describe(refusal.__cause__)
            _note_failure(place, refusal.step, error)
    return Result(place, len(group.steps), round((time.monotonic() - began) * 1000), failed, error)


def describe(error: BaseException | None) -> str:
    """The error in one line. PostgreSQL's DETAIL is left out: it quotes rows, and rows are people."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    if isinstance(cause, Error) and cause.diag.message_primary:
        where = " ".join(filter(None, (cause.diag.table_name, cause.diag.constraint_name)))
        return cause.diag.message_primary + (f" ({where})" if where else "")
    return f"{type(error).__name__}: {error}".splitlines()[0][:300]


def _replay(place: context.Template, steps: list[Step]) -> None:
    """All of them in one transaction, constraints checked between two as at a commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        for step in steps:
            with _blaming(step):
                cursor.execute(_START, [place.id, *step.key])
                if step.script:
                    cursor.execute(
                        f"{step.script};\nSET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
                    )
                    _revoke(cursor, place, _NEW_TABLE.findall(step.script))
                cursor.execute(_RECORD, step.key)
                cursor.execute(_DONE, [place.id, *step.key])


def _execute(place: context.Template, step: Step, group: Group) -> None:
    """What Django's executor does, from the states that the group's towns share."""
    with _blaming(step):
        if not step.migration.atomic:
            _outside_a_transaction(place, step, group)
            return
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
            cursor.execute(_START, [place.id, *step.key])
            _apply(step, group)
            _revoke(cursor, place, append_only_tables(place.kind))
            cursor.execute(_DONE, [place.id, *step.key])


def _outside_a_transaction(place: context.Template, step: Step, group: Group) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute(_START, [place.id, *step.key])
        try:
            _apply(step, group)
        finally:
            cursor.execute("RESET lock_timeout")
        _revoke(cursor, place, append_only_tables(place.kind))
        cursor.execute(_DONE, [place.id, *step.key])


def _apply(step: Step, group: Group) -> None:
    """As django.db.migrations.Migration.apply and MigrationExecutor.apply_migration."""
    migration = step.migration
    with connection.schema_editor(atomic=migration.atomic) as editor:
        for one in group.prepared[step.key]:
            own = one.operation.atomic or (migration.atomic and one.operation.atomic is not False)
            with transaction.atomic() if own and not editor.atomic_migration else nullcontext():
                one.operation.database_forwards(migration.app_label, editor, one.before, one.after)
    group.executor.record_migration(migration)  # type: ignore[call-arg, arg-type]


def _revoke(cursor: CursorWrapper, place: context.Template, tables: list[str]) -> None:
    """What a new table's default rights give too much, before anybody sees the table."""
    wanted = set(append_only_tables(place.kind)) & set(tables)
    if not wanted:
        return
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s) "
        "AND relnamespace = %s::regnamespace",
        [list(wanted), place.schema],
    )
    if names := ", ".join(f'"{row[0]}"' for row in cursor.fetchall()):
        cursor.execute(f"REVOKE UPDATE, DELETE ON {names} FROM {place.schema}")


def _note_failure(place: context.Template, step: Step, error: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FAILED, [error, place.id, *step.key])
        cursor.execute(_NOT_RUN, [place.id])


@contextmanager
def _blaming(step: Step) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise _UnwillingError(step) from error
