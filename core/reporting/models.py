"""Figures frozen at a date: what a report, a return or those who steer were told, for ever the same."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.people.enums import Role
from core.reporting.enums import Purpose
from core.ui.free_text import FreeLineField

if TYPE_CHECKING:
    from core.people.models import User


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    def visible_to(self, user: "User") -> "SnapshotQuerySet":
        """All of them to who sees exact figures; to who steers those that were frozen for that."""
        if user.has_role(Role.COORDINATOR):
            return self
        return self.filter(purpose=Purpose.STEERING) if user.has_role(Role.STEERING) else self.none()

    def latest_first(self) -> "SnapshotQuerySet":
        return self.order_by("-made_at", "-pk")


class Snapshot(models.Model):
    """`text` is canonical JSON of the tables of `core.reporting.frozen`; `sha256` is its hash.

    It holds tables, never rows: no child is known to it, so that erasing a file leaves it as it was told.
    """

    append_only = True

    purpose = models.CharField("pour", max_length=10, choices=Purpose)
    first_on = models.DateField("du")
    last_on = models.DateField("au")
    state_on = models.DateField("état au")
    catalogue = models.CharField("version des définitions", max_length=20)
    text = models.TextField()
    sha256 = models.CharField("empreinte", max_length=64)
    note = FreeLineField("remarque", max_length=200, blank=True)
    made_at = models.DateTimeField("arrêtés le")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="par", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["first_on", "last_on", "-made_at"], name="snapshot_of_a_period")]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="snapshot_purpose_known"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="snapshot_hash_shape"),
            models.CheckConstraint(
                condition=Q(first_on__lte=F("last_on"), state_on__lte=F("last_on")),
                name="snapshot_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Chiffres arrêtés {self.pk}"
