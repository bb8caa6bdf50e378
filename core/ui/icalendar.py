"""Entries for calendar programmes (RFC 5545), written in one place for convenings and for personal feeds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

PRODUCT = "-//Reussite//Agenda//FR"
TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Event:
    """Kept by calendars as one entry: a higher `sequence` with the same `uid` replaces the former.

    `starts_at` is an instant, or a day for what has no hour. The words name nobody: what is in here leaves.
    """

    uid: str
    starts_at: date | datetime
    summary: str
    url: str
    ends_at: datetime | None = None
    place: str = ""
    sequence: int = 0
    cancelled: bool = False


def calendar(events: Iterable[Event], *, stamped_at: datetime, method: str = "PUBLISH") -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", f"METHOD:{method}"]
    for event in events:
        lines += _lines(event, stamped_at)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _lines(event: Event, stamped_at: datetime) -> list[str]:
    place = [f"LOCATION:{_text(event.place)}"] if event.place else []
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{_instant(stamped_at)}",
        *_when(event),
        f"SUMMARY:{_text(event.summary)}",
        *place,
        f"URL:{event.url}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
        "CLASS:CONFIDENTIAL",
        "END:VEVENT",
    ]


def _when(event: Event) -> list[str]:
    starts = event.starts_at
    if not isinstance(starts, datetime):
        return [
            f"DTSTART;VALUE=DATE:{starts:%Y%m%d}",
            f"DTEND;VALUE=DATE:{starts + timedelta(days=1):%Y%m%d}",
        ]
    ends = [f"DTEND:{_instant(event.ends_at)}"] if event.ends_at else []
    return [f"DTSTART:{_instant(starts)}", *ends]


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    for sign in ("\\", ";", ","):
        value = value.replace(sign, f"\\{sign}")
    return "\\n".join(value.splitlines())


def _folded(line: str) -> str:
    """At most 75 octets a line, never inside a letter."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > 74:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])
