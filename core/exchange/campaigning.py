"""Where returns stand: read by a town of itself, by the nation of all. No figure of a child is in it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.exchange.models import Campaign, CampaignForm, ReturnInTransit, ReturnMessage, ReturnStep
from core.exchange.questionnaire import Questionnaire, read
from core.exchange.workflow import BEING_WRITTEN, ReturnState, StepKind


@dataclass(frozen=True, slots=True)
class Standing:
    """A town's return to a campaign: what it sent, the last one's state, and the words around."""

    schema: str
    sent: list[ReturnInTransit] = field(default_factory=list)
    steps: dict[int, ReturnStep] = field(default_factory=dict)  # by return

    @property
    def last(self) -> ReturnInTransit | None:
        return self.sent[-1] if self.sent else None

    @property
    def step(self) -> ReturnStep | None:
        return self.steps.get(self.last.pk) if self.last else None

    @property
    def state(self) -> ReturnState:
        if self.last is None:
            return ReturnState.DRAFT
        return ReturnState(self.step.kind) if self.step else ReturnState.SUBMITTED

    @property
    def is_being_written(self) -> bool:
        return self.state in BEING_WRITTEN

    @property
    def accepted(self) -> ReturnInTransit | None:
        return self.last if self.state == ReturnState.ACCEPTED else None

    @property
    def was_sent_back(self) -> bool:
        return bool(self.step and self.step.kind == StepKind.SENT_BACK)


def standing(campaign: Campaign, schema: str) -> Standing:
    found = standings(campaign, [schema])
    return found[schema]


def standings(campaign: Campaign, schemas: Iterable[str]) -> dict[str, Standing]:
    """Of these towns, those that sent nothing included. Two queries, however many towns."""
    found = {schema: Standing(schema) for schema in schemas}
    sent = ReturnInTransit.objects.filter(campaign=campaign, schema_name__in=list(found))
    for one in sent.defer("text").order_by("schema_name", "number"):  # long, and read one at a time
        found[one.schema_name].sent.append(one)
    steps = ReturnStep.objects.filter(sent__campaign=campaign, schema_name__in=list(found))
    for step in steps.order_by("pk"):
        found[step.schema_name].steps[step.sent_id] = step
    return found


def thread(campaign: Campaign, schema: str) -> list[ReturnMessage]:
    return list(ReturnMessage.objects.filter(campaign=campaign, schema_name=schema).order_by("pk"))


def form_of(campaign: Campaign) -> CampaignForm:
    """The latest questions: of an open campaign, those that are asked now."""
    return campaign.forms.order_by("-version")[0]


def questions_of(campaign: Campaign) -> Questionnaire:
    return read(form_of(campaign).document)
