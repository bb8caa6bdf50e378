"""Cells: what a town's figures are when they pass to the nation. Tables of `public`, under row security.

A town's role adds its own rows and reads none of the others'; the reporter (the national site's role) reads
all and writes none; nobody changes a row. A batch replaces the one before it by being later. Below the
threshold a cell is personal data: the release engine alone reads them (core/national/disclosure).
"""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from core.exchange.enums import Side, Status
from core.exchange.workflow import CampaignState, StepKind
from core.ui.free_text import FreeLineField, FreeTextField

MADE_UP = "fictive_"  # begins the schema name of a town that exists in the demonstration alone


class BatchQuerySet(models.QuerySet["Batch"]):
    def of_period(self, first_on: date, last_on: date, status: str) -> "BatchQuerySet":
        return self.filter(first_on=first_on, last_on=last_on, status=status)

    def newest(self) -> "BatchQuerySet":
        """The last one of each town, period and status."""
        keys = ("schema_name", "first_on", "last_on", "status")
        return self.order_by(*keys, "-pk").distinct(*keys)


class Batch(models.Model):
    """One town's cells of one period, all written at once; the latest counts.

    `fingerprint` is of what the cells came from: while it is the same, nothing is computed again. `size` is
    the number of cells: what a reader finds must be as many.
    """

    schema_name = models.CharField(max_length=63)
    first_on = models.DateField("du")
    last_on = models.DateField("au")
    status = models.CharField("état", max_length=10, choices=Status)
    catalogue = models.CharField("définitions", max_length=20)
    fingerprint = models.CharField(max_length=64)
    size = models.PositiveIntegerField("cellules")
    made_up = models.BooleanField("fictif", default=False)
    made_at = models.DateTimeField("le", db_default=Now())

    objects = BatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="batch_status_known"),
            models.CheckConstraint(condition=Q(first_on__lte=F("last_on")), name="batch_period_in_order"),
            models.CheckConstraint(
                condition=Q(made_up=Q(schema_name__startswith=MADE_UP)), name="batch_made_up_by_name"
            ),
            models.UniqueConstraint(fields=["id", "schema_name"], name="batch_and_town"),
        ]
        indexes = [
            models.Index(fields=["schema_name", "first_on", "last_on", "status", "-id"], name="batch_latest"),
        ]


class Cell(models.Model):
    """One number. `breakdown` is written `bracket=6-10;sex=f`, sorted by dimension; empty for a total."""

    batch = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="cells", db_constraint=False, db_index=False
    )
    schema_name = models.CharField(max_length=63)
    indicator = models.CharField(max_length=60)
    breakdown = models.CharField(max_length=200, blank=True)
    count = models.PositiveIntegerField()
    version = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "indicator", "breakdown"], name="one_cell_a_batch_and_breakdown"
            ),
        ]


class Pin(models.Model):
    """A batch from which a release was made: kept for as long as the release may be corrected."""

    batch = models.ForeignKey(Batch, on_delete=models.RESTRICT, related_name="pins")
    release = models.PositiveIntegerField("publication")
    until = models.DateField("jusqu’au")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "release"], name="one_pin_a_batch_and_release")
        ]


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def newest_first(self) -> "CampaignQuerySet":
        return self.order_by("-first_on", "-pk")


class Campaign(models.Model):
    """A yearly survey that the nation asks of all towns. Once open, only its due date moves, and later.

    `opens_on` is the day on which it was opened. Towns see none that is being prepared.
    """

    title = FreeLineField("titre", max_length=120)
    first_on = models.DateField("du")
    last_on = models.DateField("au")
    opens_on = models.DateField("ouverte le", null=True, blank=True)
    due_on = models.DateField("à rendre le")
    state = models.CharField("état", max_length=10, choices=CampaignState, default=CampaignState.DRAFT)
    made_at = models.DateTimeField("préparée le")

    objects = CampaignQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CampaignState.values), name="campaign_state_known"),
            models.CheckConstraint(
                condition=Q(first_on__lte=F("last_on"), last_on__lt=F("due_on")),
                name="campaign_dates_in_order",
                violation_error_message="La date de retour vient après la fin de la période.",
            ),
            models.CheckConstraint(
                condition=Q(state=CampaignState.DRAFT, opens_on=None)
                | (~Q(state=CampaignState.DRAFT) & Q(opens_on__isnull=False)),
                name="campaign_open_has_a_day",
            ),
            models.UniqueConstraint(
                fields=["first_on", "last_on"],
                condition=~Q(state=CampaignState.DRAFT),
                name="one_campaign_a_period",
                violation_error_message="Une campagne de cette période est déjà ouverte, ou l’a été.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CampaignForm(models.Model):
    """Questions in their order, as data (core/exchange/questionnaire.py). Frozen, it changes no more."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="forms")
    version = models.PositiveSmallIntegerField()
    document = models.JSONField("questions")
    frozen_at = models.DateTimeField("arrêté le", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "version"], name="one_form_a_campaign_and_version")
        ]


class ReturnInTransit(models.Model):
    """What a town sent in answer to a campaign, each time that it did.

    `text` is what the nation may read of it: words, states of checks, numbers behind which no child stands.
    The whole return, numbers included, stays with the town; `sha256` is its hash.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="returns")
    schema_name = models.CharField(max_length=63)
    number = models.PositiveSmallIntegerField("envoi")
    form_version = models.PositiveSmallIntegerField("version du questionnaire")
    sha256 = models.CharField("empreinte", max_length=64)
    text = FreeTextField()
    submitted_at = models.DateTimeField("transmis le", db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "schema_name", "number"], name="one_return_a_town_and_number"
            ),
            models.UniqueConstraint(fields=["id", "schema_name"], name="return_and_town"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="return_in_transit_hash_shape"
            ),
        ]


class ReturnStep(models.Model):
    """What ended the wait of a return that was sent: taken back, sent back, accepted. One a return."""

    sent = models.OneToOneField(
        ReturnInTransit, on_delete=models.CASCADE, related_name="step", db_constraint=False
    )
    schema_name = models.CharField(max_length=63)
    kind = models.CharField("suite", max_length=10, choices=StepKind)
    at = models.DateTimeField("le", db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="return_step_known"),
        ]


class ReturnMessage(models.Model):
    """A question or an answer between the nation and a town's coordination about its return."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="messages")
    schema_name = models.CharField(max_length=63)
    side = models.CharField("de", max_length=10, choices=Side)
    text = FreeTextField("message", max_length=2000)
    at = models.DateTimeField("le", db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(side__in=Side.values), name="return_message_side_known"),
        ]
        indexes = [models.Index(fields=["campaign", "schema_name", "id"], name="thread_of_a_return")]


class CampaignReminder(models.Model):
    """The nation reminds the towns that have not answered; each town's own job tells its coordination."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="reminders")
    on = models.DateField("le")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "on"], name="one_reminder_a_campaign_and_day")
        ]
