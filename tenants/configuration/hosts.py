"""A town's change of primary host: what it costs is told before it is done.

A passkey belongs to a host, so each one enrolled on the former has to be enrolled again.
"""

from dataclasses import dataclass, field

from django.db import transaction
from pydantic_core import PydanticCustomError

from tenants.configuration import fields, planning
from tenants.context import outside
from tenants.errors import UnknownPlaceError
from tenants.models import Domain, Town


class CannotRename(Exception):
    """The host is wrong, taken, or the primary one already; the message is for the operator."""


@dataclass(frozen=True)
class Renaming:
    slug: str
    before: str
    after: str
    notes: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        return [
            f"{self.slug} : le domaine principal {self.before} devient {self.after}.",
            f"  {self.before} reste un domaine secondaire : il renvoie au nouveau.",
            "  Chacun devra se connecter de nouveau ; les anciens liens renvoient au nouveau domaine.",
            *(f"  {note}." for note in self.notes),
        ]


def plan(slug: str, host: str) -> Renaming:
    """Raises UnknownPlaceError and CannotRename."""
    with outside():
        town = Town.objects.filter(slug=slug).first()
        if town is None:
            raise UnknownPlaceError(f"No town is called {slug!r}.")
        host = _well_formed(town, host)
        before = str(Domain.objects.get(tenant=town, is_primary=True).domain)
        if before == host:
            raise CannotRename(f"{host} est déjà le domaine principal de {slug}.")
        owner = Domain.objects.select_related("tenant").filter(domain=host).exclude(tenant=town).first()
        if owner is not None:
            raise CannotRename(f"{host} est déjà un domaine de {owner.tenant.name}.")
        return Renaming(slug, before, host, planning.renaming_notes(town.place(before)))


def rename(renaming: Renaming) -> None:
    """The former primary host stays, as a secondary one that redirects."""
    with outside(), transaction.atomic():
        town = Town.objects.select_for_update().get(slug=renaming.slug)
        hosts = list(
            Domain.objects.filter(tenant=town).order_by("-is_primary", "pk").values_list("domain", flat=True)
        )
        others = [host for host in hosts if host != renaming.after]
        planning.set_hosts(town, [renaming.after, *others])
        if town.config:
            town.config = {**town.config, "web": {"primary": renaming.after, "others": others}}
            town.save(update_fields=["config"])


def _well_formed(town: Town, host: str) -> str:
    check = fields.host_shape if town.kind == "national" else fields.town_host
    try:
        return check(host.strip().lower())
    except PydanticCustomError as error:
        raise CannotRename(f"{host} ne convient pas ; attendu : {error.message()}.") from error
