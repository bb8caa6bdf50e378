"""Around a group action: who waits for a place, what its worker asks for, and the parents who take part."""

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.children.access import Scope
from core.children.models import Child, Guardian
from core.pathways.enums import Presence
from core.pathways.models.action import Action, in_own_team
from core.pathways.models.objective import Objective
from core.pathways.models.session import Session
from core.pathways.workflow import LIVING_WAIT, RequestState, WaitingState
from core.people.enums import Role
from core.ui.free_text import FreeLineField

if TYPE_CHECKING:
    from core.people.models import User


class WaitingLineQuerySet(models.QuerySet["WaitingLine"]):
    def living(self) -> "WaitingLineQuerySet":
        return self.filter(state__in=LIVING_WAIT)

    def in_turn(self) -> "WaitingLineQuerySet":
        """First come, first served: the one rule."""
        return self.order_by("asked_at", "pk")

    def visible_to(self, user: "User") -> "WaitingLineQuerySet":
        """Names for the PRE's own team alone: who waits takes part in nothing yet; a partner counts them."""
        if in_own_team(user):
            return self.filter(child__in=Child.objects.visible_to(user))
        return self.filter(child__in=Child.objects.visible_to(user, scope=Scope.FILE))


class WaitingLine(models.Model):
    """A child for whom there was no place. A freed one is proposed to the first who waits, not given."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="waiting")
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="waiting_lines")
    objective = models.ForeignKey(
        Objective, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    safety = FreeLineField("pour sa sécurité", max_length=200, blank=True)
    authorised_by = FreeLineField("autorisation donnée par", max_length=200, blank=True)
    authorised_on = models.DateField("autorisation du", null=True, blank=True)
    authorised_until = models.DateField("autorisation jusqu’au", null=True, blank=True)
    asked_at = models.DateTimeField("demandée le")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("état", max_length=10, choices=WaitingState, default=WaitingState.WAITING)
    proposed_at = models.DateTimeField("place proposée le", null=True, blank=True)
    answer_by = models.DateField("réponse avant le", null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = WaitingLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=WaitingState.values), name="waiting_line_state_known"
            ),
            models.UniqueConstraint(
                "action",
                "child",
                condition=Q(state__in=sorted(LIVING_WAIT)),
                name="waiting_once_an_action",
                violation_error_message="Cet enfant attend déjà une place.",
            ),
            models.CheckConstraint(
                condition=Q(objective__isnull=False) | Q(authorised_on__isnull=False) & ~Q(authorised_by=""),
                name="waiting_is_for_an_objective_or_authorised",
                violation_error_message="Sans parcours, l’autorisation des parents est nécessaire.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[WaitingState.PROPOSED, WaitingState.TAKEN])
                | Q(proposed_at__isnull=False, answer_by__isnull=False),
                name="place_is_proposed_with_its_date",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(LIVING_WAIT), settled_at__isnull=True, settled_by__isnull=True)
                | ~Q(state__in=sorted(LIVING_WAIT)) & Q(settled_at__isnull=False, settled_by__isnull=False),
                name="settled_waiting_line_says_by_whom",
            ),
        ]
        indexes = [models.Index("action", "asked_at", "id", name="waiting_in_turn")]

    def __str__(self) -> str:
        return f"Attente {self.pk}"

    @property
    def asked_on(self) -> date:
        return timezone.localdate(self.asked_at)


class PlaceRequestQuerySet(models.QuerySet["PlaceRequest"]):
    def open(self) -> "PlaceRequestQuerySet":
        return self.filter(state=RequestState.ASKED)

    def visible_to(self, user: "User") -> "PlaceRequestQuerySet":
        """Of who asked, while he or she leads the action; and of who may say who takes part."""
        rows = self.filter(action__in=Action.objects.visible_to(user))
        if in_own_team(user) and user.has_role(Role.COORDINATOR, Role.REFERENT):
            return rows
        return rows.filter(asked_by=user)


class PlaceRequest(models.Model):
    """A worker asks the programme to enrol a child. Once answered, the name is only where it belongs."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="requests")
    first_name = FreeLineField("prénom", max_length=100, blank=True)
    last_name = FreeLineField("nom", max_length=100, blank=True)
    birth_on = models.DateField("date de naissance", null=True, blank=True)
    authorised_by = FreeLineField("qui autorise", max_length=200, blank=True)
    authorised_on = models.DateField("autorisation du", null=True, blank=True)
    safety = FreeLineField("pour sa sécurité", max_length=200, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("demandée le")
    state = models.CharField("état", max_length=10, choices=RequestState, default=RequestState.ASKED)
    answer = FreeLineField("réponse", max_length=200, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = PlaceRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values), name="place_request_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.ASKED, answered_at__isnull=True, answered_by__isnull=True)
                & ~Q(first_name="")
                & ~Q(last_name="")
                & ~Q(authorised_by="")
                & Q(authorised_on__isnull=False)
                | ~Q(state=RequestState.ASKED)
                & Q(answered_at__isnull=False, answered_by__isnull=False)
                & Q(first_name="", last_name="", birth_on__isnull=True, authorised_by="", safety=""),
                name="answered_place_request_keeps_no_name",
            ),
        ]

    def __str__(self) -> str:
        return f"Demande d’inscription {self.pk}"

    @property
    def asked_on(self) -> date:
        return timezone.localdate(self.asked_at)


