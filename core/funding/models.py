"""The money of the programme: what was asked and received, what was spent, what is given in kind.

The coordination alone reads it: with few children, an amount of individual aid can tell of whom it is.
"""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.funding.enums import ConventionState, FunderKind, Nature, YearKind
from core.funding.years import EARLIEST, LATEST, FundingYear
from core.people.enums import Role
from core.ui.free_text import FreeLineField

if TYPE_CHECKING:
    from core.people.models import User

_YEAR = Q(year_kind__in=YearKind.values, year__gte=EARLIEST, year__lte=LATEST)


class FundingQuerySet(models.QuerySet["models.Model"]):
    def visible_to(self, user: "User", *, at: datetime | None = None) -> "FundingQuerySet":
        """Of the coordination; nobody else's role opens it, those that govern or administer included."""
        return self if user.has_role(Role.COORDINATOR, on=timezone.localdate(at)) else self.none()

    def kept(self) -> "FundingQuerySet":
        """Without what was taken back as a mistake."""
        return self.filter(active=True)


def _euros(name: str, **options: object) -> "models.DecimalField[Decimal, Decimal]":
    return models.DecimalField(name, max_digits=12, decimal_places=2, **options)  # type: ignore[arg-type]


class Convention(models.Model):
    """What a funder was asked for one programme and one year, granted and paid. `granted` None: no answer."""

    funder_kind = models.CharField("financeur", max_length=12, choices=FunderKind)
    funder_name = FreeLineField("nom du financeur", max_length=120, blank=True)
    programme = FreeLineField("programme", max_length=120)
    year_kind = models.CharField("année", max_length=8, choices=YearKind)
    year = models.PositiveSmallIntegerField("commence en")
    reference = FreeLineField("référence DAUPHIN", max_length=40, blank=True)
    state = models.CharField("état", max_length=8, choices=ConventionState, default=ConventionState.ASKED)
    asked = _euros("montant demandé")
    granted = _euros("montant accordé", null=True, blank=True)
    paid = _euros("montant versé", default=Decimal(0))
    payment_due_on = models.DateField("prochain versement attendu le", null=True, blank=True)
    report_due_on = models.DateField("compte rendu à rendre le", null=True, blank=True)
    report_sent_on = models.DateField("compte rendu envoyé le", null=True, blank=True)
    active = models.BooleanField("comptée", default=True)

    objects = FundingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(funder_kind__in=FunderKind.values, state__in=ConventionState.values) & _YEAR,
                name="convention_words_known",
                violation_error_message="Choisissez le financeur, l’année et l’état dans les listes.",
            ),
            models.CheckConstraint(
                condition=~Q(programme="") & (~Q(funder_kind="other") | ~Q(funder_name="")),
                name="convention_says_who_and_what",
                violation_error_message="Dites le programme et, pour un autre financeur, son nom.",
            ),
            models.CheckConstraint(
                condition=Q(asked__gte=0, paid__gte=0) & (Q(granted__isnull=True) | Q(granted__gte=0)),
                name="convention_amounts_not_negative",
                violation_error_message="Un montant ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                condition=Q(paid=0) | Q(granted__isnull=False, paid__lte=models.F("granted")),
                name="convention_paid_within_granted",
                violation_error_message="Le montant versé dépasse le montant accordé.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["granted", "settled"], granted__isnull=False)
                | Q(state="asked", granted__isnull=True)
                | Q(state="refused", granted__isnull=True),
                name="convention_state_and_amount_agree",
                violation_error_message="Une convention accordée ou soldée a un montant accordé,"
                " une demande ou un refus n’en a pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.funder}, {self.programme}"

    @property
    def funder(self) -> str:
        return self.funder_name or self.get_funder_kind_display()

    @property
    def of_year(self) -> FundingYear:
        return FundingYear(self.year, YearKind(self.year_kind))

    @property
    def to_come(self) -> Decimal:
        """What was granted and not paid, while more is expected."""
        if self.state != ConventionState.GRANTED or self.granted is None:
            return Decimal(0)
        return self.granted - self.paid


class Expense(models.Model):
    """Money spent on a day. An aid that was given to a child says no word: its amount, domain and day alone.

    The child's file may be erased: the link goes, what was spent stays.
    """

    nature = models.CharField("nature", max_length=10, choices=Nature)
    label = FreeLineField("objet", max_length=200, blank=True)
    on = models.DateField("date")
    amount = _euros("montant")
    convention = models.ForeignKey(
        Convention, on_delete=models.PROTECT, null=True, blank=True, related_name="expenses"
    )
    domain = models.ForeignKey(
        "pathways.Domain", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # named, so that it follows a file that is united with another (core/children/operations/merging.py)
    child = models.ForeignKey(
        "children.Child", on_delete=models.SET_NULL, null=True, blank=True, related_name="aids"
    )
    active = models.BooleanField("comptée", default=True)

    objects = FundingQuerySet.as_manager()

    class Meta:
        verbose_name = "dépense"
        indexes = [models.Index(fields=["on", "nature"], name="expenses_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(nature__in=Nature.values),
                name="expense_nature_known",
                violation_error_message="Choisissez la nature de la dépense dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="expense_amount_positive",
                violation_error_message="Écrivez un montant supérieur à zéro.",
            ),
            models.CheckConstraint(
                condition=Q(nature="aid") | Q(child__isnull=True, domain__isnull=True),
                name="expense_child_and_domain_of_an_aid",
                violation_error_message="Seule une aide individuelle a un domaine.",
            ),
            models.CheckConstraint(
                condition=Q(nature="aid") | ~Q(label=""),
                name="expense_says_its_object",
                violation_error_message="Dites ce que cette dépense paie.",
            ),
            models.CheckConstraint(
                condition=Q(child__isnull=True) | Q(label=""),
                name="expense_of_a_child_says_no_word",
                violation_error_message="L’aide d’un enfant se dit par son montant, son domaine et sa date.",
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.get_nature_display()


class InKind(models.Model):
    """What somebody gives without money: a room, somebody's time. Its value is counted apart."""

    giver = FreeLineField("qui", max_length=120)
    what = FreeLineField("quoi", max_length=200)
    year_kind = models.CharField("année", max_length=8, choices=YearKind)
    year = models.PositiveSmallIntegerField("commence en")
    amount = _euros("valeur estimée")
    active = models.BooleanField("compté", default=True)

    objects = FundingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_YEAR,
                name="in_kind_year_known",
                violation_error_message="Choisissez l’année dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & ~Q(giver="") & ~Q(what=""),
                name="in_kind_says_who_what_and_how_much",
                violation_error_message="Dites qui donne, quoi, et une valeur supérieure à zéro.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver}, {self.what}"

    @property
    def of_year(self) -> FundingYear:
        return FundingYear(self.year, YearKind(self.year_kind))
