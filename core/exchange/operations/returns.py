"""A return passes between a town and the nation: sent, taken back, sent back, accepted; what is asked."""

from datetime import datetime

from django.db import IntegrityError, transaction

from core.exchange import campaigning
from core.exchange.enums import Side
from core.exchange.models import Campaign, ReturnInTransit, ReturnMessage, ReturnStep
from core.exchange.workflow import NATIONS, RETURN, CampaignState, StepKind, may_send, target
from core.journal import operations as journal
from core.people.models import User
from tenants import context, roles
from tenants.models import Town

ACTS = {StepKind.ACCEPTED: "accept", StepKind.SENT_BACK: "send_back", StepKind.WITHDRAWN: "withdraw"}


class ReturnError(Exception):
    """The message is French, for the screen."""


@transaction.atomic
def send_return(
    *, campaign: Campaign, form_version: int, sha256: str, text: str, by: User | None, at: datetime
) -> ReturnInTransit:
    """Send the entered town's return; `text` is what the nation may read of it. Raises ReturnError."""
    schema = context.require().schema
    now = campaigning.standing(campaign, schema)
    if target(RETURN, "submit", now.state) is None:
        raise ReturnError("Ce retour est déjà transmis.")
    if not may_send(campaign.state, now.state):
        raise ReturnError("Cette campagne est close\u00a0: elle ne reçoit plus de retour.")
    try:
        with transaction.atomic():
            sent = ReturnInTransit.objects.create(
                campaign=campaign,
                schema_name=schema,
                number=len(now.sent) + 1,
                form_version=form_version,
                sha256=sha256,
                text=text,
            )
    except IntegrityError as refusal:
        raise ReturnError("Ce retour vient d’être transmis par ailleurs. Relisez la page.") from refusal
    _record("exchange.return_sent", sent, by, at)
    return sent


@transaction.atomic
def withdraw_return(*, campaign: Campaign, by: User, at: datetime) -> ReturnStep:
    """The town takes its return back before the nation has answered. Raises ReturnError."""
    if campaign.state != CampaignState.OPEN:
        raise ReturnError("Cette campagne est close\u00a0: ce qui est repris ne pourrait plus partir.")
    step = _step(campaign, context.require().schema, StepKind.WITHDRAWN)
    _record("exchange.return_withdrawn", step, by, at)
    return step


@transaction.atomic
def decide_return(
    *,
    campaign: Campaign,
    schema: str,
    kind: StepKind,
    number: int,
    question: str = "",
    by: User | None,
    at: datetime,
) -> ReturnStep:
    """The nation accepts a town's return, or sends it back with a question. Raises ReturnError.

    `number` is that of the return which was read: a later one was not.
    """
    if kind not in NATIONS:
        raise ReturnError("Seule la ville reprend son retour.")
    if kind == StepKind.SENT_BACK and not question.strip():
        raise ReturnError("Un retour renvoyé porte une question.")
    step = _step(campaign, schema, kind, number)
    if question.strip():
        _write(campaign, schema, Side.NATION, question)
    act = "return_accepted" if kind == StepKind.ACCEPTED else "return_sent_back"
    _record(f"exchange.{act}", step, by, at)
    return step


def _step(campaign: Campaign, schema: str, kind: StepKind, number: int | None = None) -> ReturnStep:
    now = campaigning.standing(campaign, schema)
    if number is not None and now.last is not None and now.last.number != number:
        raise ReturnError("Un nouvel envoi est arrivé. Relisez-le.")
    if now.last is None or target(RETURN, ACTS[kind], now.state) is None:
        raise ReturnError("Ce retour n’attend pas de réponse de la nation.")
    try:
        with transaction.atomic():
            return ReturnStep.objects.create(sent=now.last, schema_name=schema, kind=kind)
    except IntegrityError as refusal:
        raise ReturnError("Ce retour vient de recevoir une autre suite. Relisez la page.") from refusal


@transaction.atomic
def write_as_town(*, campaign: Campaign, text: str, by: User, at: datetime) -> ReturnMessage:
    message = _write(campaign, context.require().schema, Side.TOWN, text)
    _record("exchange.return_message_written", message, by, at)
    return message


@transaction.atomic
def write_as_nation(
    *, campaign: Campaign, schema: str, text: str, by: User | None, at: datetime
) -> ReturnMessage:
    message = _write(campaign, schema, Side.NATION, text)
    _record("exchange.return_message_written", message, by, at)
    return message


def _write(campaign: Campaign, schema: str, side: Side, text: str) -> ReturnMessage:
    if not text.strip():
        raise ReturnError("Écrivez votre message avant de l’envoyer.")
    return ReturnMessage.objects.create(campaign=campaign, schema_name=schema, side=side, text=text.strip())


def forget_gone() -> int:
    """What towns that are gone had sent or asked, under the role that may remove that alone."""
    towns = Town.objects.values("schema_name")
    removed = 0
    with context.entered(context.SharedRole(role=roles.RETENTION)), transaction.atomic():
        for rows in (ReturnStep, ReturnInTransit, ReturnMessage):
            gone = rows.objects.exclude(schema_name__in=towns)
            removed += gone.count()
            gone._raw_delete(gone.db)
    return removed


def _record(
    act: str, target: ReturnInTransit | ReturnStep | ReturnMessage, by: User | None, at: datetime
) -> None:
    journal.record(
        actor=by, actor_label="" if by else "travail planifié", act=act, target=target, at=at, fields=[]
    )
