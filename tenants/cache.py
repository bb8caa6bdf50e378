"""Cache keys carry the town. Without one there is no key."""

from tenants import context


def town_key(key: str, key_prefix: str, version: int) -> str:
    """`<schema>:<version>:<key>`. Raises NoPlaceError when no town is entered."""
    return f"{context.require().schema}:{version}:{key}"


def strip_town(full_key: str) -> str:
    return full_key.split(":", 2)[2]
