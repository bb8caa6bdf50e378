"""Writes data as TOML in two styles, so that reading is tried on both; there is no writer in Python."""

import json
import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_-]+")


def inline(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | date | time):
        return str(value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{key(name)} = {inline(item)}" for name, item in value.items())
        return "{ " + pairs + " }" if pairs else "{}"
    items = "".join(f"\n    {inline(item)}, # an item" for item in value)
    return f"[{items}\n]"


def text(value: str) -> str:
    # JSON's escapes are TOML's, but for DEL and for surrogate pairs.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def key(name: str) -> str:
    return name if BARE.fullmatch(name) else text(name)


def flat(data: Mapping[str, Any]) -> str:
    """One line a top-level key, lists over several lines."""
    return "".join(f"{key(name)} = {inline(value)}\n" for name, value in data.items() if value is not None)


def tables(data: Mapping[str, Any], path: str = "") -> str:
    """Headers for tables and for lists of tables, as a person writes them."""
    plain: dict[str, Any] = {}
    nested: dict[str, Any] = {}
    for name, value in data.items():
        is_table = isinstance(value, Mapping)
        is_list = isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)
        (nested if is_table or is_list else plain)[name] = value
    written = flat(plain)
    for name, value in nested.items():
        inner = f"{path}.{key(name)}" if path else key(name)
        for item in value if isinstance(value, list) else [value]:
            head = f"[[{inner}]]" if isinstance(value, list) else f"[{inner}]"
            written += (
                f"\n# about {name.encode('ascii', 'replace').decode()!r}\n{head}\n{tables(item, inner)}"
            )
    return written


def without_nothing(value: Any) -> Any:
    """TOML has no null: a key without value is left out."""
    if isinstance(value, Mapping):
        return {name: without_nothing(item) for name, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [without_nothing(item) for item in value]
    return value
