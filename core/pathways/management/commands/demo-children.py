from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.pathways import demo
from core.people.demo import NotADemonstration
from tenants import registry
from tenants.context import entered


class Command(BaseCommand):
    help = "Fills each demonstration town with made-up children, once. Refused elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--children", type=int, default=None, help="children a town, up to 3500; else as its file says"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        asked = options["children"]
        if asked is not None and not 0 <= asked <= 3500:
            raise CommandError("--children va de 0 à 3500.")
        for place in registry.places("town"):
            count = asked if asked is not None else place.config["demo"]["children"]
            with entered(place, switching=True):
                try:
                    made = demo.populate(count=count, at=timezone.now())
                except NotADemonstration:
                    raise CommandError("Sans REUSSITE_DEMO=1, aucun enfant fictif n’est créé.") from None
            self.stdout.write(f"{place.name} : {made} enfants fictifs")
