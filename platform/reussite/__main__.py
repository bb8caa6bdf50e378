"""The command `reussite`: Django's management commands, and the processes of an installation.

The login of the database is chosen here, by command, before the settings are read: the kind of process
decides what it may do (docs/adr).
"""

import os
import sys
from collections.abc import Callable

from reussite import environment, processes

# Commands that change structures or towns; everything else, pages and jobs included, is `app`.
OWNER_COMMANDS = frozenset(
    {"migrate", "makemigrations", "town", "showmigrations", "sqlmigrate", "squashmigrations"}
)
ADMIN_COMMANDS = frozenset({"bootstrap"})

PROCESSES: dict[str, tuple[Callable[[list[str]], int], str]] = {
    "demo": (processes.demo, "toute la plateforme avec ses villes de démonstration"),
    "serve": (processes.serve, "les pages (gunicorn)"),
    "worker": (processes.worker, "les tâches (Celery) ; --beat pour l’horloge"),
    "beat": (processes.beat, "l’horloge des tâches"),
    "doctor": (processes.doctor, "cette installation est-elle en ordre ?"),
}

HELP = """\
Réussite : la plateforme des projets de réussite éducative.

Faire tourner :
{processes}
  relay        confie aux agents les effets demandés (courriels, échanges)
  dispatcher   lance les tâches prévues, ville par ville

Préparer et tenir à jour :
  bootstrap    comptes et rôles de la base, une fois, en superutilisateur
  migrate      met à jour le schéma partagé et celui des villes
  town         plan, apply, list, check, suspend, resume, rename-domain, drop

Toutes les commandes, celles de Django comprises : reussite help --commands
Le détail de l’une d’elles : reussite <commande> --help"""


def login_of(command: str) -> str:
    """The database login under which a command runs."""
    if command in ADMIN_COMMANDS:
        return "admin"
    return "owner" if command in OWNER_COMMANDS else "app"


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns the exit code; Django's own commands may also exit by themselves."""
    words = sys.argv[1:] if arguments is None else arguments
    command = words[0] if words else "help"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reussite.settings")
    if command in {"help", "-h", "--help"} and words[1:] != ["--commands"] and len(words) < 2:
        say(HELP.format(processes="\n".join(f"  {name:<12} {text}" for name, (_, text) in PROCESSES.items())))
        return 0
    environment.load_demo(command)
    if command in PROCESSES:
        run, _ = PROCESSES[command]
        return run(words[1:])
    os.environ["REUSSITE_LOGIN"] = login_of(command)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["reussite", *words])
    return 0


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
