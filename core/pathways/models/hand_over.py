"""A referent's child passes to a colleague on a date: what one loses that day the other gains."""

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.pathways.enums import ToRead
from core.pathways.models.pathway import ReferentLink
from core.people.enums import Role
from core.ui.free_text import FreeTextField

if TYPE_CHECKING:
    from core.people.models import User


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def visible_to(self, user: "User") -> "HandOverQuerySet":
        """The coordinator's; and of who takes over."""
        return self.all() if user.has_role(Role.COORDINATOR) else self.filter(new__user=user)

    def kept(self) -> "HandOverQuerySet":
        return self.filter(cancelled_at=None)

    def coming(self, on: date) -> "HandOverQuerySet":
        """Announced for a later day, and not cancelled."""
        return self.kept().filter(on__gt=on)

    def to_read(self, user: "User", on: date) -> "HandOverQuerySet":
        """Done, to this person, who still accompanies the child and has not said « lu »."""
        links = ReferentLink.objects.in_force(on).filter(user=user)
        return self.kept().filter(on__lte=on, read_at=None, new__in=links.values("pk"))


class HandOver(models.Model):
    """The link that ends the evening before `on`, the one that begins that day, and what is read first."""

    # None where nobody accompanied the child any more.
    former = models.ForeignKey(
        ReferentLink, on_delete=models.PROTECT, null=True, blank=True, related_name="handed_over"
    )
    new = models.OneToOneField(ReferentLink, on_delete=models.PROTECT, related_name="received_by")
    on = models.DateField("le")
    note = FreeTextField("à savoir d’abord", blank=True)
    sections = ArrayField(
        models.CharField(max_length=20, choices=ToRead),
        default=list,
        blank=True,
        verbose_name="à lire d’abord",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    read_at = models.DateTimeField("lu le", null=True, blank=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | Q(read_at__isnull=True),
                name="hand_over_read_or_cancelled",
            ),
            models.UniqueConstraint(
                "former",
                condition=Q(cancelled_at__isnull=True),
                name="hand_over_once_a_link",
                violation_error_message="Un passage de relais est déjà prévu pour cet enfant.",
            ),
        ]

    def __str__(self) -> str:
        return f"Passage de relais {self.pk}"

    def waits_for(self, user: "User", on: date) -> bool:
        """As `to_read`, of a row in hand with its new link."""
        done = self.cancelled_at is None and self.read_at is None and self.on <= on
        return done and self.new.user_id == user.pk and self.new.covers(on)
