import time
from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand, CommandParser

from tenants.loops import repeat, told_to_stop
from tenants.relay import Relay, bury_orphans

ORPHANS_EVERY = 30.0  # seconds


class Command(BaseCommand):
    help = "Confie aux agents les effets demandés (courriels, tâches), jusqu’à ce qu’on l’arrête."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pause", type=float, default=0.5, help="secondes entre deux regards (0,5)")

    def handle(self, *args: Any, **options: Any) -> None:
        relay = Relay(current_app)
        looked_at = float("-inf")

        def turn() -> int:
            nonlocal looked_at
            if time.monotonic() - looked_at > ORPHANS_EVERY:
                bury_orphans()
                looked_at = time.monotonic()
            return relay.turn()

        with told_to_stop() as stop:
            self.stdout.write("Le relais tourne.")
            self.stdout.flush()
            repeat(turn, name="relay", pause=options["pause"], stop=stop)
        relay.close()
