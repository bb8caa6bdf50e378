"""The regular look at a pathway, by an agreed date: what was seen, what each one says of it, what follows.

`due_on` is the date that the town's rhythm gave and does not move; `held_on` the day on which people sat
together. Triggers (migration 0008) keep a held review as it was: a dated note corrects it.
"""

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.children.access import Scope
from core.children.models import Child
from core.pathways.enums import Mark, PathwayState, ReviewDecision, Standing, WithWhom
from core.pathways.models.objective import Objective
from core.pathways.models.pathway import Pathway
from core.pathways.models.vocabulary import Domain
from core.pathways.workflow import ReviewState
from core.ui.free_text import FreeLineField, FreeTextField, FreeValuesField

if TYPE_CHECKING:
    from core.people.models import User


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: "User") -> "ReviewQuerySet":
        """Of the children whose whole file is open to `user`."""
        return self.filter(pathway__child__in=Child.objects.visible_to(user, scope=Scope.FILE))

    def planned(self) -> "ReviewQuerySet":
        """Those still to be held, of pathways that go on."""
        return self.filter(state=ReviewState.PLANNED).exclude(pathway__state=PathwayState.ENDED)

    def late(self, on: date) -> "ReviewQuerySet":
        return self.planned().filter(due_on__lt=on)

    def held(self) -> "ReviewQuerySet":
        return self.filter(state=ReviewState.HELD)

    def by_date(self) -> "ReviewQuerySet":
        return self.order_by("due_on", "pk")


class Review(models.Model):
    """Planned with its date; held once, with its lines and marks."""

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="reviews")
    due_on = models.DateField("à faire avant le")
    state = models.CharField("état", max_length=10, choices=ReviewState, default=ReviewState.PLANNED)
    held_on = models.DateField("fait le", null=True, blank=True)
    with_whom = models.CharField("avec", max_length=10, choices=WithWhom, blank=True)
    who_was_there = FreeLineField("qui était là", max_length=300, blank=True)
    conclusion = FreeTextField("ce que l’on retient", blank=True)
    family_words = FreeTextField("les mots de la famille", blank=True)
    child_words = FreeTextField("les mots de l’enfant", blank=True)
    cancelled_because = FreeLineField("sans objet, parce que", max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    noted_at = models.DateTimeField(null=True, blank=True)
    # What is typed before it is finished. `version` moves at each save: two screens notice each other.
    draft = FreeValuesField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    planned_at = models.DateTimeField()

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReviewState.values), name="review_state_known"),
            models.CheckConstraint(
                condition=Q(
                    state=ReviewState.HELD, held_on__isnull=False, by__isnull=False, noted_at__isnull=False
                )
                | ~Q(state=ReviewState.HELD) & Q(held_on__isnull=True),
                name="held_review_has_its_date",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.HELD)
                | ~Q(conclusion="") & ~Q(who_was_there="") & Q(with_whom__in=WithWhom.values),
                name="held_review_says_who_and_what",
                violation_error_message="Dites qui était là, et ce que l’on retient.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.CANCELLED) | ~Q(cancelled_because=""),
                name="cancelled_review_says_why",
                violation_error_message="Dites pourquoi ce bilan est sans objet.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.HELD) | Q(draft={}), name="held_review_is_no_draft"
            ),
            models.UniqueConstraint(
                "pathway",
                condition=Q(state="planned"),
                name="one_planned_review_a_pathway",
                violation_error_message="Un bilan est déjà prévu pour ce parcours.",
            ),
        ]

    def __str__(self) -> str:
        return f"Bilan {self.pk}"

    def is_late(self, on: date) -> bool:
        return self.state == ReviewState.PLANNED and self.due_on < on


class ReviewLine(models.Model):
    """One objective in one held review, as it stood that day. Never changed, never removed."""

    append_only = True

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="lines")
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="review_lines")
    observed = FreeTextField("ce qui a été observé", blank=True)
    judgement = FreeTextField("ce que l’on en pense", blank=True)
    child_words = FreeTextField("les mots de l’enfant", blank=True)
    family_words = FreeTextField("les mots de la famille", blank=True)
    decision = models.CharField("décision", max_length=10, choices=ReviewDecision)
    standing = models.CharField("où on en est", max_length=10, choices=Standing)

    class Meta:
        constraints = [
            models.UniqueConstraint("review", "objective", name="review_line_once_an_objective"),
            models.CheckConstraint(
                condition=Q(decision__in=ReviewDecision.values), name="review_decision_known"
            ),
            models.CheckConstraint(
                condition=Q(standing__in=Standing.values), name="review_line_standing_known"
            ),
            models.CheckConstraint(
                condition=~Q(observed="") | Q(judgement="", decision=ReviewDecision.CONFIRM),
                name="review_line_stands_on_facts",
                violation_error_message="Dites d’abord ce qui a été observé.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} {self.objective_id}"


class DomainMark(models.Model):
    """How it goes in one domain, from 1 to 5: at entry (no review), or at a review."""

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="marks")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, null=True, blank=True, related_name="marks")
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="+", verbose_name="domaine")
    mark = models.PositiveSmallIntegerField("comment ça va", choices=Mark)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(mark__in=Mark.values),
                name="domain_mark_on_the_scale",
                violation_error_message="Choisissez une réponse de l’échelle.",
            ),
            models.UniqueConstraint(
                "pathway", "domain", condition=Q(review__isnull=True), name="one_entry_mark_a_domain"
            ),
            models.UniqueConstraint("review", "domain", name="one_mark_a_domain_and_review"),
        ]

    def __str__(self) -> str:
        return self.get_mark_display()


class ReviewNote(models.Model):
    """What is added to a held review, or corrected in it. Never changed, never removed."""

    append_only = True

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="notes")
    text = FreeTextField("note")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="review_note_says_something",
                violation_error_message="Écrivez la note.",
            ),
        ]

    def __str__(self) -> str:
        return f"Note {self.pk}"
