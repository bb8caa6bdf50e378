"""Everything dies while letters are on their way: none is lost, none is doubled, none goes to another town.

Real worker, relay and Valkey, and a mail server that refuses, puts off and cuts. Workers and relays are
killed, Valkey is emptied and restarted, database connections are dropped. At the end each letter has one
Message-ID at the server, or is parked as uncertain; a second copy of one is for kinds that allow it.
TORTURE_LETTERS and TORTURE_TOWNS make it longer (`make torture`).
"""

import os
import random
from collections import Counter
from collections.abc import Callable

import psycopg
import pytest
import redis
from django.core.mail import EmailMessage
from django.db import connection

from infra.embedded import EmbeddedValkey
from tenants.context import Place, entered
from tenants.local.mail import KIND_HEADER
from tenants.local.models import OutgoingMail
from tenants.models import UNENDED, Effect, OutboxRow
from tenants.outbox import RELAY
from tests import servers
from tests.tenants.jobs.processes import Processes, wait_for
from tests.tenants.jobs.sink import Sink

pytestmark = pytest.mark.xdist_group("jobs")

LETTERS = int(os.environ.get("TORTURE_LETTERS", "160"))  # in all
TOWNS = int(os.environ.get("TORTURE_TOWNS", "4"))
PATIENCE = 60 + LETTERS / 4  # seconds
# By the first word of the address: what the server does with it (tests/tenants/jobs/sink.py).
WAYS = (("person", 70), ("later", 12), ("cut", 12), ("refused", 6))
KINDS = ("may-come-twice", "once")
State = OutgoingMail.State


def write_letters(towns: list[Place], chance: random.Random) -> None:
    """Each letter to an address of its own, which names its town."""
    for number in range(LETTERS):
        town = towns[number % len(towns)]
        way = chance.choices([name for name, _ in WAYS], [share for _, share in WAYS])[0]
        with entered(town, switching=True):
            EmailMessage(
                "Essai",
                "Texte",
                None,
                [f"{way}{number}@{town.slug}.example"],
                headers={KIND_HEADER: chance.choice(KINDS)},
            ).send()


def unended() -> int:
    with entered(RELAY, switching=True):
        return OutboxRow.objects.filter(kind="mail", state__in=UNENDED).count()


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


def torment(platform: Processes, valkey: EmbeddedValkey, chance: random.Random) -> None:
    """One misfortune after another until nothing is left to do; at least each of them once."""
    with redis.Redis.from_url(valkey.url) as client:

        def restart_valkey() -> None:
            valkey.stop()
            valkey.start()

        misfortunes: list[Callable[[], object]] = [
            lambda: platform.kill("worker"),
            lambda: platform.kill("relay"),
            client.flushall,
            restart_valkey,
            drop_connections,
        ]
        for misfortune in chance.sample(misfortunes, len(misfortunes)):
            goal = unended() - LETTERS // (2 * len(misfortunes))
            wait_for(lambda goal=goal: unended() <= max(goal, 0), seconds=PATIENCE, what="some more left")
            misfortune()
            platform.ensure("worker", "relay")


def test_no_letter_is_lost_or_doubled(
    platform: Processes,
    sink: Sink,
    valkey: EmbeddedValkey,
    fresh_towns: Callable[[str], Place],
) -> None:
    chance = random.Random(5)
    towns = [fresh_towns(f"torture{number}") for number in range(TOWNS)]
    write_letters(towns, chance)
    torment(platform, valkey, chance)
    wait_for(lambda: unended() == 0, seconds=PATIENCE, what="every row has ended")
    copies = Counter(str(message["Message-ID"]) for _, message in sink.received)
    told: Counter[str] = Counter()
    for town in towns:
        with entered(town, switching=True):
            for mail in OutgoingMail.objects.order_by("pk"):
                told[mail.state] += 1
                seen = copies.pop(mail.message_id, 0)
                if mail.state == State.SENT:
                    assert seen == 1 or (seen > 1 and mail.kind == "may-come-twice"), (mail.kind, seen)
                elif mail.state == State.UNCERTAIN:
                    assert mail.kind == "once"
                    assert seen <= 1
                else:
                    assert (mail.state, seen) == (State.REFUSED, 0)
    assert not copies, "what arrived was asked for"
    assert told[State.SENT] > LETTERS / 2
    assert sum(told.values()) == LETTERS
    for recipients, message in sink.received:
        assert recipients[0].partition("@")[2].removesuffix(".example") in str(message["Message-ID"])
    with entered(RELAY, switching=True):
        ended = Counter(OutboxRow.objects.filter(kind="mail").values_list("state", flat=True))
    assert ended[Effect.DONE] == told[State.SENT]
    assert ended[Effect.UNCERTAIN] == told[State.UNCERTAIN]
    assert ended[Effect.DEAD] == 0
