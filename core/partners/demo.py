"""Places left, as partners would tell them, for the demonstration: the town's file gives capacities alone."""

import random
from datetime import datetime, timedelta

from core.partners.models import Offer
from core.partners.operations import offers
from core.people.models import User


def tell_places(*, by: User, at: datetime, chance: random.Random) -> None:
    """Made-up numbers, a few offers being full; told on different days of the last three weeks."""
    for offer in Offer.objects.open().filter(places__isnull=False).order_by("pk"):
        most = offer.places or 0
        left = 0 if chance.random() < 0.2 else chance.randint(1, max(1, most // 3))
        told = at - timedelta(days=chance.randint(1, 20))
        offers.tell_places(offer=offer, places_left=left, by=by, at=told)
