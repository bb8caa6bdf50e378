"""The acts that are measured, with the product's kernel."""

import time
from typing import Any

from django.core.management import call_command
from django.db import connection

from tenants import provisioning, registry
from tenants.context import entered


def provision(slugs: list[str]) -> list[float]:
    """Seconds for each town."""
    spent = []
    for slug in slugs:
        began = time.perf_counter()
        provisioning.provision(slug=slug, kind="town", name=slug, domains=[f"{slug}.test"])
        spent.append(time.perf_counter() - began)
    return spent


def fill(slugs: list[str]) -> None:
    provision(slugs)


def migrate(town: str | None = None) -> dict[str, float]:
    """Seconds in all, and those spent waiting for the database."""
    waited = 0.0

    def clock(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal waited
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            waited += time.perf_counter() - began

    connection.close()
    began = time.perf_counter()
    with connection.execute_wrapper(clock):
        call_command("migrate", verbosity=0, town=town)
    return {"seconds": time.perf_counter() - began, "sql": waited}


def partners(slug: str) -> None:
    """Thirty organisations, so that the page has something to say."""
    from core.partners.models import Organisation

    with entered(registry.by_slug(slug)):
        Organisation.objects.bulk_create(
            Organisation(code=f"o{number}", name=f"Organisation {number}", kind="association", districts=[])
            for number in range(30)
        )


ACTS = {"provision": provision, "fill": fill, "migrate": migrate, "partners": partners}
