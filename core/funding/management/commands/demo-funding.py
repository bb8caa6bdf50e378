from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.funding import demo
from core.people.demo import NotADemonstration
from tenants import registry
from tenants.context import entered


class Command(BaseCommand):
    help = "Writes two years of made-up accounts in each demonstration town, once."

    def handle(self, *args: Any, **options: Any) -> None:
        for place in registry.places("town"):
            with entered(place, switching=True):
                try:
                    made = demo.populate(at=timezone.now())
                except NotADemonstration:
                    raise CommandError("Sans REUSSITE_DEMO=1, aucun compte fictif.") from None
            self.stdout.write(f"{place.name} : {made} lignes de comptes fictives")
