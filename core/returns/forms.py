"""Cleaning of what the coordination writes in a return; no writes."""

from collections.abc import Mapping
from typing import Any

from django import forms

from core.exchange import leaving
from core.exchange.leaving import LeavingForm, text_field
from core.exchange.questionnaire import Kind, Question, Questionnaire
from core.returns import names
from core.returns.checks import Check


class TownForm(LeavingForm):
    """The town also knows the names of its files."""

    def signs(self, texts: Mapping[str, str]) -> dict[str, list[str]]:
        known = names.people()
        return {
            name: [*whys, *names.signs(texts[name], known)] for name, whys in super().signs(texts).items()
        }


class MessageForm(TownForm, leaving.MessageForm):
    """What the town writes to the nation."""


class SubmitForm(LeavingForm):
    """Nothing is written here; what names somebody is read again before it leaves."""

    def __init__(self, *args: Any, named: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named = named
        self.add_confirmation()
        if named:
            self.fields["read_again"].widget = forms.CheckboxInput()
            self.fields["read_again"].help_text = f"Des noms sont signalés\u00a0: {', '.join(named)}."

    def clean_read_again(self) -> bool:
        read_again = bool(self.cleaned_data["read_again"])
        if self.named and not read_again:
            raise forms.ValidationError("Corrigez, ou cochez si le texte ne désigne vraiment personne.")
        return read_again


class AnswersForm(TownForm):
    """One field for each question that the town answers itself, then the comment."""

    def __init__(
        self, *args: Any, questions: Questionnaire, answers: Mapping[str, str], comment: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = list(questions.of_kind(Kind.TEXT, Kind.CHOICE))
        for one in self.asked:
            self.fields[one.code] = _field(one)
            self.fields[one.code].initial = answers.get(one.code, "")
        self.fields["comment"] = text_field("Un commentaire sur l’ensemble", most=4000)
        self.fields["comment"].initial = comment
        self.add_confirmation()

    @property
    def answers(self) -> dict[str, str]:
        return {one.code: self.cleaned_data[one.code] for one in self.asked}


def _field(question: Question) -> forms.Field:
    if question.kind == Kind.CHOICE:
        return forms.ChoiceField(
            label=question.label,
            required=False,
            help_text=question.help,
            choices=[("", "Pas encore répondu"), *((one, one) for one in question.choices)],
        )
    return text_field(question.label, most=4000, help_text=question.help, rows=4)


class ExplanationsForm(TownForm):
    """One field a check that may be explained."""

    def __init__(
        self, *args: Any, checks: list[Check], explanations: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        # by its code: a colleague may mend one check while others are explained
        self.checks = {f"check-{one.code.replace(':', '-')}": one for one in checks if not one.blocks}
        for name, one in self.checks.items():
            self.fields[name] = text_field(one.title, most=1000, help_text=one.detail, rows=2)
            self.fields[name].initial = explanations.get(one.code, "")
        self.add_confirmation()

    @property
    def explanations(self) -> dict[str, str]:
        return {one.code: self.cleaned_data[name] for name, one in self.checks.items()}
