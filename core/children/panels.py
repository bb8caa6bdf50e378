"""What the apps above add to a child's page: where the pathway stands, what comes next, documents…

`children` lies below them, so they register when they start, as for `access`:

    panels.register(pathway_panels.on_file)

A panel source is asked with the reader, the child, how much of the file the reader may see and the instant;
it answers with panels, already limited to what that reader may see. It may not write.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.children.access import Scope
from core.children.models import Child
from core.people.models import User


@dataclass(frozen=True)
class Panel:
    """One section of the page. `template` gets `panel` and what is in `values` as `panel.values`."""

    title: str
    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    order: int = 50  # 0 first, 100 last; below 50 in the main column, else beside it

    @property
    def beside(self) -> bool:
        return self.order >= 50


PanelSource = Callable[[User, Child, Scope, datetime], Iterable[Panel]]

_sources: list[PanelSource] = []


def register(source: PanelSource) -> None:
    """Called once by an app, in its AppConfig.ready."""
    if source not in _sources:
        _sources.append(source)


def panels_for(user: User, child: Child, scope: Scope, at: datetime) -> list[Panel]:
    found = [panel for source in _sources for panel in source(user, child, scope, at)]
    return sorted(found, key=lambda panel: (panel.order, panel.title))
