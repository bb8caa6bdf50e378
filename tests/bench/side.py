"""One of the two that are compared: a process that carries out what it reads on its standard input.

`python -m tests.bench.side ours|stock`: one JSON list `[act, argument…]` a line in, one JSON value out.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import django

from tests.bench import steps


def main(which: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever commands print must not be taken for an answer
    django.setup()
    if which == "ours":
        from tests.bench import our_side as side
    else:
        from tests.bench import stock_side as side  # type: ignore[no-redef]
    from tests.bench import web

    acts: dict[str, Callable[..., Any]] = {"stage": stage, **side.ACTS, **web.ACTS}
    for line in sys.stdin:
        act, *arguments = json.loads(line)
        answers.write(json.dumps(acts[act](*arguments)) + "\n")
        answers.flush()


def stage(number: int) -> None:
    """From now on the planted application has this many steps."""
    from django.conf import settings

    settings.MIGRATION_MODULES = {"planted": steps.package(number)}


if __name__ == "__main__":
    main(*sys.argv[1:])
