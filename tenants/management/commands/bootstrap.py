import os
from typing import Any

from django.core.management.base import BaseCommand

from tenants.bootstrap import bootstrap


class Command(BaseCommand):
    help = "Prépare la base : comptes, rôles et droits (superutilisateur, une fois par base)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        bootstrap(
            admin_url=os.environ["DATABASE_ADMIN_URL"],
            owner_url=os.environ["DATABASE_OWNER_URL"],
            app_url=os.environ["DATABASE_URL"],
        )
        self.stdout.write("Base prête.")
