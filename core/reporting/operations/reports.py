"""A report is begun, written, finalised with the figures of its year, taken up again as a new version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.journal import operations as journal
from core.people.models import User
from core.reporting import frozen, readers, steering
from core.reporting.enums import Purpose, ReportKind, ReportState
from core.reporting.indicators import Period
from core.reporting.models import Report, ReportBlock, ReportIssue, ToldFigures
from core.reporting.operations import freezing
from core.reporting.permissions import can_write_reports
from core.reporting.reports import content, drafting, money, naming, perimeter
from core.reporting.reports.prompts import PROMPTS
from core.ui.typography import enumeration

MOST_BLOCKS = 20


class CannotReportError(Exception):
    """The message is French, for the screen."""


@dataclass(frozen=True, slots=True)
class Text:
    title: str
    text: str


@transaction.atomic
def begin(*, kind: ReportKind, period: Period, by: User, at: datetime) -> Report:
    """With its usual texts, empty. Raises CannotReportError, ValidationError."""
    _check(by)
    if str(period.kind) != steering.own_kind():
        raise CannotReportError("Un bilan dit une année que le fichier de la ville a choisie, et elle seule.")
    report = Report(kind=kind, first_on=period.first, last_on=period.last, created_at=at, created_by=by)
    report.full_clean()
    report.save(force_insert=True)
    ReportBlock.objects.bulk_create(
        ReportBlock(report=report, order=order, code=prompt.code, title=prompt.title)
        for order, prompt in enumerate(PROMPTS[kind], 1)
    )
    _log("report_begun", report, by, at)
    return report


@transaction.atomic
def write(*, report: Report, texts: Mapping[int, Text], by: User, at: datetime) -> None:
    """`texts` by the id of their block. Raises CannotReportError, ValidationError."""
    _check(by)
    locked = _locked_draft(report)
    changed = []
    for block in locked.blocks.select_for_update().order_by("order", "pk"):
        given = texts.get(block.pk)
        if given is not None and (given.title, given.text) != (block.title, block.text):
            block.title, block.text = given.title, given.text
            block.full_clean()
            block.save(update_fields=["title", "text"])
            changed.append(block.code or f"texte {block.order}")
    if changed:
        _log("report_written", locked, by, at, fields=changed)


@transaction.atomic
def add_text(*, report: Report, by: User, at: datetime) -> ReportBlock:
    """An empty one, at the end. Raises CannotReportError."""
    _check(by)
    locked = _locked_draft(report)
    orders = list(locked.blocks.order_by("order").values_list("order", flat=True))
    if len(orders) >= MOST_BLOCKS:
        raise CannotReportError(f"Un bilan tient en {MOST_BLOCKS} textes au plus.")
    block = ReportBlock.objects.create(
        report=locked, order=(orders[-1] if orders else 0) + 1, title="Un autre texte"
    )
    _log("report_written", locked, by, at, fields=["texte ajouté"])
    return block


@transaction.atomic
def finalise(*, report: Report, seen: str, names_confirmed: bool, by: User, at: datetime) -> ReportIssue:
    """Freeze what was read. `seen` is `drafting.digest_of` the draft that was shown.

    Raises CannotReportError, ValidationError.
    """
    _check(by)
    # One at a time among those of the year: they tell the same figures.
    year = Report.objects.select_for_update().filter(first_on=report.first_on, last_on=report.last_on)
    locked = next(one for one in year.order_by("pk") if one.pk == report.pk)
    if not locked.is_draft:
        raise CannotReportError("Ce bilan est déjà arrêté.")
    if timezone.localdate(at) <= locked.last_on:
        raise CannotReportError("Un bilan s’arrête quand son année est finie.")
    # Told first, and read back: one reading for what is sealed and what is kept. A refusal takes both back.
    told = drafting.figures_told(locked) or _tell(locked, by, at)
    draft = drafting.draft_of(locked)
    if drafting.digest_of(draft) != seen:
        raise CannotReportError("Les textes ou les chiffres ont changé depuis l’aperçu\u00a0: relisez-le.")
    found = naming.names_in(drafting.words_of(draft))
    if found and not names_confirmed:
        raise CannotReportError(f"Ces textes semblent nommer {enumeration(found)}.")
    issue = _issue(locked, draft, told, by, at)
    locked.state = ReportState.FINAL
    locked.save(update_fields=["state"])
    _log("report_finalised", locked, by, at, fields=[f"version {issue.version}"])
    return issue


@transaction.atomic
def reopen(*, report: Report, by: User, at: datetime) -> None:
    """Its texts may change, for a new version; those before stay. Raises CannotReportError."""
    _check(by)
    locked: Report = Report.objects.select_for_update().get(pk=report.pk)
    if locked.is_draft:
        raise CannotReportError("Ce bilan est déjà en cours d’écriture.")
    locked.state = ReportState.DRAFT
    locked.save(update_fields=["state"])
    _log("report_reopened", locked, by, at)


def _tell(report: Report, by: User, at: datetime) -> ToldFigures:
    """The figures of the year, and what each kind of report hides of them: decided once."""
    snapshot = freezing.freeze(period=drafting.period_of(report), purpose=Purpose.REPORT, by=by, at=at)
    figures, thresholds = frozen.figures_of(snapshot), drafting.thresholds()
    return ToldFigures.objects.create(
        first_on=report.first_on,
        last_on=report.last_on,
        snapshot=snapshot,
        money=money.data_of(money.money_of(report.first_on, report.last_on)),
        hidden=perimeter.hidden_for_all(figures, readers.behind(figures), thresholds),
        thresholds=thresholds,
        at=at,
    )


def _issue(report: Report, draft: content.Content, told: ToldFigures, by: User, at: datetime) -> ReportIssue:
    text = content.text_of(draft)
    issue = ReportIssue(
        report=report,
        version=report.issues.count() + 1,
        told=told,
        text=text,
        sha256=content.hash_of(text),
        made_at=at,
        made_by=by,
    )
    issue.full_clean()
    issue.save(force_insert=True)
    return issue


def _locked_draft(report: Report) -> Report:
    locked: Report = Report.objects.select_for_update().get(pk=report.pk)
    if not locked.is_draft:
        raise CannotReportError("Ce bilan est arrêté\u00a0: reprenez-le pour une nouvelle version.")
    return locked


def _check(by: User) -> None:
    if not can_write_reports(by):
        raise CannotReportError("Les bilans sont écrits par la coordination.")


def _log(act: str, report: Report, by: User, at: datetime, fields: list[str] | None = None) -> None:
    journal.record(actor=by, act=f"reporting.{act}", target=report, at=at, fields=fields or [])
