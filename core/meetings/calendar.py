"""The calendar file of a convening (RFC 5545): day, place and link, and nobody's name."""

from datetime import UTC, datetime

PRODUCT = "-//Reussite//Reunions//FR"


def event(
    *,
    uid: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    url: str,
    stamped_at: datetime,
    sequence: int,
    cancelled: bool = False,
) -> str:
    """Kept by calendars as one entry: a higher `sequence` with the same `uid` replaces the former."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "METHOD:CANCEL" if cancelled else "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"SEQUENCE:{sequence}",
        f"DTSTAMP:{_instant(stamped_at)}",
        f"DTSTART:{_instant(starts_at)}",
        f"DTEND:{_instant(ends_at)}",
        "SUMMARY:Réunion d’équipe pluridisciplinaire",
        f"LOCATION:{_text(place)}",
        f"URL:{url}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
        "CLASS:CONFIDENTIAL",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


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
