from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.national import demo
from core.people.demo import NotADemonstration
from tenants import registry
from tenants.context import entered


class Command(BaseCommand):
    help = "Publishes a release over made-up towns on the demonstration's national site, once."

    def handle(self, *args: Any, **options: Any) -> None:
        for place in registry.places("national"):
            with entered(place, switching=True):
                try:
                    made = demo.populate(at=timezone.now())
                except NotADemonstration:
                    raise CommandError("Sans REUSSITE_DEMO=1, aucune ville fictive n’est créée.") from None
            self.stdout.write(f"{place.name} : {made} publication(s)")
