"""What passes between the referent, the child and the family: meetings to come, and those that took place."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.children.access import Scope
from core.children.models import Child
from core.pathways.enums import EncounterKind, WithWhom
from core.pathways.models.action import in_own_team
from core.pathways.models.pathway import Pathway
from core.pathways.workflow import AppointmentState
from core.ui.free_text import FreeLineField, FreeTextField

if TYPE_CHECKING:
    from core.people.models import User


class EncounterQuerySet(models.QuerySet["Encounter"]):
    def visible_to(self, user: "User") -> "EncounterQuerySet":
        return self.filter(pathway__child__in=Child.objects.visible_to(user, scope=Scope.FILE))


class Encounter(models.Model):
    """A call, a visit, an hour at school. What was seen and heard stands apart from what one makes of it."""

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="encounters")
    kind = models.CharField("quoi", max_length=12, choices=EncounterKind)
    with_whom = models.CharField("avec", max_length=10, choices=WithWhom)
    on = models.DateField("le")
    minutes = models.PositiveSmallIntegerField("durée en minutes", null=True, blank=True)
    reached = models.BooleanField("la rencontre a eu lieu", default=True)
    facts = FreeLineField("en une ligne, ce qui s’est passé", max_length=500)
    judgement = FreeTextField("ce que j’en pense", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    objects = EncounterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(facts=""), name="encounter_says_what_happened"),
            models.CheckConstraint(condition=Q(kind__in=EncounterKind.values), name="encounter_kind_known"),
            models.CheckConstraint(
                condition=Q(with_whom__in=WithWhom.values), name="encounter_with_whom_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, user: "User") -> "AppointmentQuerySet":
        """Of a file that is open; and, for the PRE's own team, of every child whose identity is."""
        by_file = Q(pathway__child__in=Child.objects.visible_to(user, scope=Scope.FILE))
        if not in_own_team(user):
            return self.filter(by_file)
        return self.filter(by_file | Q(pathway__child__in=Child.objects.visible_to(user)))


class Appointment(models.Model):
    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="appointments")
    at = models.DateTimeField("quand")
    venue = FreeLineField("où", max_length=200)
    with_whom = models.CharField("avec", max_length=10, choices=WithWhom)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="par"
    )
    state = models.CharField(
        "état", max_length=10, choices=AppointmentState, default=AppointmentState.PLANNED
    )
    outcome = FreeLineField("suite", max_length=300, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=AppointmentState.values), name="appointment_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"Rendez-vous {self.pk}"
