"""Notes by facet. After a day a note does not move: a correction follows it, or it is struck out.

Triggers (migration 0002) hold what no code path may break.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.notes import facets
from core.notes.enums import NOTE_FACETS, Facet
from core.notes.reach import readable_rows
from core.ui.free_text import FreeLineField, FreeTextField

if TYPE_CHECKING:
    from core.people.models import User


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, user: "User", *, at: datetime | None = None) -> "NoteQuerySet":
        """Of the children who are open to `user`: the facets that role and profession open, and one's own."""
        return self.filter(readable_rows(user, NOTE_FACETS, at=at))

    def latest_first(self) -> "NoteQuerySet":
        return self.order_by("-on", "-pk")


class Note(models.Model):
    """What was seen and heard stands apart from what its author makes of it."""

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="notes")
    facet = models.CharField("de quoi parle cette note", max_length=10, choices=Facet)
    on = models.DateField("le")
    observation = FreeTextField("ce que j’ai vu ou entendu")
    opinion = FreeTextField("ce que j’en pense", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField("écrite le")
    rewritten_at = models.DateTimeField("reprise le", null=True, blank=True)
    struck_at = models.DateTimeField("barrée le", null=True, blank=True)
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    struck_because = FreeLineField("barrée parce que", max_length=300, blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(facet__in=[*NOTE_FACETS]), name="note_facet_known"),
            models.CheckConstraint(
                condition=~Q(observation=""),
                name="note_says_what_was_seen",
                violation_error_message="Dites d’abord ce que vous avez vu ou entendu.",
            ),
            models.CheckConstraint(
                condition=Q(struck_at=None, struck_by=None, struck_because="")
                | Q(struck_at__isnull=False, struck_by__isnull=False) & ~Q(struck_because=""),
                name="note_struck_with_a_reason",
                violation_error_message="Dites pourquoi cette note est barrée.",
            ),
        ]
        indexes = [models.Index(fields=["child", "-on"], name="notes_of_a_child")]

    def __str__(self) -> str:
        return f"{self.get_facet_display()} {self.on}"

    def may_be_rewritten(self, at: datetime) -> bool:
        return self.struck_at is None and at <= self.written_at + facets.REWRITTEN_WITHIN


class NoteCorrection(models.Model):
    """What puts a note right, dated, under it. Neither moves afterwards."""

    append_only = True

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="corrections")
    text = FreeTextField("correction")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="correction_says_something")]

    def __str__(self) -> str:
        return f"{self.note_id} {self.at}"


class HealthHosting(models.Model):
    """There is a row while the town's file declares where health notes may lie: triggers ask for it."""

    declared = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(declared__in=["hds", "own_servers"]), name="hosting_known"),
            models.CheckConstraint(condition=Q(id=1), name="one_hosting"),
        ]

    def __str__(self) -> str:
        return self.declared
