"""The count of unread messages in the head of each page. `core.notifications` says how many; this app
knows no message, so it is told at start who to ask."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Bell:
    url: str
    count: int

    @property
    def shown(self) -> str:
        """What fits on the bell."""
        return "99+" if self.count > 99 else str(self.count)


Source = Callable[[HttpRequest], Bell | None]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Called once by an app, in its AppConfig.ready."""
    if source not in _sources:
        _sources.append(source)


def bell_of(request: HttpRequest) -> Bell | None:
    if not getattr(getattr(request, "user", None), "is_authenticated", False):
        return None
    return next((bell for source in _sources if (bell := source(request))), None)
