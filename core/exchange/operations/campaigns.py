"""What the nation does with a campaign: prepare it, open it, put its date off, remind, close it."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from core.exchange.default_form import DEFAULT
from core.exchange.models import Campaign, CampaignForm, CampaignReminder
from core.exchange.questionnaire import Questionnaire, QuestionnaireError, read
from core.exchange.workflow import CAMPAIGN, CampaignState, target
from core.journal import operations as journal
from core.people.models import User
from core.reporting.indicators import Period


class CampaignError(Exception):
    """The message is French, for the screen."""


@transaction.atomic
def prepare_campaign(
    *, title: str, period: Period, due_on: date, by: User | None, at: datetime, form: Questionnaire = DEFAULT
) -> Campaign:
    """A draft that no town sees, with the questions to start from."""
    _check_due(period.last, due_on)
    campaign = Campaign.objects.create(
        title=title, first_on=period.first, last_on=period.last, due_on=due_on, made_at=at
    )
    CampaignForm.objects.create(campaign=campaign, version=1, document=form.document())
    _record("exchange.campaign_prepared", campaign, by, at, ["title", "first_on", "last_on", "due_on"])
    return campaign


@transaction.atomic
def edit_campaign(
    *, campaign: Campaign, title: str, period: Period, due_on: date, by: User, at: datetime
) -> Campaign:
    """Everything of a draft; of an open campaign its due date, and later. Raises CampaignError."""
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    asked = (title, period.first, period.last)
    if locked.state == CampaignState.CLOSED:
        raise CampaignError("Cette campagne est close\u00a0: elle ne change plus.")
    if locked.state == CampaignState.OPEN and asked != (locked.title, locked.first_on, locked.last_on):
        raise CampaignError("La campagne est ouverte\u00a0: seule sa date de retour peut être repoussée.")
    if locked.state == CampaignState.OPEN and due_on < locked.due_on:
        raise CampaignError("La date de retour annoncée aux villes ne peut qu’être repoussée.")
    _check_due(period.last, due_on)
    locked.title, locked.first_on, locked.last_on = asked
    locked.due_on = due_on
    locked.save(update_fields=["title", "first_on", "last_on", "due_on"])
    _record("exchange.campaign_edited", locked, by, at, ["title", "first_on", "last_on", "due_on"])
    return locked


def _check_due(last_on: date, due_on: date) -> None:
    if due_on <= last_on:
        raise CampaignError("La date de retour vient après la fin de la période.")


@transaction.atomic
def set_questions(*, campaign: Campaign, questions: Questionnaire, by: User, at: datetime) -> CampaignForm:
    """Change the questions of a draft. Raises CampaignError, QuestionnaireError for what can't be asked."""
    questions.check()
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    form = locked.forms.order_by("-version")[0]
    if locked.state != CampaignState.DRAFT:
        raise CampaignError("La campagne est ouverte\u00a0: ses questions ne changent plus.")
    form.document = questions.document()
    form.save(update_fields=["document"])
    _record("exchange.questions_edited", locked, by, at, ["document"])
    return form


@transaction.atomic
def revise_questions(*, campaign: Campaign, questions: Questionnaire, by: User, at: datetime) -> CampaignForm:
    """A new version of an open campaign's questions: what towns sent keeps the one that it answers."""
    questions.check()
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.state != CampaignState.OPEN:
        raise CampaignError("Seules les questions d’une campagne ouverte se révisent.")
    last = locked.forms.order_by("-version")[0]
    made = CampaignForm.objects.create(
        campaign=locked, version=last.version + 1, document=questions.document(), frozen_at=at
    )
    _record("exchange.questions_revised", locked, by, at, ["document"])
    return made


@transaction.atomic
def open_campaign(*, campaign: Campaign, by: User | None, at: datetime) -> Campaign:
    """Towns see it from now on; its questions are frozen. Raises CampaignError."""
    locked = _moved("open", campaign)
    today = timezone.localdate(at)
    form = locked.forms.order_by("-version")[0]
    try:
        read(form.document).check()
    except QuestionnaireError as refusal:
        raise CampaignError(str(refusal)) from refusal
    if locked.due_on < today:
        raise CampaignError("La date de retour est déjà passée.")
    same = Campaign.objects.filter(first_on=locked.first_on, last_on=locked.last_on)
    if same.exclude(state=CampaignState.DRAFT).exists():
        raise CampaignError("Une campagne de cette période est déjà ouverte, ou l’a été.")
    form.frozen_at = at
    form.save(update_fields=["frozen_at"])
    locked.opens_on = today
    locked.save(update_fields=["state", "opens_on"])
    _record("exchange.campaign_opened", locked, by, at, ["state"])
    return locked


@transaction.atomic
def close_campaign(*, campaign: Campaign, by: User, at: datetime) -> Campaign:
    """No town answers any more, but those whose return was sent back."""
    locked = _moved("close", campaign)
    locked.save(update_fields=["state"])
    _record("exchange.campaign_closed", locked, by, at, ["state"])
    return locked


def _moved(name: str, campaign: Campaign) -> Campaign:
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    state = target(CAMPAIGN, name, locked.state)
    if state is None:
        raise CampaignError(f"Cette campagne est déjà «\u00a0{locked.get_state_display().lower()}\u00a0».")
    locked.state = state
    return locked


@transaction.atomic
def remind_towns(*, campaign: Campaign, by: User, at: datetime) -> CampaignReminder:
    """Once a day: each town that has not answered tells its own coordination (core/returns/jobs.py)."""
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.state != CampaignState.OPEN:
        raise CampaignError("Seule une campagne ouverte se rappelle aux villes.")
    reminder, new = CampaignReminder.objects.get_or_create(campaign=locked, on=timezone.localdate(at))
    if not new:
        raise CampaignError("Un rappel est déjà parti aujourd’hui.")
    _record("exchange.towns_reminded", locked, by, at, [])
    return reminder


def _record(act: str, campaign: Campaign, by: User | None, at: datetime, fields: list[str]) -> None:
    journal.record(
        actor=by,
        actor_label="" if by else "travail planifié",
        act=act,
        target=campaign,
        at=at,
        fields=fields,
    )
