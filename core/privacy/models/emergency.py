from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.children.models import Child
from core.ui.free_text import FreeLineField, FreeTextField


class EmergencyAccessQuerySet(models.QuerySet["EmergencyAccess"]):
    def in_force(self, at: datetime) -> "EmergencyAccessQuerySet":
        return self.filter(Q(closed_at=None) | Q(closed_at__gt=at), opened_at__lte=at, ends_at__gt=at)

    def to_review(self) -> "EmergencyAccessQuerySet":
        return self.filter(reviewed_at=None)

    def latest_first(self) -> "EmergencyAccessQuerySet":
        return self.order_by("-opened_at", "-pk")


class EmergencyAccess(models.Model):
    """A file opened in an emergency: by whom, why, until when, and what the coordinator said of it after."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="emergencies")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="emergencies")
    reason = FreeTextField("pourquoi", max_length=1000)
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    justified = models.BooleanField("justifié", null=True, blank=True)
    review = FreeLineField("suite donnée", max_length=300, blank=True)

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="emergency_says_why",
                violation_error_message="Dites pourquoi il faut ouvrir ce dossier maintenant.",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("opened_at")), name="emergency_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None, justified=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False, justified__isnull=False),
                name="emergency_reviewed_whole",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("user")),
                name="emergency_reviewed_by_another",
                violation_error_message="Un accès d’urgence est revu par quelqu’un d’autre.",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "ends_at"], name="emergency_of_a_user"),
            models.Index(fields=["-opened_at", "-id"], name="emergency_latest"),
        ]

    def __str__(self) -> str:
        return f"Accès d’urgence du {self.opened_at:%d/%m/%Y}"

    def is_in_force(self, at: datetime) -> bool:
        return self.opened_at <= at < self.ends_at and (self.closed_at is None or at < self.closed_at)
