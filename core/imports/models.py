"""A town's own table on its way into the platform: what was sent, what became of each row, what it made.

What was sent is kept until the import has run, or is given up, and no longer; of a row there remain its
number
in the file and the ids of what it made. A social security number is taken out before anything is kept.
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.imports.enums import RowDecision, RowOutcome
from core.imports.workflow import ImportState
from core.people.enums import Role
from core.ui.free_text import FreeLineField, FreeValuesField

if TYPE_CHECKING:
    from core.people.models import User


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: "User") -> "ImportQuerySet":
        """The coordination's alone."""
        return self.all() if user.has_role(Role.COORDINATOR) else self.none()


class Import(models.Model):
    state = models.CharField("état", max_length=10, choices=ImportState, default=ImportState.SENT)
    file_name = FreeLineField("fichier", max_length=200)
    # [{"name": …, "rows": [[…], …]}, …], cells as text; emptied when the import runs or is given up
    sheets = FreeValuesField("feuilles", default=list, blank=True)
    sheet_name = FreeLineField("feuille", max_length=100, blank=True)
    header_row = models.PositiveIntegerField("ligne des titres", default=1)
    # {"3": "birth_on", …}: column of the file, counted from 0, and what it holds
    columns = models.JSONField("colonnes", default=dict, blank=True)
    headers = FreeValuesField("titres", default=list, blank=True)
    # the town's words for values that its lists do not know: {"school": {"jean jaures": "0820001A"}, …}
    values = FreeValuesField("valeurs", default=dict, blank=True)
    refused_numbers = models.PositiveIntegerField("numéros de sécurité sociale retirés", default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField("ce qui a été fait", default=dict, blank=True)
    sent_at = models.DateTimeField("envoyé le")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    run_at = models.DateTimeField("repris le", null=True, blank=True)
    run_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)
    undone_at = models.DateTimeField("retiré le", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # of the last journal line that the import itself wrote: what comes after is somebody's work
    last_change = models.BigIntegerField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "checking", "checked"]) | Q(sheets=[]),
                name="import_keeps_no_file_once_it_ran",
            ),
            models.CheckConstraint(
                condition=Q(run_at=None, run_by=None) | Q(run_at__isnull=False, run_by__isnull=False),
                name="import_run_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="import_undone_by_someone",
            ),
        ]
        indexes = [models.Index(fields=["-sent_at", "-id"], name="import_by_date")]

    def __str__(self) -> str:
        return f"Reprise {self.pk}"


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def in_order(self) -> "ImportRowQuerySet":
        return self.order_by("number")

    def with_errors(self) -> "ImportRowQuerySet":
        return self.filter(errors__gt=0).exclude(decision=RowDecision.SKIP)

    def to_decide(self) -> "ImportRowQuerySet":
        """Those that look like a file or like another row, and nobody has said yet."""
        return self.filter(decision=RowDecision.NONE, errors=0).exclude(twins=[])


class ImportRow(models.Model):
    """One line of the file. `cells` hold what its mapped columns say, mended or not; emptied with the
    file.
    """

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("ligne")
    cells = FreeValuesField(default=dict, blank=True)
    # [{"field": "birth_on", "text": …, "grave": true}, …]
    problems = FreeValuesField(default=list, blank=True)
    errors = models.PositiveSmallIntegerField(default=0)
    # [{"child": 12, "why": …} or {"row": 40, "why": …}, …], the likeliest first
    twins = FreeValuesField(default=list, blank=True)
    decision = models.CharField(max_length=4, choices=RowDecision, blank=True, default=RowDecision.NONE)
    same_child = models.BigIntegerField(null=True, blank=True)
    same_row = models.PositiveIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=RowOutcome, blank=True, default=RowOutcome.WAITING)
    said = models.CharField(max_length=300, blank=True)
    # A plain number, as in the journal: it outlives the file of the child.
    child_id = models.BigIntegerField("enfant", null=True, blank=True)
    # of the last journal line that the import wrote for this row's child
    last_change = models.BigIntegerField(null=True, blank=True)
    # "child", "guardian", "referral", "pathway"…: what the row brought, for the report
    brought = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="import_row_once"),
            models.CheckConstraint(condition=Q(decision__in=RowDecision.values), name="row_decision_known"),
            models.CheckConstraint(condition=Q(outcome__in=RowOutcome.values), name="row_outcome_known"),
            models.CheckConstraint(
                condition=Q(decision="same", same_child__isnull=False, same_row=None)
                | Q(decision="same", same_child=None, same_row__isnull=False)
                | ~Q(decision="same") & Q(same_child=None, same_row=None),
                name="row_same_as_one",
            ),
        ]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="row_to_do")]

    def __str__(self) -> str:
        return f"Ligne {self.number}"


class ImportedItem(models.Model):
    """One row of the town's tables that an import made, so that it can be taken back."""

    row = models.ForeignKey(ImportRow, on_delete=models.CASCADE, related_name="items")
    model = models.CharField(max_length=60)
    object_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "object_id"], name="imported_once")]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"


class RememberedColumns(models.Model):
    """What the town said of the columns of a table with these titles, for the next time."""

    headers_sha256 = models.CharField(max_length=64, unique=True)
    columns = models.JSONField(default=dict)
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.headers_sha256[:8]


class RememberedValue(models.Model):
    """The town's own word for a school, a domain, a motive, a person…, and the code that it stands for."""

    field = models.CharField(max_length=30)
    word = FreeLineField(max_length=200)
    code = models.CharField(max_length=100)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["field", "word"], name="remembered_word_once")]

    def __str__(self) -> str:
        return f"{self.field}: {self.word}"