class ParentParticipationQuerySet(models.QuerySet["ParentParticipation"]):
    def current(self) -> "ParentParticipationQuerySet":
        return self.filter(until_on=None)

    def on_the_day_of(self, session: Session) -> "ParentParticipationQuerySet":
        still = Q(until_on__isnull=True) | Q(until_on__gte=session.on)
        return self.filter(still, action=session.action_id, since_on__lte=session.on)

    def visible_to(self, user: "User") -> "ParentParticipationQuerySet":
        """By the child's file or identity for the own team; by leading the action for whoever leads it."""
        own = Q(action__in=Action.objects.in_charge_of(user).values("pk"), until_on=None)
        if not in_own_team(user):
            return self.filter(own)
        group = Q(action__in=Action.objects.visible_to(user))
        known = Q(guardian=None) | Q(guardian__in=Guardian.objects.visible_to(user))
        return self.filter(own | group & known)


class ParentParticipation(models.Model):
    """An adult in a group action: around a known child, or a first name alone. Counted apart."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="parents")
    guardian = models.ForeignKey(
        "children.Guardian", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_name = FreeLineField("prénom", max_length=100, blank=True)
    since_on = models.DateField("depuis le")
    until_on = models.DateField("jusqu’au", null=True, blank=True)

    objects = ParentParticipationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(guardian__isnull=False, first_name="")
                | Q(guardian__isnull=True) & ~Q(first_name=""),
                name="parent_is_known_or_a_first_name",
                violation_error_message="Choisissez un parent, ou écrivez son prénom.",
            ),
            models.UniqueConstraint(
                "action",
                "guardian",
                condition=Q(until_on__isnull=True),
                name="parent_once_an_action",
                violation_error_message="Ce parent participe déjà à cette action.",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("since_on")),
                name="parent_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Parent {self.pk}"

    @property
    def called(self) -> str:
        """What a roll-call says: the first name."""
        return self.guardian.first_name or self.guardian.last_name if self.guardian else self.first_name


class ParentAttendance(models.Model):
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="parents")
    parent = models.ForeignKey(ParentParticipation, on_delete=models.PROTECT, related_name="attendances")
    presence = models.CharField("présence", max_length=10, choices=Presence)

    class Meta:
        constraints = [
            models.UniqueConstraint("session", "parent", name="parent_attendance_once_a_session"),
            models.CheckConstraint(
                condition=Q(presence__in=Presence.values), name="parent_attendance_presence_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_presence_display()
