"""`reussite town …`: towns from their files, and what may happen to them. Speaks French to operators."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import IntegrityError, transaction

from tenants import provisioning
from tenants.configuration import hosts, planning
from tenants.configuration.changes import Act
from tenants.configuration.loading import Invalid, Loaded, load
from tenants.context import outside
from tenants.errors import UnknownPlaceError
from tenants.models import Domain, Kind, State, Town

WRONG_FILES = 2
REFUSED = 1
FILES_HELP = "fichiers TOML, ou noms courts de villes du dossier des villes (par défaut : tout ce dossier)"


class Refused(Exception):
    """The operator asked for what cannot be done; the message says why."""


class Command(BaseCommand):
    help = "Villes : plan, apply, list, check, suspend, resume, rename-domain, drop."
    # The owner's connection is not needed to check files.
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="action")
        for name, text in (
            ("plan", "montrer ce qui changerait, sans rien toucher"),
            ("apply", "mettre les villes en conformité avec leurs fichiers"),
            ("check", "vérifier des fichiers, sans base de données"),
        ):
            act = acts.add_parser(name, help=text)
            act.add_argument("files", nargs="*", metavar="fichier", help=FILES_HELP)
        acts.add_parser("list", help="lister les villes")
        suspend = acts.add_parser("suspend", help="fermer une ville : ni page ni tâche, les données restent")
        suspend.add_argument("slug", metavar="ville")
        suspend.add_argument("--reason", required=True, metavar="motif", help="montré aux opérateurs")
        resume = acts.add_parser("resume", help="rouvrir une ville suspendue")
        resume.add_argument("slug", metavar="ville")
        rename = acts.add_parser("rename-domain", help="changer le domaine principal d’une ville")
        rename.add_argument("slug", metavar="ville")
        rename.add_argument("host", metavar="nouveau-domaine")
        rename.add_argument("--yes", action="store_true", help="le faire ; sans cela, montrer le plan")
        drop = acts.add_parser("drop", help="effacer une ville suspendue et toutes ses données")
        drop.add_argument("slug", metavar="ville")
        drop.add_argument("--confirm", metavar="ville", help="le nom court, une seconde fois")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        acts: dict[str, Callable[..., None]] = {
            "plan": self.plan,
            "apply": self.apply,
            "check": self.check_files,
            "list": self.list_towns,
            "suspend": self.suspend,
            "resume": self.resume,
            "rename-domain": self.rename_domain,
            "drop": self.drop,
        }
        try:
            acts[act](
                **{
                    key: options[key]
                    for key in ("files", "slug", "reason", "host", "yes", "confirm")
                    if key in options
                }
            )
        except Invalid as error:
            self._refuse_files(error)
        except Refused as error:
            self.stderr.write(str(error))
            sys.exit(REFUSED)
        except UnknownPlaceError:
            self.stderr.write(f"Aucune ville ne s’appelle « {options['slug']} ».")
            sys.exit(REFUSED)

    # --- files ----------------------------------------------------------------------------------

    def plan(self, files: list[str]) -> None:
        for outcome in [planning.plan(loaded) for loaded in self._loaded(files)]:
            self._tell(outcome, done=False)

    def apply(self, files: list[str]) -> None:
        loaded = self._loaded(files)
        with outside():
            problems = [problem for one in loaded for problem in planning.taken(one)]
        if problems:
            raise Invalid(problems)
        for one in loaded:
            try:
                self._tell(planning.apply(one), done=True)
            except IntegrityError as error:
                reason = str(error).strip().splitlines()[0]
                raise Refused(
                    f"{one.file.slug} : rien n’est changé, la base de données refuse ({reason})."
                ) from error

    def check_files(self, files: list[str]) -> None:
        loaded = self._loaded(files)
        self.stdout.write(f"{len(loaded)} fichier{'s' if len(loaded) > 1 else ''} sans faute.")

    def _loaded(self, names: list[str]) -> list[Loaded]:
        folder = Path(settings.TOWNS_FOLDER)
        if not names:
            paths = sorted(folder.glob("*.toml"))
            if not paths:
                raise Refused(f"Aucun fichier .toml dans {folder}.")
            return load(paths)
        return load(list(dict.fromkeys(_path_of(name, folder) for name in names)))

    def _tell(self, outcome: planning.Outcome, *, done: bool) -> None:
        file = outcome.loaded.file
        if not outcome.changes:
            self.stdout.write(f"{file.slug} : rien à changer.")
            return
        count = len(outcome.changes)
        plural = "s" if count > 1 else ""
        what = f"{count} changement{plural} {f'fait{plural}' if done else 'à faire'}"
        self.stdout.write(self.style.MIGRATE_HEADING(f"{file.slug} : {what}"))
        paint = {Act.ADD: self.style.SUCCESS, Act.CHANGE: self.style.WARNING, Act.RETIRE: self.style.ERROR}
        for change in outcome.changes:
            for line in change.lines():
                self.stdout.write("  " + paint[change.act](line))

    def _refuse_files(self, error: Invalid) -> None:
        for problem in error.problems:
            self.stderr.write(str(problem))
        count = len(error.problems)
        self.stderr.write(f"{count} erreur{'s' if count > 1 else ''}. Rien n’est changé.")
        sys.exit(WRONG_FILES)

    # --- towns ----------------------------------------------------------------------------------

    def list_towns(self) -> None:
        towns = Town.objects.order_by("kind", "slug")
        primaries = dict(Domain.objects.filter(is_primary=True).values_list("tenant_id", "domain"))
        rows = [
            (
                town.slug,
                town.name,
                Kind(town.kind).label,
                State(town.state).label,
                primaries.get(town.pk, "—"),
            )
            for town in towns
        ]
        if not rows:
            self.stdout.write("Aucune ville.")
            return
        rows.insert(0, ("ville", "nom", "nature", "état", "domaine principal"))
        widths = [max(len(row[column]) for row in rows) for column in range(5)]
        for row in rows:
            self.stdout.write(
                "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            )

    def suspend(self, slug: str, reason: str) -> None:
        provisioning.suspend(slug, reason=reason)
        self.stdout.write(f"{slug} est suspendue : ni page ni tâche. Les données restent.")

    def resume(self, slug: str) -> None:
        provisioning.resume(slug)
        self.stdout.write(f"{slug} est de nouveau en service.")

    def rename_domain(self, slug: str, host: str, yes: bool) -> None:
        try:
            renaming = hosts.plan(slug, host)
        except hosts.CannotRename as error:
            raise Refused(str(error)) from error
        for line in renaming.lines():
            self.stdout.write(line)
        if not yes:
            self.stdout.write("Rien n’est changé. Pour le faire : la même commande avec --yes.")
            return
        hosts.rename(renaming)
        self.stdout.write(f"C’est fait. Écrivez-le aussi dans le fichier de {slug}, sous [web].")

    def drop(self, slug: str, confirm: str | None) -> None:
        with outside(), transaction.atomic():
            town = Town.objects.select_for_update().filter(slug=slug).first()
            if town is None:
                raise UnknownPlaceError
            if town.state != State.SUSPENDED:
                raise Refused(f"{slug} est en service : suspendez-la d’abord (reussite town suspend {slug}).")
            if confirm != slug:
                raise Refused(
                    f"Toutes les données de {town.name} seraient effacées, sans retour.\n"
                    f"Pour le faire : reussite town drop {slug} --confirm {slug}"
                )
            provisioning.drop(slug)
        self.stdout.write(
            f"{slug} est effacée, avec toutes ses données. Les effectifs qu’elle a transmis au site national "
            "le sont la nuit prochaine, et ceux d’une publication parue trois ans après elle."
        )


def _path_of(name: str, folder: Path) -> Path:
    """A path as given; a bare name is a town of the folder."""
    path = Path(name)
    if path.suffix == ".toml" or path.exists():
        return path
    return folder / f"{name}.toml"
