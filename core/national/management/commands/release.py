from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.exchange.enums import Status
from core.national.enums import Recipient
from core.national.models import Release
from core.national.operations import releasing
from core.national.operations.releasing import ReleaseError
from core.reporting import indicators
from tenants import registry
from tenants.context import entered


class Command(BaseCommand):
    help = "Makes a national release (build, audit), publishes one that passed its audit, or discards one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["build", "publish", "discard", "list"])
        parser.add_argument("--number", type=int, help="which one is published or discarded")
        parser.add_argument("--year", type=int, help="school year that starts in this year")
        parser.add_argument("--labelled", type=int, default=0, help="how many towns the State counts")
        parser.add_argument("--active", type=int, default=None, help="of made-up towns alone")
        parser.add_argument("--made-up", action="store_true", help="over made-up towns")
        parser.add_argument("--running", action="store_true", help="of running figures, not of the returns")
        parser.add_argument("--nation", action="store_true", help="for national readers alone")

    def handle(self, *args: Any, **options: Any) -> None:
        place = registry.places("national")[0]
        with entered(place, switching=True):
            try:
                getattr(self, options["act"])(options)
            except ReleaseError as error:
                raise CommandError(str(error)) from error

    def build(self, options: dict[str, Any]) -> None:
        at = timezone.now()
        year = options["year"] or indicators.school_year_of(timezone.localdate(at)) - 1
        release = releasing.prepare_release(
            period=indicators.school_year(year),
            recipient=Recipient.NATION if options["nation"] else Recipient.PUBLIC,
            source=Status.RUNNING if options["running"] else Status.OFFICIAL,
            labelled=options["labelled"],
            active=options["active"],
            made_up=options["made_up"],
            by=None,
            at=at,
        )
        self.say(releasing.audit_release(release=release, by=None, at=timezone.now()))

    def publish(self, options: dict[str, Any]) -> None:
        self.say(releasing.publish_release(release=self.found(options), by=None, at=timezone.now()))

    def discard(self, options: dict[str, Any]) -> None:
        self.say(releasing.discard_release(release=self.found(options), by=None, at=timezone.now()))

    def found(self, options: dict[str, Any]) -> Release:
        release = Release.objects.filter(number=options["number"]).first()
        if release is None:
            raise CommandError("Aucune publication de ce numéro.")
        return release

    def list(self, options: dict[str, Any]) -> None:
        for release in Release.objects.newest_first():
            self.say(release)

    def say(self, release: Release) -> None:
        self.stdout.write(f"{release} : {release.get_state_display()}, {release.document.get('period')}")
        for one in release.audit.get("populations", []):
            self.stdout.write(
                f"  {one['indicator']} : {one['cells']} cellules, {one['hidden']} masquées, "
                f"{one['failures']} échecs, {one['seconds']} s"
            )
