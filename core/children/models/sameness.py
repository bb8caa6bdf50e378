from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.children.enums import SamenessState
from core.children.models.child import Child
from core.ui.free_text import FreeLineField


class DuplicateCheck(models.Model):
    """Two files that may be of one child: for the coordinator to look at, and decided once."""

    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=SamenessState, default=SamenessState.TO_CHECK)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["-found_at", "-id"], name="check_to_settle", condition=Q(state=SamenessState.TO_CHECK)
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["child", "other"], name="one_check_a_pair"),
            models.CheckConstraint(condition=Q(child__lt=F("other")), name="check_pair_in_order"),
            models.CheckConstraint(condition=Q(state__in=SamenessState.values), name="check_state_known"),
            models.CheckConstraint(
                condition=Q(state="to_check", settled_by=None, settled_at=None)
                | (~Q(state="to_check") & Q(settled_by__isnull=False, settled_at__isnull=False)),
                name="check_settled_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} et {self.other_id}\u00a0: {self.get_state_display()}"


class Merge(models.Model):
    """Two files united, with all that moved, so that it can be taken back."""

    kept = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="merged_by")
    reason = FreeLineField("pourquoi", max_length=200)
    # [["children.guardianship", "child", 12], …]: rows that followed; and those that could not, with why not
    moved = models.JSONField(default=list, blank=True)
    # fields that the kept file lacked and took from the other
    filled = models.JSONField(default=list, blank=True)
    left_behind = models.JSONField(default=list, blank=True)
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="merge_of_two_files"),
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at=None), name="one_merge_in_force_a_file"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_undone_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} réuni avec {self.kept_id}"
