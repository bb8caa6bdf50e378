from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.notifications import demo
from core.people.demo import NotADemonstration
from tenants import registry
from tenants.context import entered


class Command(BaseCommand):
    help = "Tells the people of each demonstration town what happened lately, once. Refused elsewhere."

    def handle(self, *args: Any, **options: Any) -> None:
        for place in registry.places("town"):
            with entered(place, switching=True):
                try:
                    made = demo.populate(at=timezone.now())
                except NotADemonstration:
                    raise CommandError("Sans REUSSITE_DEMO=1, aucun message fictif n’est créé.") from None
            self.stdout.write(f"{place.name} : {made} messages fictifs")
