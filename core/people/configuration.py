"""First users and charter of a town's file, brought into the town's schema.

Users are *first* users: the file makes accounts that do not exist, and the page of people rules from
then on. A charter is never changed: another text is another version.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from core.people import charters, operations, queries
from core.people.enums import ROLES_OF_KIND, Role
from core.people.models import Charter, User
from core.people.operations.charter import text_hash
from tenants import context
from tenants.configuration.changes import Act, Change, Detail
from tenants.configuration.reading import Draft, Problem
from tenants.configuration.schema import AnyFile, FirstUser, TownFile
from tenants.context import Place

# How long the platform's former text holds when a release brings another.
GRACE = timedelta(days=60)


def check(draft: Draft) -> list[Problem]:
    """Roles of the file's kind of place, and somebody to manage its people."""
    known = ROLES_OF_KIND["national" if draft.value("kind") == "national" else "town"]
    expected = f"l’un des rôles {', '.join(role.value for role in Role if role in known)}"
    problems = []
    for path, _ in draft.tables("users"):
        problems += [
            draft.problem(item, found=role, expected=expected)
            for item, role in draft.strings(*path, "roles")
            if role not in known
        ]
    return problems


def renaming(place: Place) -> list[str]:
    """What the people of `place`, which is entered, lose with its present host."""
    count = queries.passkeys_to_enrol_again(place.primary_host)
    if not count:
        return []
    words = "1 clé d’accès à ajouter" if count == 1 else f"{count} clés d’accès à ajouter"
    return [f"{words} de nouveau : une clé appartient à un domaine"]


def apply(file: AnyFile, *, plan: bool) -> list[Change]:
    now = timezone.now()
    changes = _charter_changes(file, at=now, plan=plan) if isinstance(file, TownFile) else []
    known = _known_addresses()
    for user in file.users:
        if user.email.lower() not in known:
            note = f"invitation à {user.first_name} {user.last_name} : {', '.join(user.roles)}"
            changes.append(Change(Act.ADD, "personne", user.email, note=note))
            if not plan:
                _invite(user, at=now)
    return changes


def _known_addresses() -> set[str]:
    if context.current() is None:
        return set()
    return set(User.objects.values_list("email", flat=True))


def _invite(user: FirstUser, *, at: datetime) -> None:
    operations.invite(
        email=user.email,
        first_name=user.first_name,
        last_name=user.last_name,
        roles=[Role(role) for role in user.roles],
        by=None,
        at=at,
        function=user.function or "",
        organisation_code=user.organisation or "",
        from_file=True,
    )


def _charter_changes(file: TownFile, *, at: datetime, plan: bool) -> list[Change]:
    last = Charter.objects.order_by("-version").first() if context.current() is not None else None
    # The town's own day, also while it is planned and not yet entered.
    wanted = _wanted(file, last, timezone.localdate(at, ZoneInfo(file.calendar.time_zone)))
    if wanted is None:
        return []
    title, text, in_force_on, former_holds_until = wanted
    version = last.version + 1 if last else 1
    note = "texte de la plateforme" if file.charter is None else "texte de la ville"
    details = (Detail("en vigueur le", None, in_force_on),)
    if last:
        details += (Detail("l’ancienne vaut jusqu’au", None, former_holds_until),)
    if not plan:
        operations.publish_charter(
            title=title,
            text=text,
            in_force_on=in_force_on,
            former_holds_until=former_holds_until if last else None,
            by=None,
            at=at,
            from_platform=file.charter is None,
        )
    return [Change(Act.ADD, "charte", f"version {version}", details, note)]


def _wanted(file: TownFile, last: Charter | None, today: date) -> tuple[str, str, date, date | None] | None:
    """(title, text, in force on, former holds until) of what to publish; None when the last is right."""
    if file.charter is not None:
        own = file.charter
        if last and (last.title, last.text_sha256) == (own.title, text_hash(own.text)):
            return None
        return own.title, own.text, own.in_force_on, own.former_holds_until
    title, text = charters.default()
    if last and (not last.from_platform or last.text_sha256 == text_hash(text)):
        return None
    return title, text, today, today + GRACE
