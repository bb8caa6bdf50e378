"""The minutes as a PDF that a screen reader can read (PDF/UA-1): whole for the team, or one child's part."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone

from core.meetings.models import AgendaItem, Meeting, Minutes
from core.meetings.workflow import MeetingState
from core.ui import typography
from tenants import context

SOURCE = Path(__file__).with_name("minutes.typ")


def whole(meeting: Meeting, items: Iterable[AgendaItem]) -> bytes:
    """`items` with their children, in order; the caller says which may be seen."""
    frozen = {row.item_id: row for row in Minutes.objects.filter(item__meeting=meeting).order_by("pk")}
    parts = [_part(item, meeting, frozen.get(item.pk)) for item in items if item.minutes_text]
    return _compiled(meeting, parts)


def of_child(item: AgendaItem) -> bytes:
    """One child's part alone, which is what one family's access request yields."""
    frozen = Minutes.objects.filter(item=item).first()
    return _compiled(item.meeting, [_part(item, item.meeting, frozen)])


def _compiled(meeting: Meeting, parts: list[dict[str, Any]]) -> bytes:
    place = context.require()
    data = {
        "title": f"Réunion du {typography.day(timezone.localdate(meeting.starts_at))}",
        "author": place.name,
        "lead": f"{place.name} – équipe « {meeting.team.name} », {meeting.place}",
        "draft": meeting.state != MeetingState.APPROVED,
        "presences": [
            [row.name, row.organisation or "–", row.get_attendance_display()]
            for row in meeting.presences.order_by("name", "pk")
        ],
        "parts": parts,
    }
    pdf = typst.compile(
        SOURCE.read_bytes(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        format="pdf",
    )
    assert isinstance(pdf, bytes)  # noqa: S101  # one document was asked for
    return pdf


def _part(item: AgendaItem, meeting: Meeting, frozen: Minutes | None) -> dict[str, Any]:
    title = item.label if meeting.pseudonymous else f"{item.label} – {item.child.full_name}"
    text = frozen.text if frozen else item.minutes_text
    return {"title": title, "blocks": _blocks(text), "sha256": frozen.sha256 if frozen else ""}


def _blocks(text: str) -> list[dict[str, Any]]:
    """Paragraphs and lists: a line that starts with a dash belongs to a list."""
    blocks: list[dict[str, Any]] = []
    kind = ""
    for line in text.splitlines():
        if not line.strip():
            kind = ""
            continue
        new = "list" if line.startswith(("– ", "- ")) else "text"
        if new != kind:
            blocks.append({"kind": new, "lines": []})
            kind = new
        blocks[-1]["lines"].append(line[2:] if new == "list" else line)
    return blocks
