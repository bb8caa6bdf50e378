"""The end of a pathway, its pauses, and the news taken afterwards. Why it ended and what came of it are two.

Triggers (migration `ending`) hold that an ended pathway has its exit, of that very day, with an outcome for
each objective in force; and that what ended does not change.
"""

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.children.access import Scope
from core.children.models import Child
from core.pathways.enums import AskedBy, ContactKind, NationalExit, Outcome, RelayState, VocabularyKind
from core.pathways.models.objective import Objective
from core.pathways.models.pathway import Pathway
from core.pathways.models.vocabulary import Term
from core.people.enums import Role
from core.people.queries import under_charter
from core.ui.free_text import FreeLineField, FreeTextField

if TYPE_CHECKING:
    from core.people.models import User

# Reasons after which nothing is printed for the family.
SOBER = frozenset({NationalExit.DEATH, NationalExit.CHILD_PROTECTION, NationalExit.MISTAKE})
# Reasons after which nobody takes news.
WITHOUT_NEWS = frozenset({NationalExit.DEATH, NationalExit.MISTAKE})


class ExitQuerySet(models.QuerySet["Exit"]):
    def visible_to(self, user: "User") -> "ExitQuerySet":
        """Of the children whose whole file is open to `user`."""
        return self.filter(pathway__child__in=Child.objects.visible_to(user, scope=Scope.FILE))


class Exit(models.Model):
    """`reason` is the town's word, `national` the code that it had that day: figures count by the latter."""

    pathway = models.OneToOneField(Pathway, on_delete=models.PROTECT, related_name="exit")
    on = models.DateField("le")
    reason = models.ForeignKey(
        Term,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": VocabularyKind.EXIT_REASON, "active": True},
        verbose_name="motif",
    )
    national = models.CharField("motif, code national", max_length=20, choices=NationalExit)
    asked_by = models.CharField("demandée par", max_length=10, choices=AskedBy)
    said_by = FreeLineField("qui l’a dit", max_length=200, blank=True)
    said_how = models.CharField("comment", max_length=10, choices=ContactKind, blank=True)
    words = FreeTextField("en quelques mots", blank=True)
    strengths = FreeTextField("ce que l’enfant sait faire, ce qui va bien", blank=True)
    relay_organisation = models.ForeignKey(
        "partners.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="relais vers la structure",
    )
    relay_words = FreeLineField("relais, en une ligne", max_length=200, blank=True)
    relay_state = models.CharField("relais", max_length=10, choices=RelayState, default=RelayState.NONE)
    relay_on = models.DateField("réponse du", null=True, blank=True)
    relay_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    relay_noted_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    objects = ExitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(national__in=NationalExit.values), name="exit_reason_known"),
            models.CheckConstraint(condition=Q(asked_by__in=AskedBy.values), name="exit_asked_by_known"),
            models.CheckConstraint(
                condition=Q(said_how="") | Q(said_how__in=ContactKind.values), name="exit_said_how_known"
            ),
            models.CheckConstraint(
                condition=~Q(national=NationalExit.FAMILY_STOPPED) | ~Q(said_by="") & ~Q(said_how=""),
                name="withdrawal_says_who_and_how",
                violation_error_message="Dites qui, dans la famille, l’a dit, et comment.",
            ),
            models.CheckConstraint(
                condition=Q(relay_state__in=RelayState.values), name="exit_relay_state_known"
            ),
            models.CheckConstraint(
                condition=Q(relay_state=RelayState.NONE, relay_organisation__isnull=True, relay_words="")
                | ~Q(relay_state=RelayState.NONE)
                & (Q(relay_organisation__isnull=False) | ~Q(relay_words=""))
                & Q(relay_on__isnull=False, relay_by__isnull=False, relay_noted_at__isnull=False),
                name="relay_is_to_somebody_and_dated",
                violation_error_message="Dites vers qui est le relais.",
            ),
        ]

    def __str__(self) -> str:
        return f"Sortie {self.pk}"

    @property
    def reason_label(self) -> str:
        return self.reason.label if self.reason is not None else self.get_national_display()

    @property
    def relay_to(self) -> str:
        return " : ".join(filter(None, [str(self.relay_organisation or ""), self.relay_words]))

    @property
    def is_sober(self) -> bool:
        """Nothing is printed for the family, nothing congratulates."""
        return self.national in SOBER


class ObjectiveOutcome(models.Model):
    """What became of one objective that was in force when the pathway ended."""

    exit = models.ForeignKey(Exit, on_delete=models.CASCADE, related_name="outcomes")
    objective = models.OneToOneField(Objective, on_delete=models.PROTECT, related_name="outcome")
    outcome = models.CharField("ce qu’il en est", max_length=12, choices=Outcome)
    words = FreeLineField("en une ligne", max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="objective_outcome_known"),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


