"""What was agreed with an organisation. An agreement ends; it is never taken away."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from core.partners.models import Agreement, Organisation
from core.partners.operations import writing
from core.people.models import User


@dataclass(frozen=True, kw_only=True)
class AgreementDetails:
    reference: str
    subject: str
    starts_on: date
    ends_on: date | None = None
    shares: str = ""
    unit_price: Decimal | None = None
    unit: str = ""
    amount: Decimal | None = None


def sign_agreement(
    *, organisation: Organisation, details: AgreementDetails, by: User, at: datetime
) -> Agreement:
    """Raises ValidationError."""
    values = asdict(details)
    agreement = Agreement(organisation=organisation, **values)
    writing.create(row=agreement, act="sign_agreement", by=by, at=at, fields=values)
    return agreement


def change_agreement(*, agreement: Agreement, details: AgreementDetails, by: User, at: datetime) -> list[str]:
    """Raises ValidationError."""
    return writing.change(row=agreement, values=asdict(details), act="change_agreement", by=by, at=at)


def end_agreement(*, agreement: Agreement, last_on: date, by: User, at: datetime) -> None:
    """The day after `last_on`, the organisation's people see no child any more.

    Raises ValidationError: it had not begun, or was to end earlier.
    """
    if agreement.ends_on is not None and last_on > agreement.ends_on:
        raise writing.refuse("last_on", "La convention prend fin avant cette date.")
    if last_on < agreement.starts_on:
        raise writing.refuse("last_on", "La convention n’avait pas commencé à cette date.")
    writing.change(row=agreement, values={"ended_on": last_on}, act="end_agreement", by=by, at=at)
