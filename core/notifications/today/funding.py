"""Dates that a funder waits for, or is waited for: a report to send, a payment to come."""

from collections.abc import Sequence

from django.urls import reverse

from core.funding import queries
from core.funding.permissions import can_keep_accounts
from core.funding.queries import Deadline
from core.notifications.today.shapes import Line, Reader, Source
from core.ui.typography import days_away


def _due(reader: Reader) -> list[Deadline] | None:
    return queries.deadlines(reader.day) if can_keep_accounts(reader.user) else None


def _lines(rows: Sequence[Deadline], reader: Reader) -> list[Line]:
    return [
        Line(
            title=str(row.convention),
            url=reverse("funding:convention", args=[row.convention.pk]),
            detail=f"{row.what.lower()} {days_away(row.on, reader.day)}",
            do="Mettre à jour la convention",
            do_url=reverse("funding:convention", args=[row.convention.pk]),
            late=row.on < reader.day,
        )
        for row in rows
    ]


SOURCES = (Source("financements", "Échéances des financeurs", "euro", 75, _due, _lines),)
