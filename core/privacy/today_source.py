"""What « Aujourd’hui » says of emergency accesses: somebody else has to look at each of them afterwards."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.notifications.today import Line, Reader, Source
from core.privacy.models import EmergencyAccess
from core.privacy.permissions import can_review_emergency
from core.ui.typography import days_away


def _to_review(reader: Reader) -> "QuerySet[EmergencyAccess] | None":
    """Opened by another than the reader, who may not judge an access of her or his own."""
    if not can_review_emergency(reader.user, reader.at):
        return None
    rows = EmergencyAccess.objects.to_review().exclude(user=reader.user)
    return rows.select_related("child", "user").order_by("opened_at", "pk")


def _lines(rows: Sequence[EmergencyAccess], reader: Reader) -> list[Line]:
    return [
        Line(
            title=row.child.full_name,
            url=reverse("privacy:review", args=[row.pk]),
            detail=f"ouvert par {row.user.full_name} "
            f"{days_away(timezone.localdate(row.opened_at), reader.day)}",
            do="Lire la raison et répondre",
            do_url=reverse("privacy:review", args=[row.pk]),
            child_id=row.child_id,
        )
        for row in rows
    ]


SOURCES = (Source("urgences", "Accès d’urgence à revoir", "siren", 5, _to_review, _lines),)
