"""What the town's file says about notes; without a word, the defaults."""

import json

from tenants import context
from tenants.configuration.care import Notes


def settings() -> Notes:
    return Notes.model_validate_json(json.dumps(context.require().config.get("notes", {})))


def health_allowed() -> bool:
    """Certified hosting (HDS), or the town's own servers."""
    hosting = context.require().config.get("hosting", {})
    return hosting.get("health_notes", "none") in ("hds", "own_servers")
