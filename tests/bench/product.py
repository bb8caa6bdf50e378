"""The product's own pages in towns of a thousand children and of 3,500: server time, to the last byte.

`fill` (owner's login) makes Montauban with its made-up people and children; `measure` (the app's login)
prints the milliseconds of each page as JSON.
"""

import io
import os
import statistics
import time
from pathlib import Path
from typing import Any

from tests.bench import acts

ROOT = Path(__file__).resolve().parents[2]
# How many children the towns have: BENCH_CHILDREN=60 for a try.
SIZES = tuple(int(size) for size in os.environ.get("BENCH_CHILDREN", "1000,3500").split(","))
ROUNDS = 15
COORDINATOR, REFERENT = "coordination@montauban.example", "referent@montauban.example"
# Who looks, address name and query of each page; a page of one child takes one whom both accompany.
PAGES = (
    (COORDINATOR, "notifications:today", ""),
    (COORDINATOR, "notifications:week", ""),
    (COORDINATOR, "notifications:week", "tous=1"),
    (COORDINATOR, "children:list", ""),
    (COORDINATOR, "children:list", "q=aicha+ben+said"),
    (COORDINATOR, "children:list", "q=3/9/2016"),
    (COORDINATOR, "children:file", ""),
    (COORDINATOR, "pathways:pathway", ""),
    (COORDINATOR, "pathways:inbox", ""),
    (COORDINATOR, "pathways:actions", ""),
    (COORDINATOR, "pathways:reviews", ""),
    (COORDINATOR, "pathways:hand_overs", ""),
    (COORDINATOR, "pathways:after_exits", ""),
    (COORDINATOR, "meetings:list", ""),
    (COORDINATOR, "partners:directory", "q=aide+aux+devoirs%2C+9+ans"),
    (COORDINATOR, "partners:organisations", ""),
    (REFERENT, "notifications:today", ""),
    (REFERENT, "notifications:week", ""),
    (REFERENT, "pathways:pathway", ""),
)
OF_A_CHILD = {"children:file": "child_id", "pathways:pathway": "pk"}


def measured(environment: dict[str, str], children: int) -> dict[str, float]:
    """Milliseconds by `name` or `name?query`, of another than the coordinator with who; medians of ROUNDS."""
    return acts.measured("product", environment, BENCH_CHILDREN=str(children))


def fill() -> None:
    from django.core.management import call_command

    quiet = io.StringIO()
    call_command("migrate", stdout=quiet)
    call_command("town", "apply", str(ROOT / "infra" / "towns" / "montauban.toml"), stdout=quiet)
    call_command("demo-people", stdout=quiet)
    call_command("demo-children", children=SIZES[0], stdout=quiet)


def spent() -> dict[str, float]:
    from django.test import Client
    from django.urls import reverse

    from core.pathways.models import Pathway
    from core.people.models import User
    from tenants import registry
    from tenants.context import entered

    (place,) = registry.places("town")
    clients = {}
    with entered(place):
        referent = User.objects.get(email=REFERENT)
        own = Pathway.objects.exclude(state="ended").filter(child__in=_accompanied(referent))
        pathway = own.order_by("pk")[0]
        for email in (COORDINATOR, REFERENT):
            clients[email] = Client(headers={"host": place.primary_host})
            clients[email].force_login(User.objects.get(email=email))
    found = {}
    for email, name, query in PAGES:
        arguments = [getattr(pathway, OF_A_CHILD[name])] if name in OF_A_CHILD else []
        address = reverse(name, args=arguments, urlconf="reussite.urls_town")
        who = "" if email == COORDINATOR else " (referent)"
        found[f"{name}{'?' if query else ''}{query}{who}"] = _median(
            clients[email], f"{address}?{query}" if query else address
        )
    return found


def _accompanied(referent: Any) -> Any:
    from django.utils import timezone

    from core.pathways.models import ReferentLink

    return ReferentLink.objects.in_force(timezone.localdate()).filter(user=referent).values("child_id")


def _median(client: Any, url: str) -> float:
    times = []
    for _ in range(ROUNDS + 3):
        began = time.perf_counter()
        response = client.get(url)
        times.append((time.perf_counter() - began) * 1000)
        if response.status_code != 200:
            raise SystemExit(f"{url}: {response.status_code}")
    return statistics.median(times[3:])


if __name__ == "__main__":
    acts.play(fill, spent)
