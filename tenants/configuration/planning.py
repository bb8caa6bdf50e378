"""Compares a file with what is in place, and makes it so: the same code tells and does.

`plan` runs in a transaction that the database itself holds read-only; `apply` is one transaction.
Both run under the owner login and enter the town for the sections that live in its schema.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from tenants import provisioning
from tenants.configuration.changes import Act, Change, Detail
from tenants.configuration.loading import Invalid, Loaded, hooks
from tenants.configuration.reading import KeyPath, Problem
from tenants.context import Place, entered, outside
from tenants.models import Domain, Town

# Sections that appliers turn into rows and compare with them; hosts are compared with their own rows.
APPLIED = frozenset(
    "domains vocabularies priority_districts schools organisations users web assets format".split()
)


@dataclass(frozen=True)
class Outcome:
    """What differs (after `plan`) or was done (after `apply`)."""

    loaded: Loaded
    is_new: bool
    changes: list[Change]


def plan(loaded: Loaded) -> Outcome:
    """Writes nothing: the transaction is read-only and rolled back. Raises Invalid."""
    with outside(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        outcome = _run(loaded, plan=True)
        transaction.set_rollback(True)
    return outcome


def apply(loaded: Loaded) -> Outcome:
    """Makes or changes the place as its file says, all or nothing. Raises Invalid."""
    with outside(), transaction.atomic():
        return _run(loaded, plan=False)


def taken(loaded: Loaded) -> list[Problem]:
    """Hosts, and the one national site, that another place in the database already has."""
    draft, file = loaded.draft, loaded.file
    others = Domain.objects.select_related("tenant").exclude(tenant__slug=file.slug)
    owners = {domain.domain: domain.tenant for domain in others.filter(domain__in=hosts_of(loaded))}
    problems = []
    for index, host in enumerate(hosts_of(loaded)):
        if owner := owners.get(host):
            path: KeyPath = ("web", "primary") if index == 0 else ("web", "others", index - 1)
            whose = "du site national" if owner.kind == "national" else f"de {owner.name}"
            problems.append(
                draft.problem(path, found=host, expected=f"un domaine libre (c’est celui {whose})")
            )
    same = Town.objects.filter(slug=file.slug).exclude(kind=file.kind).first()
    if same is not None:
        problems.append(draft.problem(("slug",), found=file.slug, expected="un nom court libre"))
    if file.kind == "national" and Town.objects.filter(kind="national").exclude(slug=file.slug).exists():
        problems.append(draft.problem(("kind",), found="national", expected="un seul site national"))
    return problems


def hosts_of(loaded: Loaded) -> list[str]:
    """The primary first."""
    return [loaded.file.web.primary, *loaded.file.web.others]


def _run(loaded: Loaded, *, plan: bool) -> Outcome:
    if problems := taken(loaded):
        raise Invalid(problems)
    towns = Town.objects.filter(slug=loaded.file.slug)
    town = (towns if plan else towns.select_for_update()).first()
    if town is None:
        file = loaded.file
        changes = [Change(Act.ADD, "ville" if file.kind == "town" else "site", file.slug, note=file.name)]
        place = None if plan else _provision(loaded)
        changes += [Change(Act.ADD, "domaine web", host) for host in hosts_of(loaded)]
    else:
        changes = [*_settings_changes(town, loaded), *_host_changes(town, loaded)]
        place = town.place(_primary(town))
        if not plan:
            place = _update(town, loaded)
    changes += _applied(loaded, place, plan=plan)
    if town is not None and not changes and town.config_hash != loaded.fingerprint:
        changes.append(Change(Act.CHANGE, "fichier", town.slug, note="sans effet visible"))
    return Outcome(loaded, is_new=town is None, changes=changes)


def _provision(loaded: Loaded) -> Place:
    file = loaded.file
    return provisioning.provision(
        slug=file.slug,
        kind=file.kind,
        name=file.name,
        domains=hosts_of(loaded),
        timezone=file.calendar.time_zone,
        config=loaded.stored,
        config_hash=loaded.fingerprint,
    )


def _update(town: Town, loaded: Loaded) -> Place:
    stored = loaded.stored
    if (town.config, town.config_hash) != (stored, loaded.fingerprint):
        town.name = loaded.file.name
        town.timezone = loaded.file.calendar.time_zone
        town.config, town.config_hash = stored, loaded.fingerprint
        town.save(update_fields=["name", "timezone", "config", "config_hash"])
    set_hosts(town, hosts_of(loaded))
    return town.place(loaded.file.web.primary)


def set_hosts(town: Town, hosts: list[str]) -> None:
    """Make `hosts` the town's, the first being the primary; rows already right are left alone."""
    rows = {row.domain: row for row in Domain.objects.filter(tenant=town)}
    gone = [row.pk for host, row in rows.items() if host not in hosts]
    if gone:
        Domain.objects.filter(pk__in=gone).delete()
    # At most one primary at any moment: the former steps down first.
    Domain.objects.filter(tenant=town, is_primary=True).exclude(domain=hosts[0]).update(is_primary=False)
    for index, host in enumerate(hosts):
        if host not in rows:
            Domain.objects.bulk_create([Domain(domain=host, tenant=town, is_primary=index == 0)])
        elif index == 0 and not rows[host].is_primary:
            Domain.objects.filter(pk=rows[host].pk).update(is_primary=True)


def _applied(loaded: Loaded, place: Place | None, *, plan: bool) -> list[Change]:
    changes: list[Change] = []
    with entered(place, switching=True):
        for name in settings.TOWN_APPLIERS:
            changes += import_string(name)(loaded.file, plan=plan)
    return changes


def _primary(town: Town) -> str:
    return str(Domain.objects.get(tenant=town, is_primary=True).domain)


def _host_changes(town: Town, loaded: Loaded) -> list[Change]:
    current = set(Domain.objects.filter(tenant=town).values_list("domain", flat=True))
    wanted = hosts_of(loaded)
    changes = [Change(Act.ADD, "domaine web", host) for host in wanted if host not in current]
    primary = _primary(town)
    if primary != wanted[0]:
        note = " ; ".join(renaming_notes(town.place(primary)))
        detail = Detail("principal", primary, wanted[0])
        changes.append(Change(Act.CHANGE, "domaine web", town.slug, (detail,), note))
    gone = sorted(current - set(wanted))
    return changes + [Change(Act.RETIRE, "domaine web", host, note="n’ouvre plus la ville") for host in gone]


def renaming_notes(place: Place) -> list[str]:
    """What a new primary host costs the place's people: each applier's module may say its part."""
    with entered(place, switching=True):
        return [note for tell in hooks("renaming") for note in tell(place)]


def _settings_changes(town: Town, loaded: Loaded) -> list[Change]:
    before, after = dict(_leaves(town.config)), dict(_leaves(loaded.stored))
    changes = [
        Change(Act.CHANGE, "réglage", key, (Detail("valeur", before.get(key), after.get(key)),))
        for key in dict.fromkeys([*after, *before])
        if before.get(key) != after.get(key)
    ]
    if town.config.get("assets") != loaded.stored["assets"]:
        changes.append(Change(Act.CHANGE, "réglage", "look.logo", note="image remplacée"))
    return changes


def _leaves(config: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in config.items():
        if not prefix and key in APPLIED:
            continue
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
