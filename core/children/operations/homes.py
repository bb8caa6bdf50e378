"""Where children and adults live, from when to when."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from core.children.enums import InDistrict
from core.children.models import Address, Child, Guardian, Guardianship, PriorityDistrict
from core.children.models.homes import GEOGRAPHY
from core.children.operations.writing import changed_fields, log, save_checked
from core.people.models import User


@dataclass(frozen=True, kw_only=True)
class Home:
    """An address and what is known of its district. Not known is never "outside"."""

    line_1: str = ""
    line_2: str = ""
    postal_code: str = ""
    city: str = ""
    in_district: str = InDistrict.UNKNOWN
    district_code: str = ""

    def values(self) -> dict[str, str]:
        known = self.in_district != InDistrict.UNKNOWN
        return {**asdict(self), "geography": GEOGRAPHY if known else ""}


def set_address(*, by: User, at: datetime, of: Child | Guardian, home: Home, since: date) -> Address:
    """A new address from a day on; the former one ends the day before. The same address twice is one.

    Raises ValidationError.
    """
    _check_district(home)
    owner = {"child": of} if isinstance(of, Child) else {"guardian": of}
    with transaction.atomic():
        type(of).objects.select_for_update().get(pk=of.pk)
        present = Address.objects.filter(until_on=None, **owner).first()
        if present is not None:
            if not changed_fields(present, home.values()):
                return present
            present.refresh_from_db()
            if since <= present.since_on:
                raise ValidationError(
                    {"since_on": f"L’adresse actuelle date du {present.since_on:%d/%m/%Y}. Corrigez-la."}
                )
            present.until_on = since - timedelta(days=1)
            save_checked(present)
        address = Address(since_on=since, **owner, **home.values())
        save_checked(address)
        _log(by, at, "set_address", address, ["address"])
    return address


def correct_address(*, by: User, at: datetime, address: Address, home: Home, since: date) -> list[str]:
    """A mistake in what was written, or a district found since. Raises ValidationError."""
    _check_district(home)
    with transaction.atomic():
        address = Address.objects.select_for_update(of=("self",)).get(pk=address.pk)
        changed = changed_fields(address, {**home.values(), "since_on": since})
        if changed:
            save_checked(address)
            _log(by, at, "correct_address", address, changed)
    return changed


def _check_district(home: Home) -> None:
    if home.district_code and not PriorityDistrict.objects.filter(code=home.district_code).exists():
        raise ValidationError({"district_code": "Ce quartier n’est pas dans la liste de la ville."})


def _log(by: User, at: datetime, act: str, address: Address, fields: list[str]) -> None:
    if address.child_id is not None:
        ids: list[int | None] = [address.child_id]
    else:
        held = Guardianship.objects.filter(guardian=address.guardian_id).order_by("child_id")
        ids = list(dict.fromkeys(held.values_list("child_id", flat=True)))
    log(by=by, at=at, act=act, target=address, child_ids=ids, fields=fields)
