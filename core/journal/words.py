"""What acts and pages are called where a log is shown. Each app registers its own when it starts."""

from collections.abc import Mapping

_acts: dict[str, str] = {}
_pages: dict[str, str] = {}


def register_acts(labels: Mapping[str, str]) -> None:
    """`{"children.create_child": "Dossier ouvert"}`"""
    _acts.update(labels)


def register_pages(labels: Mapping[str, str]) -> None:
    """`{"children:file": "Dossier de l’enfant"}`, by the view's name."""
    _pages.update(labels)


def act_label(act: str) -> str:
    return _acts.get(act, act)


def page_label(page: str) -> str:
    return _pages.get(page, page)
