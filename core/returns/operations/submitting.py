"""A return leaves: its figures are frozen, all of it is sealed, and what the nation may read passes."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.exchange import campaigning
from core.exchange.enums import Status
from core.exchange.models import Campaign
from core.exchange.operations import cells, returns
from core.exchange.operations.returns import ReturnError
from core.journal import operations as journal
from core.people.models import User
from core.reporting import frozen
from core.reporting.enums import Purpose
from core.reporting.indicators.engine import cells_of
from core.reporting.operations import freezing
from core.returns import queries, sealing
from core.returns.checks import Check
from core.returns.models import Submission, YearlyReturn
from core.returns.operations.answering import refuse_names


class CannotSubmitError(Exception):
    """The message is French, for the screen."""


@transaction.atomic
def submit_return(
    *, campaign: Campaign, by: User | None, at: datetime, read_again: bool = False
) -> Submission:
    """Send the entered town's return as it stands now. Raises CannotSubmitError, CannotWriteError.

    Its figures are those of the period's last day, frozen: what the data become moves them no more.
    """
    today = timezone.localdate(at)
    if today <= campaign.last_on:
        raise CannotSubmitError("La période n’est pas finie\u00a0: son retour part après son dernier jour.")
    written = _locked(campaign, at)
    snapshot = freezing.freeze(
        period=queries.period_of(campaign), purpose=Purpose.RETURN, by=by, at=at, note=campaign.title[:200]
    )
    filled = queries.of_campaign(campaign, frozen.figures_of(snapshot))
    check_ready(filled.checks, written)
    explanations = {one.code: written.explanations.get(one.code, "") for one in filled.checks}
    if not read_again:
        refuse_names(*written.answers.values(), *explanations.values(), written.comment)
    form = campaigning.form_of(campaign)
    text = sealing.whole(
        campaign, form.version, snapshot, filled.parts, filled.checks, explanations, written.comment
    )
    try:
        sent = returns.send_return(
            campaign=campaign,
            form_version=form.version,
            sha256=sealing.hash_of(text),
            text=sealing.for_the_nation(filled.parts, filled.checks, explanations, written.comment),
            by=by,
            at=at,
        )
    except ReturnError as refusal:
        raise CannotSubmitError(str(refusal)) from refusal
    return _sealed(written, sent.number, snapshot.pk, text, by, at)


def check_ready(checks: list[Check], written: YearlyReturn) -> None:
    """Raises CannotSubmitError with what is still to be written or explained."""
    for one in checks:
        if one.blocks:
            raise CannotSubmitError(f"{one.title}.")
        if not written.explanations.get(one.code, "").strip():
            raise CannotSubmitError(f"{one.title}\u00a0: corrigez à la source, ou expliquez.")


def _locked(campaign: Campaign, at: datetime) -> YearlyReturn:
    written, _ = YearlyReturn.objects.get_or_create(campaign=campaign.pk, defaults={"updated_at": at})
    return YearlyReturn.objects.select_for_update().get(pk=written.pk)


def _sealed(
    written: YearlyReturn, number: int, snapshot_id: int, text: str, by: User | None, at: datetime
) -> Submission:
    submission = Submission.objects.create(
        of=written,
        number=number,
        snapshot_id=snapshot_id,
        text=text,
        sha256=sealing.hash_of(text),
        submitted_at=at,
        submitted_by=by,
    )
    journal.record(
        actor=by,
        actor_label="" if by else "travail planifié",
        act="returns.return_sealed",
        target=submission,
        at=at,
        fields=["text"],
    )
    return submission


@transaction.atomic
def pass_official_cells(*, campaign: Campaign, at: datetime) -> bool:
    """Once the nation has accepted: the frozen figures pass to the release engine, once.

    Answers with whether they passed now.
    """
    accepted = queries.standing(campaign).accepted
    if accepted is None:
        return False
    submission = Submission.objects.select_related("snapshot").get(
        of__campaign=campaign.pk, number=accepted.number
    )
    period = queries.period_of(campaign)
    if queries.official_fingerprint(period) == submission.sha256:
        return False
    figures = frozen.figures_of(submission.snapshot)
    cells.push_cells(
        period=period,
        status=Status.OFFICIAL,
        cells=cells_of(figures),
        by=None,
        at=at,
        fingerprint=submission.sha256,
        catalogue=figures.catalogue,
    )
    return True
