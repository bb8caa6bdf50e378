"""« Le mot de l’école »: before a review a teacher without account answers four questions, once.

The database keeps hashes alone: of the link's secret, of the code that is told by voice, and of the proof
that this browser typed it. Triggers (migration 0008) keep an answer as it was given.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.pathways.enums import MayAsk
from core.pathways.models.review import Review
from core.ui.free_text import FreeLineField, FreeTextField

if TYPE_CHECKING:
    from core.people.models import User

ANSWERS = ("goes_well", "class_work", "with_others", "would_help")


class SchoolWordQuerySet(models.QuerySet["SchoolWord"]):
    def visible_to(self, user: "User") -> "SchoolWordQuerySet":
        return self.filter(review__in=Review.objects.visible_to(user))

    def open(self, at: datetime) -> "SchoolWordQuerySet":
        return self.filter(answered_at=None, cancelled_at=None, expires_at__gt=at)

    def answered(self) -> "SchoolWordQuerySet":
        return self.filter(answered_at__isnull=False)


class SchoolWord(models.Model):
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="school_words")
    school_name = FreeLineField("établissement", max_length=200)
    # The professional address that the link was mailed to; empty when it is handed over on paper.
    email = models.EmailField("adresse professionnelle", blank=True)
    may_ask = models.CharField("pourquoi on peut demander", max_length=10, choices=MayAsk)
    organisation = models.ForeignKey(
        "partners.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_by = FreeLineField("qui a dit oui", max_length=200, blank=True)
    guardian = models.ForeignKey(
        "children.Guardian", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_on = models.DateField("le", null=True, blank=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64)
    proof_hash = models.CharField(max_length=64, blank=True)
    proof_expires_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    teacher = FreeLineField("qui répond", max_length=200, blank=True)
    goes_well = FreeTextField("ce qui va bien", blank=True)
    class_work = FreeTextField("le travail en classe", blank=True)
    with_others = FreeTextField("avec les autres", blank=True)
    would_help = FreeTextField("ce qui aiderait", blank=True)

    objects = SchoolWordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(may_ask=MayAsk.CONTRACT, organisation__isnull=False, agreed_by="")
                | Q(may_ask=MayAsk.AGREEMENT, organisation__isnull=True, agreed_on__isnull=False)
                & ~Q(agreed_by=""),
                name="school_is_asked_with_a_right",
                violation_error_message=(
                    "L’établissement n’est pas nommé dans le contrat : notez l’accord de la famille."
                ),
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False)
                & ~Q(teacher="")
                & (~Q(goes_well="") | ~Q(class_work="") | ~Q(with_others="") | ~Q(would_help=""))
                | Q(answered_at__isnull=True, teacher="", **dict.fromkeys(ANSWERS, "")),
                name="school_word_says_something_once",
                violation_error_message="Répondez à une question au moins, et dites qui répond.",
            ),
            models.UniqueConstraint(
                "review",
                condition=Q(answered_at__isnull=True, cancelled_at__isnull=True),
                name="one_open_school_word_a_review",
                violation_error_message="Une demande est déjà en cours pour ce bilan.",
            ),
        ]

    def __str__(self) -> str:
        return f"Mot de l’école {self.pk}"
