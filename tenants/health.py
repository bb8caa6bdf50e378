"""Do the platform's parts answer? Asked by probes and by operators' pages; nothing here raises."""

import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import redis
import structlog
from celery import current_app
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from tenants import context
from tenants.errors import TenancyError
from tenants.jobs import HEARTBEAT
from tenants.models import ScheduledJob
from tenants.outbox import RELAY

log = structlog.get_logger(__name__)

PATIENCE = 1.0  # seconds for the broker; a probe that waits is a probe that fails
KNOWN_FOR = 3.0  # seconds during which an answer of the broker is believed

_lock = threading.Lock()
_broker: tuple[float, bool] = (float("-inf"), False)
_migrated = False


@dataclass(frozen=True, slots=True)
class Worker:
    name: str
    processes: int
    done: int  # tasks since it started
    up: timedelta


def database_answers() -> bool:
    try:
        with context.outside(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (Error, TenancyError) as error:
        log.warning("database_does_not_answer", error=type(error).__name__)
        return False
    return True


def broker_answers() -> bool:
    """Asked at most every KNOWN_FOR seconds a process."""
    global _broker
    with _lock:
        asked_at, answer = _broker
        if time.monotonic() - asked_at > KNOWN_FOR:
            answer = _ping()
            _broker = (time.monotonic(), answer)
        return answer


def forget() -> None:
    """Drop what was known of the broker and of migrations."""
    global _broker, _migrated
    _broker, _migrated = (float("-inf"), False), False


def _ping() -> bool:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
        ) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError, ValueError):
        return False


def is_migrated() -> bool:
    """Whether the shared tables and both templates hold all that this code declares. A yes stays one."""
    global _migrated
    if not _migrated:
        try:
            _migrated = not _missing()
        except Error as error:
            log.warning("migrations_not_known", error=type(error).__name__)
    return _migrated


def _missing() -> set[tuple[str, str, str]]:
    declared = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    apps = {
        kind: {name.rpartition(".")[2] for name in parts["APPS"]}
        for kind, parts in settings.TENANT_TYPES.items()
    }
    wanted = {(kind, app, name) for kind, own in apps.items() for app, name in declared if app in own}
    with context.entered(RELAY, switching=True), connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'public', app, name FROM django_migrations"
            " UNION ALL SELECT kind, app, name FROM tenants_migrationscript"
        )
        return wanted - {tuple(row) for row in cursor.fetchall()}


def heartbeat_age() -> timedelta | None:
    """Since when clock, broker, worker and database last answered each other. None: never."""
    with context.entered(RELAY, switching=True):
        line = ScheduledJob.objects.filter(schema_name="", name=HEARTBEAT).first()
    if line is None or line.last_ended_at is None:
        return None
    return timezone.now() - line.last_ended_at


def workers() -> list[Worker]:
    """Those that answer within PATIENCE; none when the broker is down."""
    if not broker_answers():
        return []
    try:
        answers: dict[str, dict[str, Any]] = current_app.control.inspect(timeout=PATIENCE).stats() or {}
    except Exception as error:  # the transport's own errors, of many libraries
        log.warning("workers_not_asked", error=type(error).__name__)
        return []
    return [
        Worker(
            name=name.rpartition("@")[2],
            processes=len(stats.get("pool", {}).get("processes", [])),
            done=sum(stats.get("total", {}).values()),
            up=timedelta(seconds=int(stats.get("uptime", 0))),
        )
        for name, stats in sorted(answers.items())
    ]
