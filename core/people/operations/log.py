from collections.abc import Iterable
from datetime import datetime

from core.people.enums import PersonAct
from core.people.models import PersonChange, User


def note(
    *, act: PersonAct, person: User | None, by: User | None, at: datetime, fields: Iterable[str] = ()
) -> None:
    """One line of the log, in the act's own transaction. `by` is None for the town's file."""
    PersonChange.objects.create(act=act, person=person, actor=by, at=at, fields=sorted(fields))
