"""The multidisciplinary teams. A town may have several."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.ui.free_text import FreeLineField


class Team(models.Model):
    name = FreeLineField(
        "nom de l’équipe",
        max_length=200,
        unique=True,
        error_messages={"unique": "Une équipe porte déjà ce nom."},
    )
    active = models.BooleanField("active", default=True)

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["TeamMembership"]):
    def in_force(self, on: date) -> "MembershipQuerySet":
        return self.filter(Q(until_on=None) | Q(until_on__gte=on), since_on__lte=on)


class TeamMembership(models.Model):
    """Who sits in a team, from one day to another. An ended one stays."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="team_memberships"
    )
    since_on = models.DateField("depuis le")
    until_on = models.DateField("jusqu’au", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("since_on")),
                name="membership_dates_in_order",
                violation_error_message="La fin ne précède pas le début.",
            ),
            models.UniqueConstraint(
                fields=["team", "user"],
                condition=Q(until_on=None),
                name="once_a_member_at_a_time",
                violation_error_message="Cette personne est déjà membre de l’équipe.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} dans {self.team_id}"
