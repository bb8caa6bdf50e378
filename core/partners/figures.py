"""What an organisation does for the programme, as counts that the apps above know.

`partners` lies below them, so they register when they start:

    figures.register(partner_figures.of_organisation)

A source is asked with an organisation and a day and answers with counts of children's pathways, referrals,
sessions…: the page tells them in classes to who does not meet every child.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from core.partners.models import Organisation


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    count: int
    definition: str
    order: int = 50


Source = Callable[[Organisation, date], Iterable[Figure]]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Called once by an app, in its AppConfig.ready."""
    if source not in _sources:
        _sources.append(source)


def figures_of(organisation: Organisation, day: date) -> list[Figure]:
    found = [figure for source in _sources for figure in source(organisation, day)]
    return sorted(found, key=lambda figure: (figure.order, figure.label))
