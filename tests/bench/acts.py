"""A measure in two processes: `fill` under the owner's login, `measure` under the app's. Both answer JSON."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import django
import psycopg

ROOT = Path(__file__).resolve().parents[2]


def measured(module: str, environment: Mapping[str, str], **variables: str) -> dict[str, Any]:
    """What both acts of `tests.bench.<module>` told."""
    told: dict[str, Any] = {}
    for act, login in (("fill", "owner"), ("measure", "app")):
        done = subprocess.run(
            [sys.executable, "-m", f"tests.bench.{module}", act],
            env={
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
                "REUSSITE_DEMO": "1",
                **environment,
                **variables,
                "REUSSITE_LOGIN": login,
            },
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        told |= json.loads(done.stdout.strip().splitlines()[-1])
        if act == "fill":
            _analyse(environment["DATABASE_ADMIN_URL"])
    return told


def _analyse(url: str) -> None:
    """As in a town that lives: rows written a moment ago have no statistics, and plans guess one row."""
    with psycopg.connect(url, autocommit=True) as session:
        session.execute("ANALYZE")


def play(fill: Callable[[], Any], measure: Callable[[], dict[str, Any]], *, ready: bool = True) -> None:
    """The act that the command line names. Without `ready`, the measure sets Django up itself."""
    filling = sys.argv[1] == "fill"
    if filling or ready:
        django.setup()
        logging.disable(logging.CRITICAL)  # a line a request would hide the table
    sys.stdout.write(json.dumps((fill() if filling else measure()) or {}) + "\n")
