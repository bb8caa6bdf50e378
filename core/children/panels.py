"""What the apps above add to a child's page: where the pathway stands, what comes next, documents…

`children` lies below them, so they register when they start, as for `access`:

    panels.register(pathway_panels.on_file)

A panel source is asked with the reader, the child, how much of the file the reader may see and the instant;
it answers with panels, already limited to what that reader may see. It may not write.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
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

# For a family's page: the child from whose file it was opened, and the children whom the reader sees.
FamilySource = Callable[[User, Child, Sequence[Child], Scope, datetime], Iterable[Panel]]

_sources: list[PanelSource] = []
_family_sources: list[FamilySource] = []


def register(source: PanelSource) -> None:
    """Called once by an app, in its AppConfig.ready."""
    if source not in _sources:
        _sources.append(source)


def register_for_families(source: FamilySource) -> None:
    """As `register`, for what is done for brothers and sisters together."""
    if source not in _family_sources:
        _family_sources.append(source)


def panels_for(user: User, child: Child, scope: Scope, at: datetime) -> list[Panel]:
    found = [panel for source in _sources for panel in source(user, child, scope, at)]
    return sorted(found, key=lambda panel: (panel.order, panel.title))


def panels_for_family(
    user: User, child: Child, children: Sequence[Child], scope: Scope, at: datetime
) -> list[Panel]:
    found = [panel for source in _family_sources for panel in source(user, child, children, scope, at)]
    return sorted(found, key=lambda panel: (panel.order, panel.title))
