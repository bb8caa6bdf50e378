from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.meetings import demo
from core.people.demo import NotADemonstration
from tenants import registry
from tenants.context import entered


class Command(BaseCommand):
    help = "Gives each demonstration town a team and its meetings, once. Refused elsewhere."

    def handle(self, *args: Any, **options: Any) -> None:
        for place in registry.places("town"):
            with entered(place, switching=True):
                try:
                    made = demo.populate(at=timezone.now())
                except NotADemonstration:
                    raise CommandError("Sans REUSSITE_DEMO=1, aucune réunion fictive n’est créée.") from None
            self.stdout.write(f"{place.name} : {made} réunions fictives")
