"""Who read what, and who changed what. Rows are added and never altered: the town's role may not."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q


class ReadLineQuerySet(models.QuerySet["ReadLine"]):
    def about(self, child_ids: list[int]) -> "ReadLineQuerySet":
        """Lines in which one of the children was shown, alone or in a list."""
        return self.filter(Q(child_id__in=child_ids) | Q(shown__overlap=child_ids))

    def since(self, at: datetime) -> "ReadLineQuerySet":
        return self.filter(at__gte=at)

    def latest_first(self) -> "ReadLineQuerySet":
        return self.order_by("-at", "-pk")


class ReadLine(models.Model):
    """One page that showed one child's file, or a list of children, to one person.

    Ids of children are plain numbers: the line outlives the file for as long as the log is kept.
    """

    append_only = True

    at = models.DateTimeField("le")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="par", on_delete=models.PROTECT, related_name="+"
    )
    child_id = models.BigIntegerField("enfant", null=True)
    shown = ArrayField(models.BigIntegerField(), verbose_name="enfants d’une liste", default=list)
    page = models.CharField("page", max_length=100)
    reason = models.CharField("motif d’accès", max_length=40)
    why = models.CharField("rôle ou lien", max_length=200)
    purpose = models.CharField("finalité", max_length=200)

    objects = ReadLineQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["child_id", "-at"], name="readline_of_a_child", condition=Q(child_id__isnull=False)
            ),
            models.Index(fields=["at"], name="readline_by_date"),
            GinIndex(fields=["shown"], name="readline_shown"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(child_id__isnull=True) | Q(shown=[]), name="readline_child_or_list"
            ),
            models.CheckConstraint(condition=~Q(why="") & ~Q(purpose=""), name="readline_says_why"),
        ]


class ChangeQuerySet(models.QuerySet["Change"]):
    def about(self, child_ids: list[int]) -> "ChangeQuerySet":
        return self.filter(child_id__in=child_ids)

    def of(self, target: models.Model) -> "ChangeQuerySet":
        return self.filter(target=target._meta.label_lower, target_id=target.pk)

    def latest_first(self) -> "ChangeQuerySet":
        return self.order_by("-at", "-pk")


class Change(models.Model):
    """One act of one person on one row, written by the operation in its own transaction.

    Names of fields, not their values; `old` holds a value only where a rule needs it back.
    """

    append_only = True

    at = models.DateTimeField("le")
    # None: a scheduled job, or somebody without an account; `actor_label` says which.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="par", on_delete=models.PROTECT, null=True, related_name="+"
    )
    actor_label = models.CharField("par (sans compte)", max_length=100, blank=True)
    act = models.CharField("acte", max_length=60)
    target = models.CharField("objet", max_length=100)
    target_id = models.BigIntegerField("numéro de l’objet")
    child_id = models.BigIntegerField("enfant", null=True)
    fields = ArrayField(models.CharField(max_length=100), verbose_name="champs", default=list)
    old = models.JSONField("valeurs d’avant", null=True, encoder=DjangoJSONEncoder)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["child_id", "-at"], name="change_of_a_child", condition=Q(child_id__isnull=False)
            ),
            models.Index(fields=["target", "target_id"], name="change_of_a_row"),
            models.Index(fields=["at"], name="change_by_date"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(actor__isnull=False) | ~Q(actor_label=""), name="change_says_who"
            ),
        ]


class DoneOnce(models.Model):
    """The key of a form that was carried out, so that a double click or a reload makes nothing twice."""

    key = models.UUIDField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    target_id = models.BigIntegerField(null=True)
