"""What a provider's agreement has paid for, and what is left of it."""

from decimal import Decimal

from django.db.models import DecimalField, ExpressionWrapper, F, Sum
from django.db.models.functions import Round

from core.partners.models import Agreement
from core.pathways.enums import Presence
from core.pathways.models import ServiceDone, Session
from core.people.names import fold

_OWED = Round(
    ExpressionWrapper(F("quantity") * F("unit_price"), DecimalField(max_digits=15, decimal_places=4)),
    precision=2,
)


def owed_under(agreement: Agreement) -> Decimal:
    found = ServiceDone.objects.filter(agreement=agreement).aggregate(owed=Sum(_OWED))
    return found["owed"] or Decimal(0)


def left_of(agreement: Agreement) -> Decimal | None:
    """None where the agreement names no amount."""
    return None if agreement.amount is None else agreement.amount - owed_under(agreement)


def suggested_quantity(session: Session, agreement: Agreement) -> Decimal:
    """From what the price pays: an hour, a child, else the session. The coordinator corrects it."""
    unit = fold(agreement.unit)
    if "heure" in unit:
        return (Decimal(session.minutes) / 60).quantize(Decimal("0.01"))
    if "enfant" in unit or "participant" in unit:
        return Decimal(session.attendances.filter(presence=Presence.PRESENT).count())
    return Decimal(1)
