"""The operator's commands, each in a process of its own that is forked from this one: Django is loaded once.

Reads JSON lines. `{"database", "folder", "package", "out", "words"}` starts a process: on that database, with
the planted application's migrations from that package of that folder, its output in files named after `out`.
Answers its id. `{"wait": id}` answers its exit code. The words are those of `reussite`, or an act below.
"""

import json
import os
import sys
import traceback
from typing import Any

import django


def main() -> None:
    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            _, status = os.waitpid(asked["wait"], 0)
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = os.fork()
            if answer == 0:
                os._exit(carry_out(**asked))
        os.write(1, f"{answer}\n".encode())


def carry_out(*, database: str, folder: str, package: str, out: str, words: list[str]) -> int:
    from django.conf import settings
    from django.core.management import execute_from_command_line

    for descriptor, suffix in ((1, "out"), (2, "err")):
        os.dup2(os.open(f"{out}.{suffix}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    sys.path.insert(0, folder)
    settings.DATABASES["default"]["NAME"] = database
    settings.MIGRATION_MODULES = {"planted": package}
    try:
        if words[0] in ACTS:
            json.dump(ACTS[words[0]](*words[1:]), sys.stdout)
        else:
            execute_from_command_line(["reussite", *words])
    except SystemExit as end:
        return int(end.code or 0)
    except Exception:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def provision(*slugs: str) -> dict[str, str]:
    from tenants import provisioning

    return {
        slug: provisioning.provision(slug=slug, kind="town", name=slug, domains=[f"{slug}.test"]).schema
        for slug in slugs
    }


def drift() -> list[dict[str, str]]:
    from dataclasses import asdict

    from tenants import drift as module

    return [asdict(one) for one in module.drift()]


def fingerprints() -> dict[str, str]:
    """Of every town, from the DDL that its own catalog gives."""
    from django.db import connection, transaction

    from tenants import catalog, context, registry

    found = {}
    for place in registry.places("town"):
        with context.outside(), transaction.atomic(), connection.cursor() as cursor:
            found[place.slug] = catalog.fingerprint(catalog.read_ddl(cursor, place.schema))
        connection.forget_place()
    return found


def count_reads() -> dict[str, int]:
    """Statements of a run with nothing to do, and how many of them read django_migrations in a town."""
    from django.core.management import call_command
    from django.db import connection

    statements: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        call_command("migrate", verbosity=0)
    towns = [sql for sql in statements if '"t_' in sql and ".django_migrations" in sql]
    return {"all": len(statements), "towns": len([sql for sql in towns if "t_template" not in sql])}


ACTS = {"provision": provision, "drift": drift, "count_reads": count_reads, "fingerprints": fingerprints}

if __name__ == "__main__":
    main()
