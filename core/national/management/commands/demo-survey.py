from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.national import demo_survey
from core.people.demo import NotADemonstration
from tenants import registry
from tenants.context import entered


class Command(BaseCommand):
    help = "Opens a yearly survey in the demonstration, which one town has answered, once."

    def handle(self, *args: Any, **options: Any) -> None:
        for place in registry.places("national"):
            with entered(place, switching=True):
                try:
                    made = demo_survey.populate(at=timezone.now())
                except NotADemonstration:
                    raise CommandError("Sans REUSSITE_DEMO=1, aucune enquête fictive n’est créée.") from None
            self.stdout.write(f"{place.name} : {made} enquête(s)")
