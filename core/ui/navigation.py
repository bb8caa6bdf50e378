"""Entries of the side navigation. Each app lists its own in `<app>/navigation.py`, as `ENTRIES`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from django.apps import apps
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.module_loading import module_has_submodule

MOST = 5  # what a thumb reaches and a glance takes in
RARELY = 50  # from this order on, what is not for every day may be behind « Plus »


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """`roles` are the values of `core.people.enums.Role`; `order` goes from 0 (first) to 100.

    Below RARELY is what somebody needs every day: never more of them than are shown at once.
    """

    label: str
    url_name: str
    icon: str
    roles: frozenset[str]
    order: int = 50


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    icon: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Navigation:
    """`shown` always; `more` behind a last item, for those whose roles add up to more than five."""

    shown: list[Link] = field(default_factory=list)
    more: list[Link] = field(default_factory=list)

    @property
    def inside_more(self) -> bool:
        return any(link.current for link in self.more)


@cache
def entries() -> tuple[NavigationEntry, ...]:
    found: list[NavigationEntry] = []
    for app in apps.get_app_configs():
        if app.name.startswith("core.") and module_has_submodule(app.module, "navigation"):
            found += getattr(import_module(f"{app.name}.navigation"), "ENTRIES", [])
    return tuple(sorted(found, key=lambda entry: (entry.order, entry.label)))


def navigation_for(
    roles: Iterable[str], path: str, known: Iterable[NavigationEntry] | None = None
) -> Navigation:
    """What people with these roles see, the entry that leads to `path` marked."""
    held = frozenset(roles)
    links = []
    for entry in entries() if known is None else known:
        if held & entry.roles:
            try:
                links.append((entry, reverse(entry.url_name)))
            except NoReverseMatch:  # the national site and the towns' have different addresses
                continue
    here = max((url for _, url in links if _leads_to(url, path)), key=len, default="")
    shown = [Link(entry.label, url, entry.icon, url == here) for entry, url in links]
    if len(shown) <= MOST:
        return Navigation(shown)
    return Navigation(shown[: MOST - 1], shown[MOST - 1 :])


def navigation_of(request: HttpRequest) -> Navigation:
    roles_on = getattr(getattr(request, "user", None), "roles_on", None)
    if roles_on is None:
        return Navigation()
    return navigation_for([str(role) for role in roles_on(timezone.localdate())], request.path)


def _leads_to(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
