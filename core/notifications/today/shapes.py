"""What « Aujourd’hui » is made of: sources that know what waits, groups of it, and lines to act from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.people.enums import Role
from core.people.models import User


@dataclass(frozen=True)
class Reader:
    """Who looks, and when: every source is asked with it."""

    user: User
    at: datetime

    @cached_property
    def day(self) -> date:
        return timezone.localdate(self.at)

    def has(self, *roles: Role) -> bool:
        return self.user.has_role(*roles, on=self.day)

    @property
    def coordinates(self) -> bool:
        return self.has(Role.COORDINATOR)

    @cached_property
    def midnight(self) -> datetime:
        """The instant at which the day began, in the town's time."""
        return timezone.make_aware(datetime.combine(self.day, datetime.min.time()))


@dataclass(frozen=True, slots=True)
class Press:
    """Done with one button: what it says, where it is sent, with which value."""

    label: str
    url: str
    name: str = ""
    value: str = ""
    look: str = "second"


@dataclass(frozen=True, slots=True)
class Call:
    """Where a call to the family is written down; `place` is the part of the page that its form takes."""

    url: str
    place: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits: whom or what it is about, and where it is done.

    `title` names a child only as this reader may see it; `do_url` leads straight to the step.
    """

    title: str
    url: str = ""
    detail: str = ""
    do: str = ""
    do_url: str = ""
    late: bool = False
    child_id: int | None = None
    presses: tuple[Press, ...] = ()
    call: Call | None = None


Rows = QuerySet[Any, Any] | Sequence[Any]


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing that waits.

    `rows` answers with all of them for this reader, the worst first, or with None where the kind is not this
    reader's; `lines` tells those that are shown, in a constant number of queries. The smaller `order`, the
    more it hurts to leave it. `list_url` is the list that holds exactly these rows, where there is one.
    """

    code: str
    title: str
    icon: str
    order: int
    rows: Callable[[Reader], Rows | None]
    lines: Callable[[Sequence[Any], Reader], list[Line]]
    list_url: Callable[[Reader], str] | None = None
    hint: str = ""
    waits: bool = True  # False: it is good to know, and nothing is left undone
    shown: int = 3  # how many stand on the first page

    def url(self, reader: Reader) -> str:
        if self.list_url is not None:
            return self.list_url(reader)
        return reverse("notifications:waiting", args=[self.code])


@dataclass(frozen=True, slots=True)
class Group:
    """A source with its first lines, and how many there are in all."""

    code: str
    title: str
    icon: str
    lines: list[Line]
    count: int
    url: str
    hint: str = ""
    waits: bool = True
    said: str = ""  # what was just done from here, or why it was not
    refused: bool = False
    folded: bool = False  # what hurts less is opened when there is time for it

    @property
    def late(self) -> bool:
        return any(line.late for line in self.lines)

    @property
    def others(self) -> int:
        return self.count - len(self.lines)

    @property
    def anchor(self) -> str:
        return f"attente-{self.code}"

    @property
    def child_ids(self) -> list[int]:
        return [line.child_id for line in self.lines if line.child_id]
