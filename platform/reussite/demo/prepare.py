"""Tables, towns, people and static files of the demonstration, under the owner's login, in one process.

One start of Django instead of four: it is what a second `make demo` spends most of its time on.
"""

import argparse
import hashlib
import io
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from infra.embedded.account import Account, write_secret
from reussite.demo import console
from reussite.environment import var_folder

SOURCES = ".sources"  # in the folder of collected files: what they were collected from


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="reussite.demo.prepare")
    parser.add_argument("--children", type=int)
    parser.add_argument("files", nargs="+")
    asked = parser.parse_args(arguments)
    files: list[str] = asked.files
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reussite.settings")
    os.environ["REUSSITE_LOGIN"] = "owner"
    import django

    django.setup()
    steps: list[tuple[str, Callable[[io.StringIO], None]]] = [
        ("tables", lambda out: command(out, "migrate")),
        (f"villes de configuration ({len(files)})", lambda out: command(out, "town", "apply", *files)),
        ("personnes fictives", people),
        ("enfants fictifs", partial(children, asked.children)),
        ("notes fictives", notes),
        ("protection", protection),
        ("financements fictifs", funding),
        ("réunions fictives", meetings),
        ("messages fictifs", messages),
        ("chiffres nationaux fictifs", releases),
        ("enquête annuelle fictive", survey),
        ("fichiers statiques", collect_static),
    ]
    for title, step in steps:
        began, output = time.monotonic(), io.StringIO()
        try:
            step(output)
        except (Exception, SystemExit) as error:
            if isinstance(error, SystemExit) and not error.code:
                continue
            console.say(f"La préparation s’est arrêtée à l’étape « {title} » :")
            console.say("\n".join(filter(None, (output.getvalue().strip(), describe(error)))))
            return 1
        console.done(title, began)
    return 0


def command(out: io.StringIO, *words: str) -> None:
    from django.core.management import call_command

    call_command(*words, stdout=out, stderr=out)


def people(out: io.StringIO) -> None:
    """Made-up people; what is said of their accounts is kept for the welcome."""
    accounts = io.StringIO()
    command(accounts, "demo-people")
    write_secret(accounts_file(), accounts.getvalue(), Account())


def children(number: int | None, out: io.StringIO) -> None:
    """Made-up children, once: as many as each town's file says, or `number`."""
    command(out, "demo-children", *([] if number is None else [f"--children={number}"]))


def notes(out: io.StringIO) -> None:
    """Made-up notes, documents and letters around them, once."""
    command(out, "demo-notes")


def protection(out: io.StringIO) -> None:
    """Made-up informations préoccupantes, once."""
    command(out, "demo-protection")


def funding(out: io.StringIO) -> None:
    """Made-up conventions and expenses, once."""
    command(out, "demo-funding")


def meetings(out: io.StringIO) -> None:
    """Made-up meetings about them, once."""
    command(out, "demo-meetings")


def messages(out: io.StringIO) -> None:
    """What those people are told, once."""
    command(out, "demo-messages")


def releases(out: io.StringIO) -> None:
    """A national release over made-up towns, once."""
    command(out, "demo-releases")


def survey(out: io.StringIO) -> None:
    """A yearly survey that one town has answered, once."""
    command(out, "demo-survey")


def accounts_file() -> Path:
    return var_folder() / "demo" / "accounts.txt"


def collect_static(out: io.StringIO) -> None:
    """Only where a source changed: hashing and compressing them takes longer than all the rest."""
    from django.conf import settings

    stamp = Path(settings.STATIC_ROOT) / SOURCES
    sources = fingerprint_of_sources()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == sources:
        return
    command(out, "collectstatic", "--noinput", "--clear")
    stamp.write_text(sources, encoding="utf-8")


def fingerprint_of_sources() -> str:
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = Path(storage.path(path)).stat()
            digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def describe(error: BaseException) -> str:
    return "" if isinstance(error, SystemExit) else f"{type(error).__name__} : {error}"


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:  # the demonstration itself says what happened
        sys.exit(130)
