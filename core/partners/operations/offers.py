"""Existing schemes, and how many places they have left."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from core.partners.models import Offer, Organisation
from core.partners.operations import writing
from core.people.models import User
from core.people.names import fold


@dataclass(frozen=True, kw_only=True)
class OfferDetails:
    label: str
    domains: tuple[str, ...]
    form: str
    summary: str = ""
    need_words: str = ""
    youngest: int | None = None
    oldest: int | None = None
    districts: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    hours: str = ""
    venue: str = ""
    places: int | None = None
    cost: str = ""
    price: str = ""

    def values(self) -> dict[str, Any]:
        lists = {
            "domains": list(self.domains),
            "districts": list(self.districts),
            "weekdays": sorted(self.weekdays),
        }
        return {**asdict(self), **lists}


def add_offer(*, organisation: Organisation, details: OfferDetails, by: User, at: datetime) -> Offer:
    """Raises ValidationError."""
    values = details.values()
    offer = Offer(organisation=organisation, code=_free_code(organisation, details.label), **values)
    writing.create(row=offer, act="add_offer", by=by, at=at, fields=values)
    return offer


def change_offer(*, offer: Offer, details: OfferDetails, by: User, at: datetime) -> list[str]:
    """Raises ValidationError: fewer places than are said to be left, for one."""
    return writing.change(row=offer, values=details.values(), act="change_offer", by=by, at=at)


def tell_places(*, offer: Offer, places_left: int | None, by: User, at: datetime) -> None:
    """`places_left` is None when nobody knows. Said again unchanged, it is still fresher than before.

    Raises ValidationError: more places left than there are.
    """
    values = {
        "places_left": places_left,
        "places_told_on": None if places_left is None else timezone.localdate(at),
    }
    writing.change(row=offer, values=values, act="tell_places", by=by, at=at)


def close_offer(*, offer: Offer, by: User, at: datetime) -> None:
    writing.set_active(row=offer, active=False, act="close_offer", by=by, at=at)


def reopen_offer(*, offer: Offer, by: User, at: datetime) -> None:
    writing.set_active(row=offer, active=True, act="reopen_offer", by=by, at=at)


def _free_code(organisation: Organisation, label: str) -> str:
    root = fold(label).replace(" ", "_").lstrip("0123456789_")[:34].rstrip("_") or "offre"
    taken = set(organisation.offers.values_list("code", flat=True))
    numbered = (f"{root}_{number}" for number in range(2, len(taken) + 3))
    return root if root not in taken else next(code for code in numbered if code not in taken)
