"""A form filled in from the data: each counted question asks the one engine, each other one the town.

The same answers are shown on the page, copied out, printed, exported and sealed.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from core.exchange import sources
from core.exchange.questionnaire import Kind, Question, Questionnaire
from core.reporting.boards import values_of
from core.reporting.indicators import DIMENSIONS, INDICATORS, MEANS, SHARES, Figures
from core.reporting.readers import Exact
from core.returns.money import Money

NOT_COUNTED = "non renseigné"


@dataclass(frozen=True, slots=True)
class Line:
    """One value of a table."""

    label: str
    text: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` answers the question; `lines` those of a table, whose total is `text`. `value` is the count."""

    code: str
    label: str
    kind: str
    text: str
    detail: str = ""
    unit: str = ""
    source: str = ""
    value: int | None = None
    required: bool = False
    lines: list[Line] = field(default_factory=list)

    @property
    def is_missing(self) -> bool:
        return not self.text

    @property
    def is_typed(self) -> bool:
        return self.kind in (Kind.TEXT, Kind.CHOICE)

    @property
    def copied(self) -> str:
        """What is pasted elsewhere: the answer alone, a table one line a value."""
        lines = [*(f"{line.label}\t{line.text}" for line in self.lines), self.text]
        return "\n".join(lines).replace("\u202f", "")  # sites that take numbers take digits alone

    @property
    def rows(self) -> int:
        return max(1, min(12, len(self.copied.splitlines()) + len(self.copied) // 70))


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the form with its answers."""

    code: str
    title: str
    help: str
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class Data:
    """What a form is filled in from."""

    figures: Figures
    money: Money
    typed: Mapping[str, str] = field(default_factory=dict)


def fill(form: Questionnaire, data: Data) -> list[Part]:
    return [
        Part(section.code, section.title, section.help, [_answer(one, data) for one in section.questions])
        for section in form.sections
    ]


def answers_of(parts: list[Part]) -> list[Answer]:
    return [answer for part in parts for answer in part.answers]


def _answer(question: Question, data: Data) -> Answer:
    if not question.is_counted:
        return _made(question, data.typed.get(question.code, "").strip())
    if sources.is_money(question.source):
        return _money(question, data.money)
    if question.kind == Kind.TABLE:
        return _table(question, Exact(data.figures))
    return _number(question, Exact(data.figures))


def _made(question: Question, text: str, **more: Any) -> Answer:
    return Answer(
        question.code,
        question.label,
        question.kind,
        text,
        unit=question.unit,
        source=question.source,
        required=question.required,
        **more,
    )


def _number(question: Question, reader: Exact) -> Answer:
    source = question.source
    if source in INDICATORS:
        shown = reader.count(source)
        return _made(question, shown.text, value=shown.value, detail=INDICATORS[source].population)
    if source in SHARES:
        return _made(question, reader.share(SHARES[source]), detail=reader.share_detail(SHARES[source]))
    mean, median, number = reader.mean(MEANS[source])
    return _made(question, mean, detail=f"moyenne de {number}\u00a0; médiane\u00a0: {median}")


def _table(question: Question, reader: Exact) -> Answer:
    code, _, name = question.source.partition("/")
    dimension = DIMENSIONS[name]
    total = reader.count(code)
    lines = [
        Line(dimension.label(value), reader.count(code, **{name: value}).text, value)
        for value in values_of(INDICATORS[code], dimension, reader)
    ]
    return _made(question, total.text, value=total.value, detail=dimension.note, lines=lines)


def _money(question: Question, money: Money) -> Answer:
    said = money.said(question.source.partition("/")[2])
    if question.kind == Kind.TABLE:
        lines = [Line(label, text) for label, text in said.lines]
        return _made(question, said.text or NOT_COUNTED, lines=lines, detail=said.detail)
    return _made(question, said.text or NOT_COUNTED, detail=said.detail)


# --- kept, and read again -----------------------------------------------------------------------
def document(parts: list[Part]) -> list[dict[str, Any]]:
    return [asdict(part) for part in parts]


def read(document: list[dict[str, Any]]) -> list[Part]:
    return [
        Part(
            part["code"],
            part["title"],
            part["help"],
            [
                Answer(**{**answer, "lines": [Line(**line) for line in answer["lines"]]})
                for answer in part["answers"]
            ],
        )
        for part in document
    ]
