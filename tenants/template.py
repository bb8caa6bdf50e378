"""Templates: one schema a kind, migrated normally, from whose catalog every other schema is made."""

from collections.abc import Sequence

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from tenants import catalog, context
from tenants.migrating import locks
from tenants.migrating.recording import RecordingExecutor, concerns, in_order
from tenants.models import SchemaTemplate

KINDS = ("town", "national")


def template_place(kind: str) -> context.Template:
    """Where the template of `kind` is migrated. Nobody is ever served from it."""
    return context.Template(
        id=0, kind=kind, slug=f"template-{kind}", schema=f"t_template_{kind}", name="", primary_host=""
    )


def migrate_public(loader: MigrationLoader | None = None) -> list[str]:
    """Apply what is pending in `public`. Returns the names of the migrations applied."""
    with context.outside():
        executor = RecordingExecutor("", loader)
        plan = in_order(executor)
        executor.bring_up(plan)
    return _names(plan)


def migrate_template(kind: str, loader: MigrationLoader | None = None) -> list[str]:
    """Apply what is pending in the template of `kind` and keep its DDL. Returns the migrations applied.

    Until the new DDL is kept the old one is marked as stale, so that a process killed in between leaves
    a template from which no town can be made, rather than one that says what it is not.
    """
    place = template_place(kind)
    with locks.template_changing():
        with context.outside(), connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {place.schema}")
        with context.entered(place, switching=True):
            executor = RecordingExecutor(kind, loader)
            plan = in_order(executor)
            if any(concerns(migration) for migration in plan):
                SchemaTemplate.objects.filter(kind=kind).update(fingerprint="")
            executor.bring_up(plan)
        with context.outside():
            if not is_kept(kind):
                keep(kind)
    return _names(plan)


def is_kept(kind: str) -> bool:
    """Whether the DDL of the template was read after its last migration."""
    return SchemaTemplate.objects.filter(kind=kind).exclude(fingerprint="").exists()


def keep(kind: str) -> SchemaTemplate:
    """Read the template's catalog and keep what a replay needs."""
    schema = template_place(kind).schema
    with transaction.atomic():
        with connection.cursor() as cursor:
            ddl = catalog.read_ddl(cursor, schema)
            seed = catalog.read_seed(cursor, schema)
        connection.forget_place()  # type: ignore[attr-defined]
        template, _ = SchemaTemplate.objects.update_or_create(
            kind=kind,
            defaults={
                "schema_name": schema,
                "ddl": ddl,
                "seed": seed,
                "fingerprint": catalog.fingerprint(ddl),
            },
        )
    return template


def append_only_tables(kind: str) -> list[str]:
    """Tables of `kind` in which a town may add and read, but neither change nor remove."""
    from django.apps import apps

    names = set(settings.TENANT_TYPES[kind]["APPS"])
    return sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if getattr(model, "append_only", False) and apps.get_app_config(model._meta.app_label).name in names
    )


def _names(migrations: Sequence[Migration]) -> list[str]:
    return [f"{migration.app_label}.{migration.name}" for migration in migrations]
