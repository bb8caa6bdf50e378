from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.children.enums import LEVEL_GROUPS, Level, LevelGroup, PriorityNetwork
from core.children.models.child import Child
from core.children.models.places import School
from core.ui.free_text import FreeLineField


class SchoolNetworkYear(models.Model):
    """Whether a school was in priority schooling in a school year. Without a row, as the school is now."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="network_years")
    year = models.PositiveSmallIntegerField("année scolaire", help_text="The year in which it starts.")
    network = models.CharField("éducation prioritaire", max_length=4, choices=PriorityNetwork, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "year"], name="one_network_a_school_and_year"),
            models.CheckConstraint(
                condition=Q(network__in=PriorityNetwork.values), name="network_year_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.year + 1}\u00a0: {self.get_network_display()}"


class MoveUp(models.Model):
    """One September: the screen that moved the children up a level, and whether it was taken back."""

    school_year = models.PositiveSmallIntegerField("année scolaire", help_text="The year in which it starts.")
    starts_on = models.DateField("premier jour")
    applied_at = models.DateTimeField()
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school_year"],
                condition=Q(undone_at=None),
                name="one_move_up_a_year",
                violation_error_message="Le passage de cette année est déjà fait.",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="move_up_undone_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"Passage de {self.school_year}"


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def on(self, day: date) -> "EnrolmentQuerySet":
        return self.filter(Q(until_on=None) | Q(until_on__gte=day), since_on__lte=day)


class Enrolment(models.Model):
    """Where and in which class a child goes to school, from a day to another."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="enrolments")
    school = models.ForeignKey(
        School,
        verbose_name="établissement",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    other_school = FreeLineField("autre établissement", max_length=200, blank=True)
    level = models.CharField("niveau", max_length=10, choices=Level)
    class_name = FreeLineField("classe", max_length=60, blank=True)
    since_on = models.DateField("depuis le")
    until_on = models.DateField("jusqu’au", null=True, blank=True)
    opened_by_move = models.ForeignKey(
        MoveUp, on_delete=models.PROTECT, null=True, editable=False, related_name="opened"
    )
    closed_by_move = models.ForeignKey(
        MoveUp, on_delete=models.PROTECT, null=True, editable=False, related_name="closed"
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="enrolment_level_known"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("since_on")),
                name="enrolment_dates_in_order",
                violation_error_message="La fin ne précède pas le début.",
            ),
            models.CheckConstraint(
                condition=Q(school=None) | Q(other_school=""),
                name="enrolment_in_one_school",
                violation_error_message="Choisissez un établissement de la liste, ou écrivez-en un autre.",
            ),
            models.UniqueConstraint(
                fields=["child"],
                condition=Q(until_on=None),
                name="one_present_enrolment_a_child",
                violation_error_message="Cet enfant a déjà une scolarité en cours.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}, {self.school_name}"

    @property
    def school_name(self) -> str:
        if self.school is not None:
            return self.school.name
        return self.other_school or "établissement non connu"

    @property
    def level_group(self) -> LevelGroup:
        return LEVEL_GROUPS[Level(self.level)]

    def covers(self, day: date) -> bool:
        return self.since_on <= day and (self.until_on is None or day <= self.until_on)
