"""A release with its audit over made-up towns, and the national page: seconds and milliseconds.

`fill` (owner's login) makes the national site and its towns' cells; `measure` (the app's) makes the release
and asks for its page. BENCH_TOWNS=30 for a try.
"""

import io
import os
import statistics
import time
from pathlib import Path

from tests.bench import acts

ROOT = Path(__file__).resolve().parents[2]
TOWNS = int(os.environ.get("BENCH_TOWNS", "600"))
ROUNDS = 15
HIDDEN = ("cells", "hidden", "plainly_hidden")  # of which all, those that we hide, and the plain rule would


def measured(environment: dict[str, str]) -> dict[str, float]:
    """`release`: seconds; `page`: milliseconds, median; `passed`: 1.0 or 0.0; numbers of HIDDEN."""
    return acts.measured("nation", environment)


def fill() -> None:
    from django.core.management import call_command

    quiet = io.StringIO()
    call_command("migrate", stdout=quiet)
    call_command("town", "apply", str(ROOT / "infra" / "towns" / "national.toml"), stdout=quiet)
    call_command("simulate-towns", towns=TOWNS, year=2023, stdout=quiet)
    call_command("demo-releases", stdout=quiet)


def asked() -> dict[str, float]:
    from django.test import Client
    from django.utils import timezone

    from core.exchange.enums import Status
    from core.national.enums import Recipient
    from core.national.operations import releasing
    from core.reporting import indicators
    from tenants import registry
    from tenants.context import entered

    (place,) = registry.places("national")
    with entered(place):
        began = time.perf_counter()
        release = releasing.prepare_release(
            period=indicators.school_year(2023),
            recipient=Recipient.PUBLIC,
            source=Status.OFFICIAL,
            labelled=TOWNS,
            active=TOWNS,
            made_up=True,
            by=None,
            at=timezone.now(),
        )
        release = releasing.audit_release(release=release, by=None, at=timezone.now())
        spent = time.perf_counter() - began
        if release.audit_passed:
            releasing.publish_release(release=release, by=None, at=timezone.now())
    hidden = {name: sum(one[name] for one in release.audit["populations"]) for name in HIDDEN}
    client = Client(headers={"host": place.primary_host})
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        client.get(f"/publications/{release.number}/")
        times.append((time.perf_counter() - began) * 1000)
    passed = float(bool(release.audit_passed))
    return {"release": spent, "page": statistics.median(times), "passed": passed, **hidden}


if __name__ == "__main__":
    acts.play(fill, asked)
