import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tenants import dispatcher
from tenants.loops import repeat, told_to_stop

AGREED_EVERY = 15.0  # seconds: a new town's jobs are known within it


class Command(BaseCommand):
    help = "Lance les tâches prévues, ville par ville, jusqu’à ce qu’on l’arrête."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pause", type=float, default=1.0, help="secondes entre deux regards (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        agreed_at = float("-inf")

        def turn() -> int:
            nonlocal agreed_at
            if time.monotonic() - agreed_at > AGREED_EVERY:
                dispatcher.agree()
                if agreed_at < 0:
                    dispatcher.bring_forward()
                agreed_at = time.monotonic()
            return dispatcher.turn()

        with told_to_stop() as stop:
            self.stdout.write("Les départs sont réglés.")
            self.stdout.flush()
            repeat(turn, name="dispatcher", pause=options["pause"], stop=stop)
