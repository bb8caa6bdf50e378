"""`reussite migrate`: every schema up to date. Speaks French to operators."""

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db.migrations.autodetector import MigrationAutodetector

from tenants.errors import UnknownPlaceError
from tenants.migrating import running
from tenants.migrating.planning import Group
from tenants.migrating.replaying import Result

if TYPE_CHECKING:  # a fifth of a second, for those who have a terminal
    from rich.progress import Progress, TaskID

NAMES = {
    "public": "schéma partagé",
    "t_template_town": "modèle des villes",
    "t_template_national": "modèle national",
}
MANY = 20  # lines of differences that are told here


class Command(BaseCommand):
    help = "Met à jour le schéma partagé, les modèles de schéma, puis chaque ville."
    requires_system_checks = ["tenants"]  # which tables are where; pages don't have to import for this
    autodetector = MigrationAutodetector  # a system check compares it with makemigrations'

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--plan", action="store_true", help="montrer ce qui serait fait, sans rien toucher"
        )
        parser.add_argument("--town", metavar="VILLE", help="cette ville seule (après les modèles)")
        parser.add_argument(
            "--canary", metavar="VILLE", help="commencer par cette ville, et s’arrêter si elle refuse"
        )
        parser.add_argument("--no-progress", action="store_true", help="sans barre de progression")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["plan"]:
                self._plan(options["town"])
                return
            bar = not options["no_progress"] and self.stdout.isatty()
            with ExitStack() as stack:
                told = Told(self, verbosity=options["verbosity"], stack=stack if bar else None)
                outcome = running.migrate(told, only=options["town"], canary=options["canary"])
        except UnknownPlaceError as error:
            raise CommandError(f"Ville inconnue : {error}") from error
        self._sum_up(outcome, options["verbosity"])

    def _plan(self, only: str | None) -> None:
        behind, groups, without_schema = running.plan(only)
        for schema in behind:
            self.stdout.write(f"{NAMES.get(schema, schema)} : à mettre à jour")
        if "public" in behind:
            self.stdout.write("Les villes seront examinées une fois le schéma partagé à jour.")
        for group in groups:
            self.stdout.write(f"{len(group.places)} × {group.kind} : {_slugs(group)}")
            for step in group.steps:
                how = "rejeu" if step.script is not None else f"exécution par Django ({step.why})"
                self.stdout.write(f"  {'.'.join(step.key)} : {how}")
        for place in without_schema:
            self.stdout.write(f"{place.slug} : son schéma est absent")
        if not (behind or groups or without_schema):
            self.stdout.write("Tout est à jour.")

    def _sum_up(self, outcome: running.Outcome, verbosity: int) -> None:
        if verbosity:
            if outcome.moved:
                spent = sum(result.milliseconds for result in outcome.moved)
                each = spent / len(outcome.moved)
                self.stdout.write(f"{len(outcome.moved)} ville(s) mise(s) à jour, {each:.0f} ms chacune.")
            elif outcome.ok:
                self.stdout.write("Les villes sont à jour.")
            if outcome.mended:
                self.stdout.write(f"Droits remis en ordre : {', '.join(outcome.mended)}.")
        if not outcome.ok:
            raise CommandError("\n".join(_troubles(outcome)), returncode=1)


def _troubles(outcome: running.Outcome) -> list[str]:
    lines = []
    if outcome.refused:
        lines.append(f"{len(outcome.refused)} ville(s) n’ont pas pu être mises à jour :")
        lines += [f"  {r.place.slug} — {r.failed} : {r.error}" for r in outcome.refused]
        lines.append("Elles restent dans leur état d’avant. Une fois la cause levée, relancez la commande.")
    if outcome.not_tried:
        lines.append(
            f"Les premières villes ayant refusé, {len(outcome.not_tried)} autre(s) n’ont pas été touchées."
        )
    if outcome.without_schema:
        lines.append(f"Schéma absent : {', '.join(outcome.without_schema)}.")
    if outcome.drifts:
        lines.append("Ces villes ne sont pas conformes à leur modèle :")
        lines += [f"  {one.slug} — {one.detail}" for one in outcome.drifts[:MANY]]
        if len(outcome.drifts) > MANY:
            lines.append(
                f"  et {len(outcome.drifts) - MANY} autres différences : reussite doctor les dit toutes."
            )
    return lines


def _slugs(group: Group) -> str:
    slugs = [place.slug for place in group.places]
    return ", ".join(slugs[:8]) + (f" et {len(slugs) - 8} autres" if len(slugs) > 8 else "")


class Told:
    """The run's report: a progress bar on a terminal, plain lines elsewhere."""

    def __init__(self, command: Command, *, verbosity: int, stack: ExitStack | None) -> None:
        self.say = command.stdout.write if verbosity else lambda text: None
        self.stack = stack
        self.bar: Progress | None = None
        self.task: TaskID | None = None
        self.total = self.done = 0

    def waiting(self) -> None:
        self.say("Une autre mise à jour est en cours : j’attends qu’elle finisse…")

    def shared(self, schema: str, applied: Sequence[str]) -> None:
        self.say(f"{NAMES.get(schema, schema)} : {len(applied)} migration(s)")

    def starts(self, groups: Sequence[Group]) -> None:
        self.total = sum(len(group.places) for group in groups)
        if self.stack is not None and self.total:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
            )
            self.bar = self.stack.enter_context(Progress(*columns, console=Console()))
            self.task = self.bar.add_task("Villes", total=self.total)

    def town(self, result: Result) -> None:
        self.done += 1
        if result.error:
            text = f"{result.place.slug} : REFUS — {result.failed} : {result.error}"
            self.bar.console.print(text, markup=False) if self.bar else self.say(text)
        elif self.bar is None and (self.total <= 20 or self.done % 50 == 0 or self.done == self.total):
            self.say(f"{self.done}/{self.total} {result.place.slug} : {result.milliseconds} ms")
        if self.bar is not None and self.task is not None:
            self.bar.update(self.task, advance=1, description=result.place.slug)
