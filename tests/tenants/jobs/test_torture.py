"""Everything dies while people are told what happened: nothing is lost, doubled, or told in another town.

Real worker, relay, dispatcher and Valkey, and a mail server that refuses, puts off and cuts. Business
events go through the operation, the outbox, the catalogue and SMTP, some as a line of the daily digest;
meanwhile workers, relays and dispatchers are killed, Valkey is emptied and restarted, connections to the
database are dropped, and some operations are rolled back. TORTURE_EVENTS and TORTURE_TOWNS make it
longer (`make torture`).
"""

import os
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message

import psycopg
import pytest
import redis
from django.db import connection, transaction
from pytest_django import Settings

from core.notifications import quiet
from core.notifications.enums import Channel
from core.notifications.models import Notice, Preference
from core.pathways.models import Referral
from core.pathways.operations import referrals
from core.people.enums import Role
from core.people.models import User
from infra.embedded import EmbeddedValkey
from tenants.context import Place, entered
from tenants.local.models import OutgoingMail
from tenants.models import UNENDED, Effect, OutboxRow, ScheduledJob
from tenants.outbox import RELAY
from tests import servers
from tests.core.pathways import making
from tests.tenants.jobs.processes import Processes, wait_for
from tests.tenants.jobs.sink import Sink

pytestmark = pytest.mark.xdist_group("jobs")

EVENTS = int(os.environ.get("TORTURE_EVENTS", "600"))  # in all
TOWNS = int(os.environ.get("TORTURE_TOWNS", "20"))
SHARES = 12  # events go on in as many shares, each begun at the first town
PATIENCE = 120 + EVENTS / 5  # seconds
EVENT = "pathways.first_contact_charged"
DIGEST = "core.notifications.daily_digest"
# Who is told, how, and of what share of the events.
PEOPLE = (("unsteady", Channel.NOW, 70), ("refused", Channel.NOW, 5), ("daily", Channel.DAILY, 25))
ROLLED_BACK = 0.05
LINK = re.compile(r"/orientations/(\d+)/")
TIMES = re.compile(r"\((\d+) fois\)")
State = OutgoingMail.State
Arrived = tuple[str, Message]  # the address, and what came


class RolledBackError(Exception):
    """The operation was under way when its page failed."""


@dataclass
class Town:
    place: Place
    by: User
    people: dict[str, User]
    waiting: list[Referral]
    told: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))  # referrals by person
    never: set[int] = field(default_factory=set)


@pytest.fixture
def towns(fresh_towns: Callable[[str], Place]) -> list[Town]:
    return [_prepared(fresh_towns(f"torture{number}")) for number in range(TOWNS)]


def _prepared(place: Place) -> Town:
    with entered(place, switching=True):
        by = making.user(Role.COORDINATOR)
        people = {}
        for name, channel, _ in PEOPLE:
            people[name] = making.user(Role.SECRETARY)
            User.objects.filter(pk=people[name].pk).update(email=f"{name}@{place.slug}.example")
            Preference.objects.create(user=people[name], event=EVENT, channel=channel)
        rows = [
            Referral(state="received", received_on=making.TODAY, facts="Essai.", stated_first_name="Essai")
            for _ in range(EVENTS // TOWNS + SHARES)
        ]
        return Town(place, by, people, Referral.objects.bulk_create(rows))


@pytest.fixture
def platform(
    tmp_path_factory: pytest.TempPathFactory,
    valkey: EmbeddedValkey,
    sink_and_port: tuple[Sink, int],
    started: Processes,
    no_rows_left: None,
    settings: Settings,
) -> Iterator[Processes]:
    started.stop_all()  # those of the tests before would take messages too, and keep quiet at night
    settings.QUIET_TIMES = False
    processes = Processes(
        tmp_path_factory.mktemp("torture"),
        {
            "REDIS_URL": valkey.url,
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(sink_and_port[1]),
            "DJANGO_SETTINGS_MODULE": "tests.tenants.jobs.torture_settings",
        },
    )
    processes.ensure("worker", "relay", "dispatcher")
    yield processes
    processes.stop_all()
    sys.stdout.write(processes.logs())


def happen(towns: list[Town], number: int, chance: random.Random) -> None:
    """`number` events, each in the transaction of its operation; a few of them fail at the last moment."""
    for town in (towns[turn % len(towns)] for turn in range(number)):
        if not town.waiting:
            continue
        referral = town.waiting.pop()
        name = chance.choices([name for name, _, _ in PEOPLE], [share for _, _, share in PEOPLE])[0]
        fails = chance.random() < ROLLED_BACK
        try:
            with entered(town.place, switching=True), transaction.atomic():
                referrals.charge_first_contact(
                    referral=referral, person=town.people[name], by=town.by, at=making.NOW
                )
                if fails:
                    raise RolledBackError
        except RolledBackError:
            town.never.add(referral.pk)
        else:
            town.told[name].add(referral.pk)


def unended() -> int:
    with entered(RELAY, switching=True):
        return OutboxRow.objects.filter(state__in=UNENDED, kind__in=["event", "mail"]).count()


def drop_connections() -> None:
    """As a restart of the database's network: every session of the app but this one's."""
    with entered(RELAY, switching=True), connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (own,) = cursor.fetchone()
    with psycopg.connect(servers.admin_url(servers.own_database()), autocommit=True) as session:
        session.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reussite_app'"
            " AND datname = current_database() AND pid <> %s",
            [own],
        )


