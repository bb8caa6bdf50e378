from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.people import demo
from tenants import registry
from tenants.context import entered


class Command(BaseCommand):
    help = "Opens the demonstration's made-up accounts in each place and prints them. Refused elsewhere."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for place in sorted(registry.places(), key=lambda place: (place.kind != "town", place.slug)):
            with entered(place, switching=True):
                try:
                    accounts = demo.populate(at=now)
                except demo.NotADemonstration:
                    raise CommandError("Sans REUSSITE_DEMO=1, aucun compte fictif n’est créé.") from None
            self.stdout.write(f"\n{place.name} ({place.primary_host})")
            for account in accounts:
                self.stdout.write(f"  {account.role.label:<34}{account.email:<48}{account.name}")
        self.stdout.write(f"\nMot de passe de tous ces comptes fictifs : {demo.PASSWORD}")
        self.stdout.write("Leur courrier : /boite-aux-lettres/ sur chaque site.")
