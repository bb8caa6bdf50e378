"""Asks every question, in order, and says what was found."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator

from reussite.doctor.findings import Finding, Level, wrong

Check = Callable[[], Finding | list[Finding]]
MARKS: dict[Level, str] = {"ok": "✓", "note": "!", "wrong": "✗"}


def main(arguments: list[str]) -> int:
    """0 when nothing is wrong, else 1."""
    argparse.ArgumentParser(
        prog="reussite doctor", description="Cette installation est-elle en ordre ? Code de sortie 0 ou 1."
    ).parse_args(arguments)
    os.environ["REUSSITE_LOGIN"] = "owner"
    if not os.environ.get("DATABASE_OWNER_URL"):
        say("✗ DATABASE_OWNER_URL n’est pas renseignée : le diagnostic lit la base sous ce compte.")
        return 1
    import django

    django.setup()
    count = 0
    for finding in findings(checks()):
        say(line(finding))
        count += finding.level == "wrong"
    say("" if count else "Tout est en ordre.")
    if count:
        say(f"{count} point{'s' if count > 1 else ''} à corriger.")
    return 1 if count else 0


def checks() -> list[Check]:
    from reussite.doctor import database, surroundings

    return [
        surroundings.programs,
        surroundings.keys,
        surroundings.demonstration,
        surroundings.folders,
        database.logins,
        database.server,
        database.role_set,
        database.set_config,
        database.shared_tables,
        database.migrations,
        database.towns,
        surroundings.broker,
        surroundings.workers,
        surroundings.mail,
    ]


def findings(asked: Iterable[Check]) -> Iterator[Finding]:
    """What the checks answer; one that breaks down is itself something wrong, and the others still run."""
    for check in asked:
        try:
            answer = check()
        except Exception as error:  # whatever it is, the operator has to hear of it
            name = f"{check.__module__.rsplit('.', 1)[-1]}.{check.__name__}"
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            yield wrong(
                f"la vérification {name} n’a pas abouti : {reason}", "corrigez d’abord ce qui précède"
            )
            continue
        yield from answer if isinstance(answer, list) else [answer]


def line(finding: Finding) -> str:
    text = f"{MARKS[finding.level]} {finding.text}"
    return f"{text}\n    → {finding.remedy}" if finding.remedy else text


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
