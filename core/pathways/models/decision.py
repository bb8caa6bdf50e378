"""What the team, or in urgency the coordinator, decided, with who does what by when."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.pathways.enums import DecisionKind
from core.pathways.models.referral import Referral
from core.ui.free_text import FreeLineField, FreeTextField


class Decision(models.Model):
    """The decision on one child's situation. A meeting's agenda item points here."""

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="decisions")
    referral = models.ForeignKey(
        Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    kind = models.CharField("décision", max_length=12, choices=DecisionKind)
    decided_on = models.DateField("le")
    reason = FreeTextField("en quelques mots", blank=True)
    redirected_to = FreeLineField("vers", max_length=200, blank=True)
    next_look_on = models.DateField("prochain point", null=True, blank=True)
    urgent = models.BooleanField("en urgence", default=False)
    ratified_on = models.DateField("ratifiée le", null=True, blank=True)
    cancelled_on = models.DateField("annulée le", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DecisionKind.values), name="decision_kind_known"),
            models.CheckConstraint(
                condition=Q(urgent=False) | ~Q(reason=""),
                name="urgent_decision_has_a_reason",
                violation_error_message="Une décision en urgence porte sa raison.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.decided_on}"


class FollowUp(models.Model):
    """Who does what by when."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="follow_ups")
    what = FreeLineField("quoi", max_length=300)
    who = FreeLineField("qui", max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    due_on = models.DateField("pour le", null=True, blank=True)
    done_on = models.DateField("fait le", null=True, blank=True)

    def __str__(self) -> str:
        return self.what
