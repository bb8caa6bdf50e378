"""The profession by which somebody reads a facet, as the coordination noted it, from a day to another."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.notes.enums import Profession


class ProfessionHeldQuerySet(models.QuerySet["ProfessionHeld"]):
    def on(self, day: date) -> "ProfessionHeldQuerySet":
        return self.filter(Q(until_on=None) | Q(until_on__gte=day), since_on__lte=day).order_by("-pk")


class ProfessionHeld(models.Model):
    """Given by somebody else: nobody opens a facet for oneself."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    profession = models.CharField("profession", max_length=12, choices=Profession)
    since_on = models.DateField("depuis le")
    until_on = models.DateField("jusqu’au", null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = ProfessionHeldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(profession__in=Profession.values), name="profession_known"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("since_on")), name="profession_dates_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(user=F("given_by")),
                name="profession_given_by_another",
                violation_error_message="Votre propre profession est notée par quelqu’un d’autre.",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(until_on=None), name="one_open_profession_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_profession_display()} depuis le {self.since_on}"
