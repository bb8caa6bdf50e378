"""Releases: what the nation publishes. Once published nothing of it changes (triggers, migration 0002).

Hidden counts are not here: a hidden cell has no value, in this table and thus in every page and file.
"""

from django.db import models
from django.db.models import F, Q

from core.exchange.enums import Status
from core.national.enums import Recipient
from core.national.workflow import ReleaseState
from core.reporting.indicators import Period

THRESHOLD = 11  # least count of children that leaves (disclosure.shapes.PUBLIC)


class ReleaseQuerySet(models.QuerySet["Release"]):
    def published(self) -> "ReleaseQuerySet":
        return self.filter(state=ReleaseState.PUBLISHED)

    def public(self) -> "ReleaseQuerySet":
        return self.published().filter(recipient=Recipient.PUBLIC)

    def linked_to(self, release: "Release") -> "ReleaseQuerySet":
        """Those whose cells a reader may hold against this one's: same period, same towns."""
        return self.of_period(release.period, release.made_up).exclude(pk=release.pk)

    def of_period(self, period: Period, made_up: bool) -> "ReleaseQuerySet":
        return self.filter(first_on=period.first, last_on=period.last, made_up=made_up)

    def newest_first(self) -> "ReleaseQuerySet":
        return self.order_by("-first_on", "-number")


class Release(models.Model):
    """A set of tables over one period, for one kind of reader.

    `document` holds what has to stay as it was: tables, definitions, dimensions, places. `audit` tells what
    the attack found, in numbers of cells. `former` are the releases that the audit took into account;
    `carried` and `postponed` are codes of towns by indicator (control.protect_correction).
    """

    number = models.PositiveIntegerField("numéro", unique=True)
    state = models.CharField("état", max_length=10, choices=ReleaseState, default=ReleaseState.DRAFT)
    recipient = models.CharField("pour", max_length=10, choices=Recipient, default=Recipient.PUBLIC)
    source = models.CharField("chiffres", max_length=10, choices=Status)
    made_up = models.BooleanField("villes fictives", default=False)
    first_on = models.DateField("du")
    last_on = models.DateField("au")
    labelled = models.PositiveIntegerField("villes labellisées")
    active = models.PositiveIntegerField("villes actives")
    answering = models.PositiveIntegerField("villes répondantes")
    document = models.JSONField(default=dict)
    audit = models.JSONField(default=dict)
    audit_passed = models.BooleanField("contrôle réussi", null=True)
    former = models.JSONField("publications antérieures", default=list)
    towns = models.JSONField(default=dict, help_text="Code of each answering town by its schema's name.")
    carried = models.JSONField("villes gardées telles que publiées", default=dict)
    postponed = models.JSONField("villes reportées", default=dict)
    fingerprint = models.CharField("empreinte", max_length=64, blank=True)
    made_at = models.DateTimeField("préparée le")
    made_by_id = models.BigIntegerField(null=True)
    audited_at = models.DateTimeField("contrôlée le", null=True)
    published_at = models.DateTimeField("publiée le", null=True)
    published_by_id = models.BigIntegerField(null=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReleaseState.values), name="release_state_known"),
            models.CheckConstraint(
                condition=Q(recipient__in=Recipient.values), name="release_recipient_known"
            ),
            models.CheckConstraint(condition=Q(first_on__lte=F("last_on")), name="release_period_in_order"),
            models.CheckConstraint(
                condition=Q(answering__lte=F("active")) & Q(active__lte=F("labelled")),
                name="release_counts_in_order",
                violation_error_message="Les villes répondantes sont parmi les actives, et celles-ci parmi "
                "les labellisées.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["audited", "published"]) | Q(audit_passed=True),
                name="release_passed_its_audit",
                violation_error_message="Une publication que le contrôle a refusée ne paraît pas.",
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | (~Q(state="published") & Q(published_at=None)),
                name="release_published_at_an_instant",
            ),
        ]

    def __str__(self) -> str:
        return f"Publication n°\u00a0{self.number}"

    @property
    def period(self) -> Period:
        return Period(self.first_on, self.last_on)


class ReleasedCell(models.Model):
    """One cell as it leaves: a number, or none where it is hidden."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="cells")
    indicator = models.CharField(max_length=60)
    place = models.CharField(max_length=80)
    breakdown = models.CharField(max_length=200, blank=True)
    value = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["release", "place"], name="cells_of_a_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "indicator", "place", "breakdown"], name="one_cell_a_release"
            ),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value=0) | Q(value__gte=THRESHOLD), name="no_small_count_leaves"
            ),
        ]
