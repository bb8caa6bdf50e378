"""The product's own pages in a town of a thousand children: server time, from request to last byte.

`fill` (owner's login) makes Montauban with its made-up people and children; `time` (the app's login)
prints the milliseconds of each page as JSON.
"""

import io
import json
import logging
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parents[2]
CHILDREN = 1000
ROUNDS = 15
COORDINATOR = "coordination@montauban.example"
# Address name and query of each page; a page of one child takes one that has a pathway.
PAGES = (
    ("notifications:today", ""),
    ("children:list", ""),
    ("children:list", "q=aicha+ben+said"),
    ("children:list", "q=3/9/2016"),
    ("children:file", ""),
    ("pathways:inbox", ""),
    ("meetings:list", ""),
    ("partners:directory", "q=aide+aux+devoirs%2C+9+ans"),
)


def measured(environment: dict[str, str]) -> dict[str, float]:
    """Milliseconds by `name` or `name?query`, medians of ROUNDS."""
    common = {
        **environment,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "REUSSITE_DEMO": "1",
    }
    told: Any = {}
    for act, login in (("fill", "owner"), ("time", "app")):
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.product", act],
            env={**common, "REUSSITE_LOGIN": login},
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        told = done.stdout.strip().splitlines()[-1:] or ["{}"]
    return json.loads(told[0])  # type: ignore[no-any-return]


def fill() -> None:
    from django.core.management import call_command

    quiet = io.StringIO()
    call_command("migrate", stdout=quiet)
    call_command("town", "apply", str(ROOT / "infra" / "towns" / "montauban.toml"), stdout=quiet)
    call_command("demo-people", stdout=quiet)
    call_command("demo-children", children=CHILDREN, stdout=quiet)


def spent() -> dict[str, float]:
    from django.test import Client
    from django.urls import reverse

    from core.pathways.models import Pathway
    from core.people.models import User
    from tenants import registry
    from tenants.context import entered

    (place,) = registry.places("town")
    client = Client(headers={"host": place.primary_host})
    with entered(place):
        client.force_login(User.objects.get(email=COORDINATOR))
        child = Pathway.objects.order_by("pk").values_list("child_id", flat=True)[0]
    found = {}
    for name, query in PAGES:
        address = reverse(name, args=[child] if name == "children:file" else [], urlconf="reussite.urls_town")
        url = f"{address}?{query}" if query else address
        times = []
        for _ in range(ROUNDS + 3):
            began = time.perf_counter()
            response = client.get(url)
            times.append((time.perf_counter() - began) * 1000)
            if response.status_code != 200:
                raise SystemExit(f"{url}: {response.status_code}")
        found[f"{name}?{query}" if query else name] = statistics.median(times[3:])
    return found


def main() -> None:
    django.setup()
    logging.disable(logging.WARNING)  # a line a request would hide the table
    if sys.argv[1] == "fill":
        fill()
    else:
        sys.stdout.write(json.dumps(spent()) + "\n")


if __name__ == "__main__":
    main()
