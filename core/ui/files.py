"""How a stored file is handed over: by a view that checked, never by an address of its own."""

from urllib.parse import quote

from django.http import HttpResponse

from core.ui.uploads import ENDING, MIME

# Whatever the file holds, nothing in it runs, calls out, or passes for a page of ours.
POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
)


def kind_of(content: bytes) -> str:
    """Of a file that passed `uploads.made_safe`, or was kept before it; empty for anything else."""
    beginnings = {"pdf": b"%PDF-", "jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
    return next((kind for kind, start in beginnings.items() if content.startswith(start)), "")


def handed_over(content: bytes, *, name: str, kind: str = "") -> HttpResponse:
    """A picture is shown, so that no copy stays in the folder of downloads; the rest is downloaded."""
    kind = kind or kind_of(content)
    response = HttpResponse(content, content_type=MIME.get(kind, "application/octet-stream"))
    shown = "inline" if kind in ("jpeg", "png") else "attachment"
    full = f"{name}.{ENDING[kind]}" if kind else name
    response["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(full, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
