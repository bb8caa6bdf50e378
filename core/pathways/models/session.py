"""One occurrence of an action: who was there, for how long, and what a provider is owed for it."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.pathways.enums import Presence
from core.pathways.models.action import Action, Participation
from core.pathways.workflow import SessionState
from core.ui.free_text import FreeLineField

if TYPE_CHECKING:
    from core.people.models import User


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: "User") -> "SessionQuerySet":
        return self.filter(action__in=Action.objects.visible_to(user))

    def by_day(self) -> "SessionQuerySet":
        return self.order_by("on", "starts_at", "pk")


class Session(models.Model):
    """`version` grows at each roll-call: what is sent from an older page never overwrites a newer one."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="sessions")
    on = models.DateField("le")
    starts_at = models.TimeField("à", null=True, blank=True)
    minutes = models.PositiveSmallIntegerField("durée en minutes")
    venue = FreeLineField("lieu", max_length=200, blank=True)
    state = models.CharField("état", max_length=10, choices=SessionState, default=SessionState.PLANNED)
    cancelled_because = FreeLineField("annulée parce que", max_length=300, blank=True)
    version = models.PositiveSmallIntegerField(default=0)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    noted_at = models.DateTimeField(null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SessionState.values), name="session_state_known"),
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=1440),
                name="session_lasts_a_while",
                violation_error_message="Une séance dure de 5 minutes à un jour.",
            ),
            models.CheckConstraint(
                condition=~Q(state=SessionState.CANCELLED) | ~Q(cancelled_because=""),
                name="cancelled_session_says_why",
                violation_error_message="Dites pourquoi la séance est annulée.",
            ),
        ]

    def __str__(self) -> str:
        return f"Séance du {self.on}"


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def visible_to(self, user: "User") -> "AttendanceQuerySet":
        return self.filter(participation__in=Participation.objects.visible_to(user))


class Attendance(models.Model):
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="attendances")
    presence = models.CharField("présence", max_length=10, choices=Presence)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("session", "participation", name="attendance_once_a_session"),
            models.CheckConstraint(
                condition=Q(presence__in=Presence.values), name="attendance_presence_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_presence_display()


class ServiceDone(models.Model):
    """« Service fait »: the programme says that a provider delivered a session, at the agreement's price."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="service")
    agreement = models.ForeignKey("partners.Agreement", on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField("quantité", max_digits=7, decimal_places=2)
    unit = models.CharField("unité", max_length=60)
    unit_price = models.DecimalField("prix unitaire", max_digits=8, decimal_places=2)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & Q(unit_price__gte=0),
                name="service_is_something",
                violation_error_message="La quantité est plus grande que zéro.",
            ),
        ]

    def __str__(self) -> str:
        return f"Service fait {self.pk}"

    @property
    def amount(self) -> Decimal:
        return (self.quantity * self.unit_price).quantize(Decimal("0.01"))
