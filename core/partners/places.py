"""The town's districts and domains by name, as its file gives them: their tables belong to apps above."""

from collections.abc import Iterable, Mapping

from tenants import context


def districts() -> dict[str, str]:
    """`{"QN08205N": "Beausoleil-Bas"}`"""
    return _named("priority_districts", "name")


def domains() -> dict[str, str]:
    """`{"educatif": "Éducatif"}`"""
    return _named("domains", "label")


def said(codes: Iterable[str], names: Mapping[str, str]) -> str:
    """« Cœur de Ville, Médiathèque »; a code that the file no longer knows stands for itself."""
    return ", ".join(names.get(code, code) for code in codes)


def _named(section: str, key: str) -> dict[str, str]:
    rows = context.require().config.get(section, [])
    return {row["code"]: row[key] for row in rows}
