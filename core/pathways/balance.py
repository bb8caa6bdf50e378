"""What a provider's agreement has paid for, and what is left of it."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, DecimalField, ExpressionWrapper, F, OuterRef, Subquery, Sum
from django.db.models.functions import Round

from core.partners.models import Agreement
from core.pathways.enums import Presence
from core.pathways.models import Attendance, Pathway, ServiceDone, Session
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


COST_MEANS = (
    "Les séances de ce parcours dont le service fait est noté : le montant de chacune, partagé entre les "
    "enfants présents ce jour-là. Ni le temps de l’équipe, ni les séances sans convention n’y sont."
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What providers' sessions cost for one pathway, and what is left of their agreements."""

    amount: Decimal
    sessions: int
    agreements: list[tuple[Agreement, Decimal | None]]


def cost_of(pathway: Pathway) -> Cost:
    """One query, and one more for each agreement (a pathway has one or two)."""
    present = Attendance.objects.filter(session=OuterRef("session"), presence=Presence.PRESENT)
    there = present.order_by().values("session").annotate(number=Count("pk")).values("number")
    shares = ServiceDone.objects.filter(
        session__attendances__participation__objective__pathway=pathway,
        session__attendances__presence=Presence.PRESENT,
    ).annotate(there=Subquery(there))
    found = list(shares.select_related("agreement__organisation").distinct().order_by("pk"))
    used = {item.agreement_id: item.agreement for item in found}
    return Cost(
        amount=sum((item.amount / item.there for item in found), Decimal(0)).quantize(Decimal("0.01")),
        sessions=len(found),
        agreements=[(agreement, left_of(agreement)) for agreement in used.values()],
    )
