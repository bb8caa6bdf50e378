"""Situations of an agenda, and the frozen minutes, split by child."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.meetings.enums import SITTING
from core.meetings.models.meeting import Meeting, Presence
from core.meetings.workflow import OPENING_FILES
from core.pathways.models import Decision, Pathway, Referral
from core.pathways.workflow import WITH_AGREEMENT, ReferralState
from core.people.enums import Role
from core.ui.free_text import FreeTextField, FreeValuesField

if TYPE_CHECKING:
    from core.people.models import User


class AgendaQuerySet(models.QuerySet["AgendaItem"]):
    def agreed(self) -> "AgendaQuerySet":
        """May be looked at: the parents' agreement holds, or this very meeting closed the referral.

        A pathway stands on a contract that the family signed.
        """
        declined_here = Q(referral__state=ReferralState.CLOSED, decision__isnull=False)
        return self.filter(Q(referral=None) | Q(referral__state__in=sorted(WITH_AGREEMENT)) | declined_here)

    def visible_to(self, user: "User") -> "AgendaQuerySet":
        """Agreed ones alone, whoever asks; the guests' from the convening to the minutes' approval."""
        if user.has_role(Role.COORDINATOR):
            return self.agreed()
        return self.visible_to_guest(user)

    def visible_to_guest(self, user: "User") -> "AgendaQuerySet":
        if not user.has_role(*SITTING):  # a role may end between the convening and the approval
            return self.none()
        invited = Presence.objects.filter(user=user).values("meeting")
        return self.agreed().filter(meeting__in=invited, meeting__state__in=sorted(OPENING_FILES))

    def in_order(self) -> "AgendaQuerySet":
        return self.order_by("number", "pk")


class AgendaItem(models.Model):
    """One situation at one meeting: written once, looked at together, decided."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda")
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="agenda_items")
    referral = models.ForeignKey(
        Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="agenda_items"
    )
    pathway = models.ForeignKey(
        Pathway, on_delete=models.PROTECT, null=True, blank=True, related_name="agenda_items"
    )
    number = models.PositiveSmallIntegerField(
        "numéro", help_text="« Situation 3 », où un nom n’a rien à faire."
    )
    facts = FreeTextField("les faits", blank=True)
    strengths = FreeTextField("les forces", blank=True)
    tried = FreeTextField("ce qui a été essayé", blank=True)
    draft = FreeValuesField(default=dict, blank=True)
    # Moves at each save, so that two screens notice each other.
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="agenda_item"
    )
    # Prepared when the meeting closes, corrected until the approval.
    minutes_text = FreeTextField("compte rendu", blank=True)
    letter_text = FreeTextField("lettre à la famille", blank=True)
    reply_text = FreeTextField("réponse à qui a orienté", blank=True)

    objects = AgendaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "child"],
                name="once_on_an_agenda",
                violation_error_message="Cette situation est déjà à l’ordre du jour.",
            ),
            models.UniqueConstraint(fields=["meeting", "number"], name="one_situation_a_number"),
            models.CheckConstraint(
                condition=Q(referral__isnull=False, pathway__isnull=True)
                | Q(referral__isnull=True, pathway__isnull=False),
                name="agenda_item_has_one_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return f"Situation\u00a0{self.number}"


class Minutes(models.Model):
    """The frozen text of one child's part. One row a child: an access request yields its own part alone."""

    append_only = True

    item = models.OneToOneField(AgendaItem, on_delete=models.PROTECT, related_name="minutes")
    text = FreeTextField()
    sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="minutes_hash_shape"),
        ]

    def __str__(self) -> str:
        return f"Compte rendu {self.pk}"
