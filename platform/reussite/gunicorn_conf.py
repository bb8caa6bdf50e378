"""gunicorn's settings; addresses and numbers of processes come from `reussite serve`."""

import os
from typing import Any

worker_class = "gthread"
# One copy of the code for all processes: its memory pages are shared.
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
# A process is renewed before what third-party code may leak adds up; never all at once.
max_requests = 20_000
max_requests_jitter = 2_000
# reussite.tracing writes the line of a request: with its town, and without what an address tells.
accesslog = None
control_socket_disable = True

_HANDLER = {"()": "reussite.logs.Console", "formatter": "without_values"}
logconfig_dict: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"without_values": {"()": "reussite.logs.WithoutValues"}},
    "handlers": {"console": _HANDLER},
    "root": {"level": "WARNING", "handlers": ["console"]},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False},
    },
}


def child_exit(server: Any, worker: Any) -> None:
    """The figures of a process that ended are kept, and no longer counted as alive."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def post_fork(server: Any, worker: Any) -> None:
    """Nothing opened before the fork is shared by two processes."""
    from django.db import connections

    connections.close_all()
