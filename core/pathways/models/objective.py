"""What a pathway aims at, and what was looked for before anything was made to measure.

Triggers (migration 0006) hold that an objective is one that all four signed, and that a made-to-measure
action for it has its search on record.
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.children.access import Scope
from core.children.models import Child
from core.pathways.enums import Standing, WishedBy
from core.pathways.models.contract import ContractObjective
from core.pathways.models.pathway import Pathway
from core.pathways.models.vocabulary import Domain
from core.pathways.workflow import SolutionState
from core.ui.free_text import FreeLineField, FreeTextField

if TYPE_CHECKING:
    from core.people.models import User


class ObjectiveQuerySet(models.QuerySet["Objective"]):
    def visible_to(self, user: "User") -> "ObjectiveQuerySet":
        """Of the children whose whole file is open to `user`."""
        return self.filter(pathway__child__in=Child.objects.visible_to(user, scope=Scope.FILE))

    def in_force(self) -> "ObjectiveQuerySet":
        """Those of the last version that all four signed."""
        return self.filter(dropped_on=None)

    def by_domain(self) -> "ObjectiveQuerySet":
        return self.order_by("domain__order", "domain_id", "pk")


class Objective(models.Model):
    """One aim of a pathway, the same row through the amendments that carry its words over."""

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="objectives")
    # The line of the last signed version in which it stands.
    line = models.ForeignKey(ContractObjective, on_delete=models.PROTECT, related_name="+")
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="+", verbose_name="domaine")
    text = FreeLineField("objectif", max_length=300)
    wished_by = models.CharField("souhaité par", max_length=10, choices=WishedBy)
    since_on = models.DateField("depuis le")
    dropped_on = models.DateField("retiré le", null=True, blank=True)
    standing = models.CharField("où on en est", max_length=10, choices=Standing, default=Standing.TO_START)
    standing_note = FreeLineField("ce qui a été observé", max_length=300, blank=True)
    standing_on = models.DateField("vu le", null=True, blank=True)
    nothing_exists = FreeLineField("rien n’existe, parce que", max_length=300, blank=True)

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("pathway", "domain", "text", name="objective_once_a_pathway"),
            models.CheckConstraint(
                condition=Q(standing__in=Standing.values), name="objective_standing_known"
            ),
            models.CheckConstraint(
                condition=Q(dropped_on__isnull=True) | Q(dropped_on__gte=models.F("since_on")),
                name="objective_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class SolutionQuerySet(models.QuerySet["Solution"]):
    def visible_to(self, user: "User") -> "SolutionQuerySet":
        return self.filter(objective__in=Objective.objects.visible_to(user))


class Solution(models.Model):
    """One existing solution looked at for one objective: an offer of the directory, or one told in words."""

    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="solutions")
    offer = models.ForeignKey(
        "partners.Offer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="offre de l’annuaire",
    )
    told = FreeLineField("autre solution", max_length=200, blank=True)
    state = models.CharField("état", max_length=10, choices=SolutionState, default=SolutionState.CONSIDERED)
    contacted_on = models.DateField("contactée le", null=True, blank=True)
    why = FreeLineField("pourquoi", max_length=300, blank=True)
    settled_on = models.DateField("décidé le", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    objects = SolutionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SolutionState.values), name="solution_state_known"),
            models.CheckConstraint(
                condition=Q(offer__isnull=False, told="") | Q(offer__isnull=True) & ~Q(told=""),
                name="solution_is_an_offer_or_is_told",
                violation_error_message="Choisissez une offre, ou dites la solution en une ligne.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[SolutionState.KEPT, SolutionState.NOT_KEPT])
                | ~Q(why="") & Q(settled_on__isnull=False),
                name="settled_solution_says_why",
                violation_error_message="Dites en une ligne pourquoi.",
            ),
            models.UniqueConstraint(
                "objective",
                "offer",
                name="solution_once_an_objective",
                violation_error_message="Cette offre est déjà regardée pour cet objectif.",
            ),
        ]

    def __str__(self) -> str:
        return self.told or str(self.offer)


class PracticeQuerySet(models.QuerySet["Practice"]):
    def visible_to(self, user: "User") -> "PracticeQuerySet":
        """Everybody's of the town: a practice knows no child."""
        return self.filter(active=True)


class Practice(models.Model):
    """The wording of an action made to measure, kept for others. Nothing in it leads to a child."""

    title = FreeLineField("titre", max_length=200)
    wording = FreeTextField("comment on fait")
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="+", verbose_name="domaine")
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kept_on = models.DateField("gardée le")
    active = models.BooleanField("active", default=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(wording=""), name="practice_says_how"),
        ]

    def __str__(self) -> str:
        return self.title
