from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.national.operations import simulating
from core.people.demo import NotADemonstration
from core.reporting import indicators


class Command(BaseCommand):
    help = "Writes the yearly figures of made-up towns, for a demonstration. Refused elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--towns", type=int, default=600, help="600 by default, 5000 at most")
        parser.add_argument("--year", type=int, default=None, help="school year that starts in this year")
        parser.add_argument("--seed", type=int, default=2026, help="the same towns for the same seed")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["towns"] <= 5000:
            raise CommandError("--towns va de 1 à 5000.")
        year = options["year"] or indicators.school_year_of(timezone.localdate()) - 1
        try:
            cells = simulating.simulate_towns(
                count=options["towns"], period=indicators.school_year(year), seed=options["seed"]
            )
        except NotADemonstration:
            raise CommandError("Sans REUSSITE_DEMO=1, aucune ville fictive n’est créée.") from None
        self.stdout.write(f"{cells} cellules fictives pour {year}-{year + 1}")
