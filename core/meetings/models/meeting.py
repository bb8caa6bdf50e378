"""A meeting, who is invited to it, who came."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.meetings.enums import SITTING, Attendance
from core.meetings.models.team import Team
from core.meetings.workflow import OPENING_FILES, MeetingState
from core.people.enums import Role
from core.ui.free_text import FreeLineField

if TYPE_CHECKING:
    from core.people.models import User


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def opening_files(self) -> "MeetingQuerySet":
        """Those whose guests may see the situations: from the convening to the minutes' approval."""
        return self.filter(state__in=OPENING_FILES)

    def visible_to(self, user: "User") -> "MeetingQuerySet":
        """All of them for the coordinator; for others those to which they are invited, once convened."""
        if user.has_role(Role.COORDINATOR):
            return self
        if not user.has_role(*SITTING):
            return self.none()
        told = Q(state__in=OPENING_FILES | {MeetingState.APPROVED})
        return self.filter(told, pk__in=Presence.objects.filter(user=user).values("meeting"))

    def latest_first(self) -> "MeetingQuerySet":
        return self.order_by("-starts_at", "-pk")


class Meeting(models.Model):
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="meetings", verbose_name="équipe")
    starts_at = models.DateTimeField("date et heure")
    lasts = models.PositiveSmallIntegerField("durée prévue, en minutes", default=120)
    place = FreeLineField("lieu", max_length=200)
    pace = models.PositiveSmallIntegerField(
        "repère de temps par situation, en minutes",
        default=15,
        help_text="Une indication à l’écran. Rien ne s’arrête quand elle est passée.",
    )
    state = models.CharField("état", max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    pseudonymous = models.BooleanField(
        "sans noms",
        default=False,
        help_text="À l’écran et au compte rendu, « Situation 3 » tient lieu du nom de l’enfant.",
    )
    # Moves with each convening that is sent again: calendars replace the former entry.
    sequence = models.PositiveSmallIntegerField(default=0)
    convened_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MeetingState.values), name="meeting_state_known"),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="approved_meeting_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(lasts__gte=5) & Q(lasts__lte=720) & Q(pace__gte=1) & Q(pace__lte=240),
                name="meeting_lengths_are_of_a_day",
                violation_error_message="Indiquez des durées en minutes, d’une journée au plus.",
            ),
        ]
        indexes = [models.Index("starts_at", "id", name="meeting_by_date")]

    def __str__(self) -> str:
        return f"Réunion {self.pk}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.lasts)


class Presence(models.Model):
    """Someone invited or present, with the organisation spoken for.

    A newcomer without account signs the charter on paper at the door, before the first situation.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="presences"
    )
    name = FreeLineField("nom", max_length=200)
    organisation = FreeLineField("structure", max_length=200, blank=True)
    attendance = models.CharField("présence", max_length=10, choices=Attendance, default=Attendance.INVITED)
    charter_on_paper_on = models.DateField("charte signée sur papier le", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "user"],
                name="invited_once",
                violation_error_message="Cette personne est déjà dans la liste.",
            ),
            models.CheckConstraint(condition=Q(attendance__in=Attendance.values), name="attendance_known"),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(charter_on_paper_on__isnull=False),
                name="newcomer_signed_at_the_door",
                violation_error_message="La charte se signe avant d’entrer.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