class AfterExitQuerySet(models.QuerySet["AfterExit"]):
    def waiting(self) -> "AfterExitQuerySet":
        """Not taken yet. Of a child who died nobody takes any, whichever pathway they were planned for."""
        died = Exit.objects.filter(national=NationalExit.DEATH).values("pathway__child")
        rows = self.filter(done_on=None).exclude(exit__national__in=WITHOUT_NEWS)
        return rows.exclude(exit__pathway__child__in=died)

    def visible_to(self, user: "User", *, on: date) -> "AfterExitQuerySet":
        """The coordinator's; and, around its date and until it is done, of who is charged with it."""
        if not user.present_on(on) or not under_charter(user, on):
            return self.none()
        if user.has_role(Role.COORDINATOR, on=on):
            return self.all()
        return self.charged_with(user, on)

    def charged_with(self, user: "User", on: date) -> "AfterExitQuerySet":
        """Those that open the child's identity to `user` that day: see `opens_on` and `closes_on`."""
        return self.waiting().filter(user=user, opens_on__lte=on, closes_on__gte=on)


class AfterExit(models.Model):
    """News of a child some months after the end, in one line. Without `user`, the coordination takes them."""

    exit = models.ForeignKey(Exit, on_delete=models.CASCADE, related_name="looks")
    months = models.PositiveSmallIntegerField("mois après la sortie")
    due_on = models.DateField("à prendre le")
    opens_on = models.DateField("ouvre l’identité de l’enfant à partir du")
    closes_on = models.DateField("jusqu’au")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="par",
    )
    done_on = models.DateField("prises le", null=True, blank=True)
    reached = models.BooleanField("la famille a été jointe", null=True)
    became = FreeLineField("ce qu’il en est, en une ligne", max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    noted_at = models.DateTimeField(null=True, blank=True)

    objects = AfterExitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("exit", "months", name="after_exit_once_a_term"),
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=36), name="after_exit_months_known"
            ),
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("due_on"), closes_on__gte=F("due_on")),
                name="after_exit_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True, reached__isnull=True, became="")
                | Q(done_on__isnull=False, reached__isnull=False, by__isnull=False)
                & (Q(reached=False) | ~Q(became="")),
                name="after_exit_says_what_became",
                violation_error_message="Dites en une ligne ce qu’il en est.",
            ),
        ]

    def __str__(self) -> str:
        return f"Nouvelles à {self.months} mois"


class Suspension(models.Model):
    """A pause: illness, a stay elsewhere. What is shared and who accompanies stay as they are."""

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="suspensions")
    since_on = models.DateField("depuis le")
    expected_on = models.DateField("reprise envisagée le", null=True, blank=True)
    until_on = models.DateField("jusqu’au", null=True, blank=True)
    reason = FreeLineField("parce que", max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "pathway",
                condition=Q(until_on__isnull=True),
                name="one_open_suspension_a_pathway",
                violation_error_message="Ce parcours est déjà suspendu.",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("since_on")),
                name="suspension_dates_in_order",
                violation_error_message="La reprise précède la suspension.",
            ),
            models.CheckConstraint(
                condition=Q(expected_on__isnull=True) | Q(expected_on__gte=F("since_on")),
                name="suspension_expected_after_it_begins",
                violation_error_message="La reprise envisagée précède la suspension.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="suspension_says_why",
                violation_error_message="Dites en une ligne pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"Suspension {self.pk}"


class Stopped(models.Model):
    """One thing that an exit stopped, with what it was before: shown, and given back by an undo."""

    exit = models.ForeignKey(Exit, on_delete=models.CASCADE, related_name="stopped")
    participation = models.ForeignKey(
        "pathways.Participation", on_delete=models.CASCADE, null=True, related_name="+"
    )
    action = models.ForeignKey("pathways.Action", on_delete=models.CASCADE, null=True, related_name="+")
    session = models.ForeignKey("pathways.Session", on_delete=models.CASCADE, null=True, related_name="+")
    appointment = models.ForeignKey(
        "pathways.Appointment", on_delete=models.CASCADE, null=True, related_name="+"
    )
    amendment = models.ForeignKey("pathways.Contract", on_delete=models.CASCADE, null=True, related_name="+")
    link = models.ForeignKey("pathways.ReferentLink", on_delete=models.CASCADE, null=True, related_name="+")
    suspension = models.ForeignKey(Suspension, on_delete=models.CASCADE, null=True, related_name="+")
    was_until_on = models.DateField(null=True, blank=True)
    was_state = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return f"Arrêt {self.pk}"
