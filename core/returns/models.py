"""A town's answers to the nation's yearly survey, and each return that it sent, as it was sent.

Where a return stands is said by the rows that pass between town and nation (core/exchange), and by them
alone. No child is known here: numbers are counted when they are shown, and kept as texts once they are sent.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.ui.free_text import FreeTextField, FreeValuesField


class YearlyReturn(models.Model):
    """What the coordination writes: texts by question, explanations by check. `campaign` is its number."""

    campaign = models.PositiveIntegerField("campagne", unique=True)
    answers = FreeValuesField("réponses", default=dict)
    explanations = FreeValuesField("explications", default=dict)
    comment = FreeTextField("commentaire", max_length=4000, blank=True)
    updated_at = models.DateTimeField("écrit le")
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="par", on_delete=models.PROTECT, null=True, related_name="+"
    )


class Submission(models.Model):
    """`text` is canonical JSON of all that was sent (core/returns/sealing.py); `sha256` is its hash."""

    append_only = True

    of = models.ForeignKey(YearlyReturn, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField("envoi")
    snapshot = models.ForeignKey("reporting.Snapshot", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    sha256 = models.CharField("empreinte", max_length=64)
    submitted_at = models.DateTimeField("transmis le")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="par", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of", "number"], name="one_submission_a_return_and_number"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="submission_hash_shape"
            ),
        ]
