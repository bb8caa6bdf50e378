"""Figures frozen at a date: what a report, a return or those who steer were told, for ever the same."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.people.enums import Role
from core.reporting.enums import Purpose, ReportKind, ReportState
from core.ui.free_text import FreeLineField, FreeTextField

if TYPE_CHECKING:
    from core.people.models import User


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    def visible_to(self, user: "User") -> "SnapshotQuerySet":
        """All of them to who sees exact figures; to who steers those that were frozen for that."""
        if user.has_role(Role.COORDINATOR):
            return self
        return self.filter(purpose=Purpose.STEERING) if user.has_role(Role.STEERING) else self.none()

    def latest_first(self) -> "SnapshotQuerySet":
        return self.order_by("-made_at", "-pk")


class Snapshot(models.Model):
    """`text` is canonical JSON of the tables of `core.reporting.frozen`; `sha256` is its hash.

    It holds tables, never rows: no child is known to it, so that erasing a file leaves it as it was told.
    """

    append_only = True

    purpose = models.CharField("pour", max_length=10, choices=Purpose)
    first_on = models.DateField("du")
    last_on = models.DateField("au")
    state_on = models.DateField("état au")
    catalogue = models.CharField("version des définitions", max_length=20)
    text = models.TextField()
    sha256 = models.CharField("empreinte", max_length=64)
    note = FreeLineField("remarque", max_length=200, blank=True)
    made_at = models.DateTimeField("arrêtés le")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="par", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["first_on", "last_on", "-made_at"], name="snapshot_of_a_period")]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="snapshot_purpose_known"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="snapshot_hash_shape"),
            models.CheckConstraint(
                condition=Q(first_on__lte=F("last_on"), state_on__lte=F("last_on")),
                name="snapshot_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Chiffres arrêtés {self.pk}"


class ReportQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> "ReportQuerySet":
        """Who writes them. They reach others as the paper or the file that the coordination hands over."""
        return self if user.has_role(Role.COORDINATOR) else self.none()

    def latest_first(self) -> "ReportQuerySet":
        return self.order_by("-first_on", "kind", "-pk")


class Report(models.Model):
    """What is written of a year for one of its readers; its texts, until each time that it is finalised."""

    kind = models.CharField("pour", max_length=10, choices=ReportKind)
    first_on = models.DateField("du")
    last_on = models.DateField("au")
    state = models.CharField("état", max_length=6, choices=ReportState, default=ReportState.DRAFT)
    created_at = models.DateTimeField("commencé le")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ReportKind.values, state__in=ReportState.values),
                name="report_words_known",
            ),
            models.CheckConstraint(condition=Q(first_on__lte=F("last_on")), name="report_dates_in_order"),
            models.UniqueConstraint(
                "kind",
                "first_on",
                "last_on",
                name="one_report_a_reader_and_year",
                violation_error_message="Ce bilan existe déjà\u00a0: ouvrez-le dans la liste.",
            ),
        ]

    def __str__(self) -> str:
        return f"Bilan {self.pk}"

    @property
    def is_draft(self) -> bool:
        return self.state == ReportState.DRAFT


class ReportBlock(models.Model):
    """One text of a report. `code` names the prompt that stands beside it; empty, none does."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="blocks")
    order = models.PositiveSmallIntegerField("rang")
    code = models.CharField("code", max_length=20, blank=True)
    title = FreeLineField("titre", max_length=120)
    text = FreeTextField("texte", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("report", "order", name="one_report_text_a_place"),
            models.CheckConstraint(condition=~Q(title=""), name="report_text_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title


class ToldFigures(models.Model):
    """The figures that reports of one year tell, all the same: chosen at the first that was finalised.

    `money` is what `core.reporting.reports.money` keeps of the accounts of that day: told anew, one aid more
    would be one child's. `hidden` holds for each kind of report the numbers that are not told; decided anew,
    they could differ, and two reports together would tell.
    """

    append_only = True

    first_on = models.DateField()
    last_on = models.DateField()
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    money = models.JSONField()
    hidden = models.JSONField()
    thresholds = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("first_on", "last_on", name="a_year_is_told_in_one_way"),
        ]

    def __str__(self) -> str:
        return f"Chiffres des bilans {self.first_on}"


class ReportIssue(models.Model):
    """A report as it was finalised: `text` is canonical JSON of all that it says, `sha256` its hash."""

    append_only = True

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="issues")
    version = models.PositiveSmallIntegerField("version")
    told = models.ForeignKey(ToldFigures, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    sha256 = models.CharField("empreinte", max_length=64)
    made_at = models.DateTimeField("arrêté le")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("report", "version", name="one_issue_a_version"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="issue_hash_shape"),
        ]

    def __str__(self) -> str:
        return f"Bilan {self.report_id}, version {self.version}"
