"""What the coordination writes of a return, for as long as it has not left."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from core.exchange import campaigning
from core.exchange.models import Campaign
from core.exchange.questionnaire import Kind
from core.exchange.workflow import BEING_WRITTEN, may_send
from core.journal import operations as journal
from core.people.models import User
from core.returns import names, queries
from core.returns.models import YearlyReturn


class CannotWriteError(Exception):
    """The message is French, for the screen."""


@transaction.atomic
def write_answers(
    *,
    campaign: Campaign,
    answers: Mapping[str, str],
    comment: str,
    by: User,
    at: datetime,
    read_again: bool = False,
) -> YearlyReturn:
    """Keep the texts and choices, and the comment. A counted question is mended at its source, not here.

    Names of the town's files are refused unless the texts were `read_again`: a word may be both.
    """
    asked = {one.code: one for one in campaigning.questions_of(campaign).of_kind(Kind.TEXT, Kind.CHOICE)}
    kept = {code: text.strip() for code, text in answers.items() if code in asked and text.strip()}
    for code, text in kept.items():
        if asked[code].choices and text not in asked[code].choices:
            raise CannotWriteError(f"«\u00a0{asked[code].label}\u00a0»\u00a0: choisissez dans la liste.")
    if not read_again:
        refuse_names(*kept.values(), comment)
    written = _opened(campaign, by=by, at=at)
    written.answers, written.comment = kept, comment.strip()
    written.save(update_fields=["answers", "comment", "updated_at", "updated_by"])
    _record("returns.answers_written", written, by, at, ["answers", "comment"])
    return written


@transaction.atomic
def explain_checks(
    *,
    campaign: Campaign,
    explanations: Mapping[str, str],
    by: User,
    at: datetime,
    read_again: bool = False,
) -> YearlyReturn:
    """Say why what a check points at is right as it is."""
    kept = {code: text.strip() for code, text in explanations.items() if text.strip()}
    if not read_again:
        refuse_names(*kept.values())
    written = _opened(campaign, by=by, at=at)
    written.explanations = kept
    written.save(update_fields=["explanations", "updated_at", "updated_by"])
    _record("returns.checks_explained", written, by, at, ["explanations"])
    return written


def refuse_names(*texts: str) -> None:
    """Raises CannotWriteError."""
    try:
        names.refuse_names(*texts)
    except names.NamedError as refusal:
        raise CannotWriteError(str(refusal)) from refusal


def named(written: YearlyReturn | None) -> list[str]:
    """Words of a return that stand as somebody's first and last name, to be read again before it leaves."""
    if written is None:
        return []
    known = names.people()
    texts = [*written.answers.values(), *written.explanations.values(), written.comment]
    return [pair for text in texts for pair in names.pairs(text, known)]


def _opened(campaign: Campaign, *, by: User, at: datetime) -> YearlyReturn:
    """The row to write in, locked. Raises CannotWriteError once the return has left."""
    written, _ = YearlyReturn.objects.get_or_create(campaign=campaign.pk, defaults={"updated_at": at})
    written = YearlyReturn.objects.select_for_update().get(pk=written.pk)
    state = queries.standing(campaign).state
    if state not in BEING_WRITTEN:
        raise CannotWriteError("Ce retour est transmis\u00a0: il ne s’écrit plus.")
    if not may_send(campaign.state, state):
        raise CannotWriteError("Cette campagne est close\u00a0: ses réponses ne changent plus.")
    written.updated_at, written.updated_by = at, by
    return written


def _record(act: str, written: YearlyReturn, by: User, at: datetime, fields: list[str]) -> None:
    journal.record(actor=by, act=act, target=written, at=at, fields=fields)
