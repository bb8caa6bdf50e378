"""Cells: what a town's figures are when they pass to the nation. Tables of `public`, under row security.

A town's role adds its own rows and reads none of the others'; the reporter (the national site's role) reads
all and writes none; nobody changes a row. A batch replaces the one before it by being later. Below the
threshold a cell is personal data: the release engine alone reads them (core/national/disclosure).
"""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from core.exchange.enums import Status

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
