"""Provisions towns in processes that fail or die at a chosen statement.

Reads `how point slug` from each line of its input and forks a process for it, so that Django is loaded
once. `how` is "raise", "kill" (before the statement is sent) or "linger" (the statement is followed, in
the same message to the server, by a long sleep, during which the test kills the process). Answers
"pid N", then perhaps "lingering", then "ended CODE": 0 for a town that was made, 1 for the injected
failure, 2 for another, -9 for a kill.
"""

import os
import signal
import sys
import traceback
from typing import Any

import django


class InjectedError(Exception):
    """The failure that a test asked for."""


def main() -> None:
    django.setup()
    for line in sys.stdin:
        how, point, slug = line.split()
        child = os.fork()
        if child == 0:
            os._exit(code_of(how, int(point), slug))
        say(f"pid {child}")
        _, status = os.waitpid(child, 0)
        say(f"ended {os.waitstatus_to_exitcode(status)}")


def code_of(how: str, point: int, slug: str) -> int:
    try:
        provision(how, point, slug)
    except InjectedError:
        return 1
    except Exception:
        traceback.print_exc()
        return 2
    return 0


def provision(how: str, point: int, slug: str) -> None:
    from django.db import connection

    from tenants import provisioning

    seen = 0

    def fault(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == point:
            if how == "raise":
                raise InjectedError
            if how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            say("lingering")
            sql = f"{sql.rstrip().rstrip(';')}; SELECT pg_sleep(0.5)"
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fault):
        provisioning.provision(
            slug=slug, kind="town", name=slug, domains=[f"{slug}.test", f"www.{slug}.test"]
        )


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


if __name__ == "__main__":
    main()
