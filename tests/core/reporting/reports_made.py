"""Plain makers of reports, of last school year. Call inside a town."""

from django.utils import timezone

from core.people.models import User
from core.reporting import indicators
from core.reporting.enums import ReportKind
from core.reporting.indicators import Period
from core.reporting.models import Report, ReportIssue
from core.reporting.operations import reports
from core.reporting.operations.reports import Text
from core.reporting.reports import drafting


def last_year() -> Period:
    return indicators.school_year(indicators.school_year_of(timezone.localdate()) - 1)


def report(
    by: User, kind: ReportKind = ReportKind.PARTNERS, *, text: str = "Une année de travail."
) -> Report:
    made = reports.begin(kind=kind, period=last_year(), by=by, at=timezone.now())
    write(made, text, by)
    return made


def write(of: Report, text: str, by: User) -> None:
    """In its first text."""
    block = of.blocks.order_by("order")[0]
    reports.write(report=of, texts={block.pk: Text(block.title, text)}, by=by, at=timezone.now())


def finalised(of: Report, by: User, *, names_confirmed: bool = False) -> ReportIssue:
    seen = drafting.digest_of(drafting.draft_of(of))
    return reports.finalise(report=of, seen=seen, names_confirmed=names_confirmed, by=by, at=timezone.now())


def issue(by: User, kind: ReportKind = ReportKind.PREFET) -> ReportIssue:
    return finalised(report(by, kind), by)
