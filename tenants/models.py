"""The shared tables of `public`: which towns there are and what runs for them. No person, no child."""

import secrets

from django.db import models
from django.db.models.functions import Now
from django_tenants.models import DomainMixin, TenantMixin

from tenants.context import Place


def new_schema_name() -> str:
    """An opaque name, since every role can read the catalog's list of schemas. 60 random bits."""
    return "t_" + "".join(secrets.choice("abcdefghijkmnpqrstuvwxyz23456789") for _ in range(12))


class Kind(models.TextChoices):
    TOWN = "town", "Ville"
    NATIONAL = "national", "Site national"


class State(models.TextChoices):
    ACTIVE = "active", "En service"
    SUSPENDED = "suspended", "Suspendue"


class Town(TenantMixin):
    """A town's PRE, or the national site. Rows are made by tenants.provisioning alone."""

    auto_create_schema = False
    auto_drop_schema = False

    kind = models.CharField(max_length=10, choices=Kind)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    suspended_reason = models.CharField(max_length=200, blank=True)
    timezone = models.CharField(max_length=60, default="Europe/Paris")
    config = models.JSONField(default=dict, help_text="The town's validated configuration file.")
    config_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="town_kind_known"),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="town_state_known"),
            models.UniqueConstraint(
                models.F("kind"), condition=models.Q(kind="national"), name="one_national_site"
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def place(self, primary_host: str) -> Place:
        return Place(
            id=self.pk,
            kind=self.kind,
            slug=self.slug,
            schema=self.schema_name,
            name=self.name,
            primary_host=primary_host,
            timezone=self.timezone,
            state=self.state,
            config=self.config,
        )


class Domain(DomainMixin):
    """A web host of a town. Secondary ones redirect to the primary."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "tenant", condition=models.Q(is_primary=True), name="one_primary_domain_a_town"
            ),
            models.CheckConstraint(
                condition=models.Q(domain=models.functions.Lower("domain")), name="domain_in_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return str(self.domain)


class RegistryVersion(models.Model):
    """One row, moved by triggers at each change of towns and domains: processes then drop their copy."""

    version = models.BigIntegerField(default=0)


class SchemaTemplate(models.Model):
    """What a new schema of a kind is made from: DDL text, seed statements and their fingerprint."""

    kind = models.CharField(max_length=10, primary_key=True)
    schema_name = models.CharField(max_length=63)
    ddl = models.TextField()
    seed = models.TextField()
    fingerprint = models.CharField(max_length=64)
    built_at = models.DateTimeField(auto_now=True)


class TownMigration(models.Model):
    """The ledger of migrations over towns: what ran where, how long it took, what went wrong."""

    class State(models.TextChoices):
        RUNNING = "running", "En cours"
        DONE = "done", "Faite"
        FAILED = "failed", "Échouée"

    town = models.ForeignKey(Town, on_delete=models.CASCADE, related_name="migrations")
    app = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=State)
    replayed = models.BooleanField(help_text="True: collected SQL; False: Django's executor.")
    milliseconds = models.PositiveIntegerField(null=True)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("town", "app", "name", name="one_line_a_town_and_migration"),
        ]


class MigrationScript(models.Model):
    """What a migration executed in the template of a kind, to be replayed in each town."""

    kind = models.CharField(max_length=10, choices=Kind)
    app = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    sql = models.TextField(blank=True, help_text="Names no schema: the search path says which one.")
    obstacle = models.CharField(
        max_length=500, blank=True, help_text="Why only Django's executor can apply it; empty: replay."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("kind", "app", "name", name="one_script_a_kind_and_migration"),
        ]


class Effect(models.TextChoices):
    WAITING = "waiting", "En attente"
    HANDED = "handed", "Confié à un agent"
    RUNNING = "running", "En cours"
    DONE = "done", "Fait"
    REFUSED = "refused", "Refusé"
    UNCERTAIN = "uncertain", "Incertain"
    DEAD = "dead", "Abandonné"


UNENDED = (Effect.WAITING, Effect.HANDED, Effect.RUNNING)


class OutboxRow(models.Model):
    """An effect that an operation asked for, in its own transaction. Ids only: no personal data.

    Row security lets a town see and add its own rows alone; the relay sees them all. An empty
    schema name is the platform's own.
    """

    schema_name = models.CharField(max_length=63, blank=True)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120, help_text="Unique per effect: a second ask is the same ask.")
    payload = models.JSONField(default=dict)
    urgency = models.PositiveSmallIntegerField(default=5, help_text="0 first, 9 last.")
    state = models.CharField(max_length=10, choices=Effect, default=Effect.WAITING)
    tries = models.PositiveSmallIntegerField(default=0, help_text="How many times a worker began it.")
    handings = models.PositiveIntegerField(
        default=0, help_text="How many times it was handed to a worker; the last one alone may begin it."
    )
    due_at = models.DateTimeField(help_text="When the relay looks at it next; the lease's end of a held row.")
    wanted_at = models.DateTimeField(
        db_default=Now(), help_text="Since when it should have been done: tries and leases don't move it."
    )
    error = models.CharField(max_length=200, blank=True, help_text="A code or a class, never a message.")
    request_id = models.CharField(
        max_length=64, blank=True, db_default="", help_text="Of the request or the task that asked: for logs."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("schema_name", "kind", "key", name="one_row_an_effect"),
            models.CheckConstraint(condition=models.Q(state__in=Effect.values), name="outbox_state_known"),
        ]
        indexes = [
            models.Index("urgency", "due_at", "id", condition=models.Q(state__in=UNENDED), name="outbox_due"),
            models.Index("ended_at", condition=models.Q(ended_at__isnull=False), name="outbox_ended"),
        ]


class ScheduledJob(models.Model):
    """When a declared job is next due, for a town or (with an empty schema) for the platform."""

    schema_name = models.CharField(max_length=63, blank=True)
    name = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    occurrence = models.CharField(max_length=120, blank=True, help_text="Key of the last outbox row.")
    last_started_at = models.DateTimeField(null=True)
    last_ended_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="In a row.")

    class Meta:
        constraints = [models.UniqueConstraint("schema_name", "name", name="one_row_a_job_and_town")]
        indexes = [models.Index("due_at", "id", name="schedule_due")]
