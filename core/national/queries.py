"""The platform as its operators see it: towns by name, kinds in words, no person."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.utils import timezone

from core.notifications.catalogue import CATALOGUE
from core.ui.typography import NO_BREAK
from tenants import health, outcomes, registry, schedule
from tenants.health import Worker
from tenants.models import Effect
from tenants.outcomes import Line, Outcome, QueueState, Row

KINDS = {
    "mail": "E-mail",
    "sms": "SMS",
    "event": "Événement",
    "job": "Tâche d’une ville",
    "platform_job": "Tâche de la plateforme",
}
QUEUES = {"urgent": "Urgent", "normal": "Courant", "slow": "Long"}
LETTERS = {
    "invitation": "invitation",
    "account": "compte",
    "referral_draft": "texte en attente",
    "signing": "signature chez soi",
    "emergency": "accès d’urgence",
    "convening": "convocation",
    "digest": "résumé",
}
LATE = timedelta(minutes=5)
HEART = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    town: str
    kind: str
    outcome: Outcome

    @property
    def failed(self) -> int:
        return self.outcome.refused + self.outcome.uncertain + self.outcome.dead

    @property
    def query(self) -> str:
        """Of the page that shows these failures alone."""
        return urlencode(Group(self.outcome.schema, self.outcome.kind, self.outcome.what).words())


@dataclass(frozen=True, slots=True)
class Group:
    """Failures of one town and kind, as an address names them."""

    schema: str
    kind: str
    what: str

    def words(self) -> dict[str, str]:
        return {"lieu": self.schema, "genre": self.kind, "quoi": self.what}

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Group | None":
        """None where no kind is named: all failures."""
        if not given.get("genre"):
            return None
        return cls(given.get("lieu", ""), given["genre"], given.get("quoi", ""))


@dataclass(frozen=True, slots=True)
class QueueLine:
    label: str
    state: QueueState
    age: str

    @property
    def words(self) -> str:
        """What stands below the number of those that wait."""
        busy = f"{self.state.handed + self.state.running}{NO_BREAK}chez un agent"
        return f"{busy}{NO_BREAK}; le plus ancien attend depuis {self.age}" if self.age else busy

    @property
    def late(self) -> bool:
        oldest = self.state.oldest_due_at
        return oldest is not None and timezone.now() - oldest > LATE


@dataclass(frozen=True, slots=True)
class RowLine:
    town: str
    kind: str
    row: Row
    state: str

    @property
    def can_replay(self) -> bool:
        return self.row.state in outcomes.FAILED

    @property
    def can_park(self) -> bool:
        return self.row.state in (Effect.WAITING, Effect.HANDED)

    @property
    def age(self) -> str:
        return age(timezone.now() - self.row.created_at)


@dataclass(frozen=True, slots=True)
class WorkerLine:
    worker: Worker

    @property
    def up(self) -> str:
        return age(self.worker.up)


@dataclass(frozen=True, slots=True)
class JobLine:
    """A recurring job over all its towns."""

    name: str
    towns: int
    next_at: datetime
    last_at: datetime | None
    failing: list[str]
    overdue: str


def outcome_lines() -> list[OutcomeLine]:
    names = _towns()
    lines = [
        OutcomeLine(_town(one.schema, names), kind_words(one.kind, one.what), one)
        for one in outcomes.outcomes()
    ]
    return sorted(lines, key=lambda line: (-line.failed, line.town, line.kind))


@dataclass(frozen=True, slots=True)
class GroupLine:
    """What can be asked again in one go."""

    group: Group
    title: str
    surely_not_done: int
    uncertain: int


def group_line(group: Group) -> GroupLine:
    """How many of a group failed for sure, and how many perhaps."""
    found = [one for one in outcomes.outcomes() if (one.schema, one.kind, one.what) == astuple(group)]
    title = f"{_town(group.schema, _towns())}, {kind_words(group.kind, group.what)}"
    return GroupLine(
        group, title, sum(one.refused + one.dead for one in found), sum(one.uncertain for one in found)
    )


def queue_lines() -> list[QueueLine]:
    now = timezone.now()
    return [
        QueueLine(
            QUEUES.get(one.name, one.name), one, age(now - one.oldest_due_at) if one.oldest_due_at else ""
        )
        for one in outcomes.queues()
    ]


def row_lines(rows: Iterable[Row]) -> list[RowLine]:
    names = _towns()
    return [
        RowLine(_town(row.schema, names), kind_words(row.kind, row.what), row, Effect(row.state).label)
        for row in rows
    ]


def job_lines() -> list[JobLine]:
    names, now = _towns(), timezone.now()
    by_name: dict[str, list[Line]] = {}
    for line in outcomes.schedule_lines():
        by_name.setdefault(line.name, []).append(line)
    return [_job_line(name, lines, names, now) for name, lines in sorted(by_name.items())]


def _job_line(name: str, lines: list[Line], names: dict[str, str], now: datetime) -> JobLine:
    active = {place.schema for place in registry.places() if place.state == "active"}
    running = [line for line in lines if not line.schema or line.schema in active]
    next_at = min(line.due_at for line in running or lines)
    ended = [line.last_ended_at for line in lines if line.last_ended_at]
    failing = [
        f"{_town(line.schema, names)} ({line.failures}{NO_BREAK}: {line.last_error})"
        for line in lines
        if line.failures
    ]
    overdue = age(now - next_at) if running and now - next_at > LATE else ""
    return JobLine(name, len(lines), next_at, max(ended, default=None), failing, overdue)


def worker_lines() -> list[WorkerLine]:
    return [WorkerLine(worker) for worker in health.workers()]


def troubles() -> list[str]:
    """What an operator must know before anything else, in sentences; empty when all is well."""
    found = []
    if not health.broker_answers():
        found.append(
            f"Le courtier de tâches ne répond pas. Les pages marchent{NO_BREAK}; e-mails et tâches attendent "
            "dans la base et partiront à son retour."
        )
    heart = health.heartbeat_age()
    if heart is None or heart > HEART:
        since = f"depuis {age(heart)}" if heart is not None else "encore"
        found.append(f"L’horloge et les agents ne se sont pas répondu {since}.")
    late = [line for line in queue_lines() if line.late]
    found += [
        f"File «{NO_BREAK}{line.label}{NO_BREAK}»{NO_BREAK}: le plus ancien attend depuis {line.age}."
        for line in late
    ]
    found += _unwell()
    broken = [line for line in outcomes.schedule_lines() if line.failures >= schedule.BREAKER]
    if broken:
        found.append(f"{len(broken)} tâche(s) à l’arrêt après {schedule.BREAKER} échecs de suite.")
    return found


def _unwell() -> list[str]:
    now, state = timezone.now(), outcomes.unwell()
    found = []
    if state.oldest_wanted_at is not None and now - state.oldest_wanted_at > LATE:
        found.append(
            f"{state.retrying} effet(s) en nouvel essai, le plus ancien depuis "
            f"{age(now - state.oldest_wanted_at)}."
        )
    if state.dead:
        found.append(
            f"{state.dead} effet(s) abandonné(s) depuis sept jours{NO_BREAK}: à redemander ou à laisser."
        )
    return found


def kind_words(kind: str, what: str) -> str:
    """ "E-mail : une orientation est reçue"; a technical name where there is no better one."""
    name, _, detail = what.partition(":")
    message = CATALOGUE.get(detail or name)
    words = message.label[0].lower() + message.label[1:] if message else LETTERS.get(name, what)
    return f"{KINDS.get(kind, kind)}{f'{NO_BREAK}: {words}' if words else ''}"


def age(span: timedelta) -> str:
    seconds = max(int(span.total_seconds()), 0)
    for size, word in ((86400, "j"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size}{NO_BREAK}{word}"
    return f"{seconds}{NO_BREAK}s"


def _towns() -> dict[str, str]:
    return {place.schema: place.name for place in registry.places()}


def _town(schema: str, names: dict[str, str]) -> str:
    return names.get(schema, "Ville disparue") if schema else "Plateforme"
