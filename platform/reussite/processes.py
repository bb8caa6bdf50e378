"""The processes of an installation: pages, tasks, clock, and the demonstration that starts them all."""

import argparse
import os
import shutil
import sys
import warnings
from pathlib import Path


def demo(arguments: list[str]) -> int:
    from reussite.demo import command

    return command.main(arguments)


def doctor(arguments: list[str]) -> int:
    from reussite.doctor import report

    return report.main(arguments)


def serve(arguments: list[str]) -> int:
    """Serve pages until told to stop. The process becomes gunicorn, so that signals reach it."""
    parser = argparse.ArgumentParser(prog="reussite serve", description="Sert les pages (gunicorn, fils).")
    parser.add_argument("--bind", default="127.0.0.1:8000", help="adresse et port (127.0.0.1:8000)")
    parser.add_argument("--workers", type=int, default=_number("WEB_WORKERS", 2), help="processus (2)")
    parser.add_argument(
        "--threads", type=int, default=_number("WEB_THREADS", 4), help="fils par processus (4)"
    )
    options = parser.parse_args(arguments)
    os.environ["REUSSITE_LOGIN"] = "app"
    _share_figures(options.bind)
    command = gunicorn(options.bind, options.workers, options.threads)
    os.execv(sys.executable, command)  # noqa: S606 (no shell, our own interpreter)


def _share_figures(bind: str) -> None:
    """An empty folder in which the processes of this server add up their figures (/metrics)."""
    if not os.environ.get("REUSSITE_METRICS_TOKEN") or "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        return
    from reussite.environment import var_folder

    folder = var_folder() / "metrics" / bind.rpartition(":")[2]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def gunicorn(bind: str, workers: int = 2, threads: int = 4) -> list[str]:
    """The command that serves pages; its environment says REUSSITE_LOGIN=app."""
    configuration = Path(__file__).with_name("gunicorn_conf.py")
    return [
        *[sys.executable, "-m", "gunicorn", "reussite.wsgi:application", "--config", str(configuration)],
        *["--bind", bind, "--workers", str(workers), "--threads", str(threads)],
    ]


def worker(arguments: list[str]) -> int:
    """Carry out tasks until told to stop."""
    parser = argparse.ArgumentParser(prog="reussite worker", description="Exécute les tâches (Celery).")
    parser.add_argument("--concurrency", type=int, default=_number("WORKERS", 2), help="processus (2)")
    parser.add_argument("--beat", action="store_true", help="avec l’horloge (un seul agent par installation)")
    parser.add_argument(
        "--queues", default="urgent,normal,slow", help="files servies, dans cet ordre (urgent,normal,slow)"
    )
    options = parser.parse_args(arguments)
    # One connection a process, kept over many tasks (CELERY_DB_REUSE_MAX): a pool has nothing to share.
    os.environ.setdefault("DATABASE_POOL_SIZE", "0")
    words = [
        *["worker", f"--queues={options.queues}", f"--concurrency={options.concurrency}"],
        *["--without-gossip", "--without-mingle"],
    ]
    if options.beat:
        words += ["--beat", f"--schedule={_schedule_file()}"]
    return _celery(words)


def beat(arguments: list[str]) -> int:
    """The clock alone; one an installation."""
    argparse.ArgumentParser(prog="reussite beat", description="L’horloge des tâches.").parse_args(arguments)
    return _celery(["beat", f"--schedule={_schedule_file()}", "--pidfile="])


def _celery(words: list[str]) -> int:
    os.environ["REUSSITE_LOGIN"] = "app"
    from celery.platforms import SecurityWarning

    from reussite.celery import app

    if os.environ.get("REUSSITE_DEMO") == "1":  # as root, on one's own machine
        warnings.simplefilter("ignore", SecurityWarning)
    app.start(["--quiet", words[0], "--loglevel=INFO", *words[1:]])
    return 0


def _schedule_file() -> Path:
    from reussite.environment import var_folder

    var_folder().mkdir(parents=True, exist_ok=True)
    return var_folder() / "celerybeat-schedule"


def _number(name: str, default: int) -> int:
    return int(os.environ.get(f"REUSSITE_{name}", default))
