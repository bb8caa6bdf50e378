"""The same acts with django-tenants as it comes."""

import time

from django.core.management import call_command
from django.db import connection, transaction
from django_tenants.utils import schema_context

from tenants import catalog
from tenants.models import Domain, Town, new_schema_name


def provision(slugs: list[str]) -> list[float]:
    """Seconds for each town: the tenant model's save() runs every migration."""
    Town.auto_create_schema = True
    spent = []
    for slug in slugs:
        began = time.perf_counter()
        town = Town(slug=slug, kind="town", name=slug, schema_name=new_schema_name())
        town.save(verbosity=0)
        Domain.objects.create(domain=f"{slug}.test", tenant=town, is_primary=True)
        spent.append(time.perf_counter() - began)
    return spent


def fill(slugs: list[str]) -> None:
    """Towns that nobody measures: copies of the first one, since its own way would take an hour."""
    model = Town.objects.order_by("id")[0].schema_name
    with transaction.atomic(), connection.cursor() as cursor:
        ddl, seed = catalog.read_ddl(cursor, model), catalog.read_seed(cursor, model)
    for slug in slugs:
        schema = new_schema_name()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {schema}; SET LOCAL check_function_bodies = off")
            cursor.execute("SET LOCAL search_path TO pg_catalog;" + ddl.replace(catalog.MARK, schema))
            cursor.execute(seed.replace(f"{catalog.MARK}from", model).replace(catalog.MARK, schema))
        (town,) = Town.objects.bulk_create([Town(slug=slug, kind="town", name=slug, schema_name=schema)])
        Domain.objects.create(domain=f"{slug}.test", tenant=town, is_primary=True)


def migrate() -> dict[str, float]:
    connection.close()
    began = time.perf_counter()
    call_command("migrate_schemas", executor="multiprocessing", interactive=False, verbosity=0)
    return {"seconds": time.perf_counter() - began}


def partners(slug: str) -> None:
    from core.partners.models import Organisation

    with schema_context(Town.objects.get(slug=slug).schema_name):
        Organisation.objects.bulk_create(
            Organisation(code=f"o{number}", name=f"Organisation {number}", kind="association", districts=[])
            for number in range(30)
        )


ACTS = {"provision": provision, "fill": fill, "migrate": migrate, "partners": partners}
