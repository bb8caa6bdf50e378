"""A town's own table at the size at which the State's own tool stops: lines a second, by one worker.

`fill` (owner's login) makes Montauban with its made-up people; `measure` (the app's login) checks and brings
a table of made-up children, each with an adult, an address and a pathway signed on paper.
"""

import io
import os
import time
from pathlib import Path

from tests.bench import acts

ROOT = Path(__file__).resolve().parents[2]
ROWS = int(os.environ.get("BENCH_ROWS", "3500"))  # BENCH_ROWS=40 for a try
COORDINATOR = "coordination@montauban.example"


def measured(environment: dict[str, str]) -> dict[str, float]:
    """Lines a second: `checked`, `brought`."""
    return acts.measured("importing", environment)


def fill() -> None:
    from django.core.management import call_command

    quiet = io.StringIO()
    call_command("migrate", stdout=quiet)
    call_command("town", "apply", str(ROOT / "infra" / "towns" / "montauban.toml"), stdout=quiet)
    call_command("demo-people", stdout=quiet)


def bring() -> dict[str, float]:
    from django.utils import timezone

    from core.imports.enums import RowOutcome
    from core.imports.operations import mapping, receiving, running, working
    from core.people.enums import Role
    from core.people.models import User
    from tenants import registry
    from tenants.context import entered
    from tests.core.imports import making

    def work() -> float:
        began = time.perf_counter()
        while working.go_on(batch_id=batch.pk, now=timezone.now):
            pass
        return ROWS / (time.perf_counter() - began)

    (place,) = registry.places("town")
    with entered(place):
        boss, at = User.objects.get(email=COORDINATOR), timezone.now()
        referent = User.objects.holding(Role.REFERENT, on=timezone.localdate(at)).by_name()[0]
        making.lists()
        lines = [{**making.child(number), **making.pathway(referent)} for number in range(ROWS)]
        batch = receiving.receive(file_name="Essai.xlsx", sheets=[making.sheet(lines)], by=boss, at=at)
        mapping.say_words(batch=batch, said={}, by=boss, at=at)
        checked = work()
        batch.rows.to_decide().update(decision="new")
        running.run(batch=batch, by=boss, at=at)
        brought = work()
        left = batch.rows.exclude(outcome=RowOutcome.MADE).in_order().first()
    if left is not None:
        raise SystemExit(f"line {left.number} was left out: {left.said}")
    return {"checked": checked, "brought": brought}


if __name__ == "__main__":
    acts.play(fill, bring)