def misfortunes(platform: Processes, valkey: EmbeddedValkey) -> dict[str, Callable[[], object]]:
    def restart_valkey() -> None:
        valkey.stop()
        valkey.start()

    def empty_valkey() -> None:
        with redis.Redis.from_url(valkey.url) as client:
            client.flushall()

    return {
        "worker": lambda: platform.kill("worker"),
        "relay": lambda: platform.kill("relay"),
        "dispatcher": lambda: platform.kill("dispatcher"),
        "emptied": empty_valkey,
        "restarted": restart_valkey,
        "connections": drop_connections,
    }


def torment(towns: list[Town], platform: Processes, valkey: EmbeddedValkey, chance: random.Random) -> None:
    """Events go on while one misfortune follows another, each of them twice at least."""
    evils = misfortunes(platform, valkey)
    order = [*chance.sample(sorted(evils), len(evils)), *chance.sample(sorted(evils), len(evils))]
    assert len(order) == SHARES
    for name in order:
        happen(towns, -(-EVENTS // len(order)), chance)
        goal = max(unended() // 2, EVENTS // 40)
        wait_for(lambda goal=goal: unended() <= goal, seconds=PATIENCE, what="half of what waits left")
        evils[name]()
        platform.ensure("worker", "relay", "dispatcher")


def morning_comes(towns: list[Town]) -> None:
    """The digest is due in every town, as the clock would have it on a working day."""
    day = datetime.now(UTC)
    while not quiet.is_working_day(day.date()):
        day -= timedelta(days=1)
    schemas = {town.place.schema for town in towns}
    with entered(RELAY, switching=True):
        lines = ScheduledJob.objects.filter(name=DIGEST, schema_name__in=schemas)
        wait_for(lambda: lines.count() == len(towns), seconds=30, what="the schedule knows every town")
        lines.update(due_at=day - timedelta(minutes=1))


def digests_left() -> int:
    with entered(RELAY, switching=True):
        return OutboxRow.objects.filter(kind="job", key__startswith=DIGEST).exclude(state="done").count()


def digests_asked() -> int:
    with entered(RELAY, switching=True):
        return OutboxRow.objects.filter(kind="job", key__startswith=DIGEST).count()


def test_everybody_is_told_once(
    platform: Processes, sink: Sink, valkey: EmbeddedValkey, towns: list[Town]
) -> None:
    chance, began = random.Random(5), time.monotonic()
    torment(towns, platform, valkey, chance)
    wait_for(lambda: unended() == 0, seconds=PATIENCE, what="every event and letter has ended")
    morning_comes(towns)
    wait_for(lambda: digests_asked() == len(towns), seconds=60, what="the digest is asked for in each town")
    platform.kill("worker")
    platform.ensure("worker")
    wait_for(lambda: digests_left() == 0, seconds=PATIENCE, what="every digest is written")
    wait_for(lambda: unended() == 0, seconds=PATIENCE, what="every digest has left")
    seen: Counter[str] = Counter()
    for town in towns:
        seen += check_town(town, sink)
    line = ", ".join(f"{seen[name]} {name}" for name in sorted(seen))
    sys.stdout.write(f"\n{line}; {time.monotonic() - began:.0f} s\n")
    assert states()[Effect.DEAD] == 0
    assert seen["events"] > EVENTS * 0.9
    assert seen["rolled back"] > 0
    assert seen["second copies"] > 0, "the server that cuts was not met"


def check_town(town: Town, sink: Sink) -> Counter[str]:
    """Counts of what became of one town's events, after holding each against what arrived."""
    arrived = [
        (recipients[0], message)
        for recipients, message in sink.received
        if str(message["Message-ID"]).rstrip(">").endswith(f"@{town.place.primary_host}")
    ]
    for address, _ in arrived:
        assert address.partition("@")[2] == f"{town.place.slug}.example", "told in another town"
    with entered(town.place, switching=True):
        notices: dict[int, list[Notice]] = defaultdict(list)
        for notice in Notice.objects.filter(event=EVENT).order_by("pk"):
            notices[notice.about].append(notice)
        told = {name: town.told[name] for name, _, _ in PEOPLE}
        for name, referrals_told in told.items():
            for about in referrals_told:
                assert [one.user_id for one in notices[about]] == [town.people[name].pk], (name, about)
        assert set(notices) == set().union(*told.values()), "what was rolled back is not told"
        assert not town.never & set(notices)
        mails = list(OutgoingMail.objects.order_by("pk"))
    counts = _letters_at_once(town, [one for one in mails if one.kind.startswith("notice:")], arrived)
    counts += _digests(town, [one for one in mails if one.kind == "digest"], arrived)
    return counts + Counter(
        {"events": sum(map(len, told.values())), "rolled back": len(town.never), "towns": 1}
    )


def _letters_at_once(town: Town, mails: list[OutgoingMail], arrived: list[Arrived]) -> Counter[str]:
    """Each event has one Message-ID at the server, known by the link in its text; refused ones have none."""
    by_event: dict[int, set[str]] = defaultdict(set)
    copies: Counter[str] = Counter()
    for address, message in arrived:
        if address.startswith("unsteady"):
            (about,) = {int(number) for number in LINK.findall(text_of(message))}
            by_event[about].add(str(message["Message-ID"]))
            copies[str(message["Message-ID"])] += 1
    assert set(by_event) == town.told["unsteady"], "missing, or never asked for"
    assert all(len(numbers) == 1 for numbers in by_event.values()), "told twice"
    states = Counter(one.state for one in mails)
    assert states[State.SENT] == len(town.told["unsteady"])
    assert states[State.REFUSED] == len(town.told["refused"])
    assert len(mails) == states[State.SENT] + states[State.REFUSED]
    return Counter(
        {
            "letters": len(by_event),
            "refused": states[State.REFUSED],
            "second copies": sum(copies.values()) - len(copies),
        }
    )


def _digests(town: Town, mails: list[OutgoingMail], arrived: list[Arrived]) -> Counter[str]:
    """A digest is never sent twice: its lines add up to the events, or it is parked for a person."""
    lines: dict[str, int] = {}
    copies: Counter[str] = Counter()
    for address, message in arrived:
        if address.startswith("daily"):
            number = str(message["Message-ID"])
            copies[number] += 1
            lines[number] = counted(message)
    assert all(count == 1 for count in copies.values()), "a digest came twice"
    parked = [one for one in mails if one.state == State.UNCERTAIN]
    assert {one.state for one in mails} <= {State.SENT, State.UNCERTAIN}
    if town.told["daily"] and not parked:
        assert len(mails) == 1
        assert sum(lines.values()) == len(town.told["daily"])
    with entered(town.place, switching=True):
        waiting = Notice.objects.filter(user=town.people["daily"], mailed_at=None).count()
    assert waiting == 0
    return Counter({"digests": len(lines), "digest lines": sum(lines.values()), "parked": len(parked)})


def text_of(message: Message) -> str:
    part = next(one for one in message.walk() if one.get_content_type() == "text/plain")
    words = part.get_payload(decode=True)
    assert isinstance(words, bytes)
    return words.decode()


def counted(message: Message) -> int:
    """How many events the digest's line stands for."""
    (line,) = (line for line in text_of(message).splitlines() if "premier contact" in line)
    found = TIMES.search(line)
    return int(found.group(1)) if found else 1


def states() -> Counter[str]:
    with entered(RELAY, switching=True):
        rows = OutboxRow.objects.filter(kind__in=["event", "mail"]).values_list("state", flat=True)
        return Counter(rows)
