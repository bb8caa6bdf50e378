"""An *information préoccupante*: its own circle, its own log. That it exists is itself the secret (ADR 0021).

Nothing of it stands in the logs of the child's file, in counts, searches or exports.
"""

import hashlib
import json
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.people.enums import ROLES_UNDER_CHARTER, Role
from core.people.queries import under_charter
from core.protection.enums import Danger, ParentsTold, Result, SentHow
from core.protection.workflow import ConcernState
from core.ui.free_text import FreeLineField, FreeTextField

if TYPE_CHECKING:
    from core.people.models import User


class ConcernQuerySet(models.QuerySet["Concern"]):
    def visible_to(self, user: "User", *, at: datetime | None = None) -> "ConcernQuerySet":
        """Of the coordination, of its author, of those named in its circle; under the charter."""
        day = timezone.localdate(at)
        if not user.present_on(day) or not user.has_role(*ROLES_UNDER_CHARTER, on=day):
            return self.none()
        if not under_charter(user, day):
            return self.none()
        if user.has_role(Role.COORDINATOR, on=day):
            return self.all()
        named = ConcernMember.objects.filter(user=user, ended_at=None).values("concern")
        return self.filter(Q(author=user) | Q(pk__in=named))

    def waiting(self, day: date) -> "ConcernQuerySet":
        """Not transmitted yet, or without the answer that was due."""
        return self.filter(
            Q(state=ConcernState.WRITTEN)
            | Q(state=ConcernState.SENT, acknowledgement_due_on__lt=day)
            | Q(state__in=[ConcernState.SENT, ConcernState.ACKNOWLEDGED], answer_due_on__lt=day)
        )

    def latest_first(self) -> "ConcernQuerySet":
        return self.order_by("-written_at", "-pk")


# What its author writes, and what leaves.
WRITTEN_FIELDS = (
    "child_said", "household", "danger", "facts", "child_words", "judgement", "parents", "parents_said",
    "parents_reason", "author_function",
)  # fmt: skip


class Concern(models.Model):
    # None: of a child without a file here, or whom the author knows by an action alone.
    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    child_said = FreeLineField("de quel enfant s’agit-il", max_length=300)
    household = FreeTextField("où l’enfant vit, avec qui, son école", blank=True)
    danger = models.CharField("ce qui m’inquiète, c’est", max_length=8, choices=Danger)
    facts = FreeTextField("ce que j’ai vu ou entendu")
    child_words = FreeTextField("les mots de l’enfant", blank=True)
    judgement = FreeTextField("ce qui m’inquiète", blank=True)
    parents = models.CharField("les parents sont-ils prévenus", max_length=10, choices=ParentsTold)
    parents_said = FreeTextField("ce qu’ils ont dit", blank=True)
    parents_reason = FreeTextField("pourquoi les prévenir nuirait à l’enfant", blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    author_function = FreeLineField("ma fonction", max_length=200, blank=True)
    written_at = models.DateTimeField()
    state = models.CharField("état", max_length=14, choices=ConcernState, default=ConcernState.WRITTEN)
    sent_at = models.DateTimeField("transmise le", null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_how = models.CharField("comment", max_length=8, choices=SentHow, blank=True)
    sent_to = FreeLineField("à qui", max_length=300, blank=True)
    acknowledgement_due_on = models.DateField(null=True, blank=True)
    answer_due_on = models.DateField(null=True, blank=True)
    acknowledged_on = models.DateField("accusé de réception du", null=True, blank=True)
    result = models.CharField("suite", max_length=10, choices=Result, blank=True)
    result_on = models.DateField("suite connue le", null=True, blank=True)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ConcernState.values), name="concern_state_known"),
            models.CheckConstraint(
                condition=Q(danger__in=Danger.values, parents__in=ParentsTold.values),
                name="concern_words_known",
            ),
            models.CheckConstraint(
                condition=~Q(facts="") & ~Q(child_said=""),
                name="concern_says_what_was_seen",
                violation_error_message="Dites de quel enfant il s’agit, et ce que vous avez vu ou entendu.",
            ),
            models.CheckConstraint(
                condition=Q(parents="told") | ~Q(parents_reason=""),
                name="concern_parents_told_or_a_reason",
                violation_error_message="Si les parents ne sont pas prévenus, écrivez pourquoi.",
            ),
            models.CheckConstraint(
                condition=Q(state="written", sent_at=None)
                | ~Q(state="written")
                & Q(sent_at__isnull=False, sent_by__isnull=False, sent_how__in=SentHow.values),
                name="concern_sent_by_someone_somehow",
            ),
            models.CheckConstraint(
                condition=Q(result="", result_on=None)
                | Q(result__in=Result.values, result_on__isnull=False, state="answered"),
                name="concern_result_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"Information {self.pk}"

    @property
    def text_digest(self) -> str:
        """Of what is written: who notes that it left says by it which text was read."""
        text = json.dumps([getattr(self, name) for name in WRITTEN_FIELDS], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


class Complement(models.Model):
    """What is learnt after the transmission: the text that left does not move."""

    append_only = True

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="complements")
    text = FreeTextField("ce que j’ai appris depuis")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="complement_says_something")]

    def __str__(self) -> str:
        return f"{self.concern_id} {self.at}"


class ConcernMember(models.Model):
    """Somebody who was let into the circle, by whom and why."""

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    why = FreeLineField("pourquoi", max_length=200)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["concern", "user"],
                condition=Q(ended_at=None),
                name="once_in_a_circle",
                violation_error_message="Cette personne est déjà dans le cercle.",
            ),
            models.CheckConstraint(condition=~Q(why=""), name="circle_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.concern_id} {self.user_id}"


class ConcernLine(models.Model):
    """The log of informations préoccupantes, kept apart from the file's: each reading and each act."""

    append_only = True

    at = models.DateTimeField("le")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, null=True, related_name="lines")
    act = models.CharField("acte", max_length=60)
    fields = ArrayField(models.CharField(max_length=60), default=list)

    class Meta:
        indexes = [models.Index(fields=["concern", "-at"], name="lines_of_a_concern")]

    def __str__(self) -> str:
        return f"{self.act} {self.at}"
