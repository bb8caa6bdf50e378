"""The components, each with its arguments. A page that misnames or forgets one fails when it is compiled.

Pages use them as `{% component "pill" label="Reçue" meaning="info" %}`, or around a body as
`{% container "notice" title="…" %}…{% endcontainer %}`. Templates are in `templates/components/`, and the
page at `/composants/` shows each in its states. Why not a library: docs/adr/0010-components.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MEANINGS = ("neutral", "info", "done", "attention", "danger")


@dataclass(frozen=True, slots=True)
class Component:
    """`body` says whether it stands around something: never, always."""

    required: tuple[str, ...] = ()
    optional: Mapping[str, Any] = field(default_factory=dict)
    body: bool = False

    def faults(self, given: set[str]) -> list[str]:
        missing = [f"{name} is missing" for name in self.required if name not in given]
        unknown = [f"{name} is unknown" for name in sorted(given - {*self.required, *self.optional})]
        return missing + unknown


COMPONENTS: dict[str, Component] = {
    # where I am
    "breadcrumbs": Component(("crumbs",)),
    "page_header": Component(("title",), {"kicker": "", "lead": "", "status": "", "meaning": "neutral"}),
    "page_header_with_actions": Component(
        ("title",), {"kicker": "", "lead": "", "status": "", "meaning": "neutral"}, body=True
    ),
    # saying something
    "pill": Component(("label",), {"meaning": "neutral", "icon": ""}),
    "notice": Component((), {"title": "", "meaning": "info"}, body=True),
    "toast": Component(("text",), {"meaning": "done", "undo_url": "", "undo_label": "Annuler"}),
    "empty": Component(("title",), {"text": "", "icon": "inbox", "url": "", "action": ""}),
    "unfold": Component(("summary",), {"open": False}, body=True),
    # people and their way
    "person": Component(("name",), {"kind": "child", "detail": "", "url": "", "flags": ()}),
    "steps": Component(("steps",), {"label": "Étapes", "across": False}),
    "timeline": Component(("events",), {"hidden": 0}),
    "hidden_count": Component(("count",)),
    # lists
    "filters": Component(
        (), {"action": "", "query": "", "search_label": "Rechercher", "hint": "", "clear_url": ""}, body=True
    ),
    "table": Component(
        ("caption", "columns"), {"show_caption": False, "cards": True, "compact": False}, body=True
    ),
    "pages": Component(("listing",), {"export_url": "", "noun": "ligne"}),
    # acting
    "form": Component(
        ("form", "submit"),
        {"action": "", "cancel_url": "", "cancel": "Annuler", "keep": True, "danger": False, "id": ""},
    ),
    "form_frame": Component(
        ("submit",),
        {
            "form": None,
            "action": "",
            "cancel_url": "",
            "cancel": "Annuler",
            "keep": True,
            "danger": False,
            "id": "",
            "multipart": False,
        },
        body=True,
    ),
    "button_post": Component(
        ("url", "label"), {"look": "second", "icon": "", "name": "", "value": "", "about": ""}
    ),
    "dialog": Component(("id", "title"), {}, body=True),
    "roll_call_row": Component(
        ("name", "legend", "choices"), {"value": "", "detail": "", "mine": "", "theirs": ""}
    ),
    # figures
    "number": Component(
        ("value", "label"), {"of": "", "definition": "", "rows_url": "", "rows_label": "Voir les lignes"}
    ),
    "figure": Component(("title", "columns", "rows"), {"definition": "", "note": ""}, body=True),
    "grid": Component(("title", "columns", "rows"), {"show_caption": False}),
    "bars": Component(("bars",), {"label": ""}),
    "paired_bars": Component(("bars", "first"), {"second": "", "label": ""}),
    "progress": Component(
        ("label",), {"done": None, "total": None, "detail": "", "poll_url": "", "state": "running"}
    ),
    # handing over
    "short_link": Component(("url",), {"title": "", "text": "", "qr": True}),
    "signature": Component(("signature",), {"caption": ""}),
}
