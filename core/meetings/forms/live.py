"""The decision as it is typed: a form of lines that is never refused for being unfinished."""

from collections.abc import Sequence
from typing import Any

from django import forms

from core.meetings.drafts import Draft, Line
from core.pathways.enums import DecisionKind
from core.ui.free_text import refuse_nir
from core.ui.typed_fields import choice_field
from core.ui.widgets import ChoiceCards

BLANK_LINES = 2
MOST_LINES = 20
HINTS = {
    DecisionKind.ENTRY: "Le contrat et ses quatre signatures viennent ensuite.",
    DecisionKind.REDIRECTION: "Quelque chose existe déjà : dites quoi.",
    DecisionKind.MORE: "La situation reviendra à une autre réunion.",
    DecisionKind.REFUSAL: "L’orientation se clôt et compte dans l’année.",
}


class DraftForm(forms.Form):
    """`choices` are those of drafts.choices; lines are fields `what_0`, `who_0`, `due_0`…"""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    kind = forms.ChoiceField(label="Décision", required=False, widget=ChoiceCards(hints=HINTS))
    reason = forms.CharField(
        label="En quelques mots",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[refuse_nir],
    )
    redirected_to = forms.CharField(
        label="Vers quel dispositif", required=False, max_length=200, validators=[refuse_nir]
    )
    next_look = forms.CharField(
        label="Prochain point",
        required=False,
        max_length=60,
        help_text="Une date : 15/3, dans 3 mois…",
        widget=forms.TextInput(attrs={"class": "short"}),
        validators=[refuse_nir],
    )

    def __init__(
        self, *args: Any, choices: Sequence[tuple[str, str]], draft: Draft, version: int, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {
            "version": version,
            "kind": draft.kind,
            "reason": draft.reason,
            "redirected_to": draft.redirected_to,
            "next_look": draft.next_look,
        }
        super().__init__(*args, **kwargs)
        choice_field(self, "kind").choices = choices
        if not {DecisionKind.REDIRECTION, DecisionKind.EXIT} & {code for code, _ in choices}:
            del self.fields["redirected_to"]
        self.count = self._line_count(draft)
        for index in range(self.count):
            line = draft.lines[index] if index < len(draft.lines) else Line()
            self._add_line(index, line)

    def _line_count(self, draft: Draft) -> int:
        count = len(draft.lines) + BLANK_LINES
        while self.is_bound and f"what_{count}" in self.data:
            count += 1
        return min(count, MOST_LINES)

    def _add_line(self, index: int, line: Line) -> None:
        number = index + 1
        texts = {"what": (f"Quoi, suite {number}", 300), "who": (f"Qui, suite {number}", 200)}
        for name, (label, longest) in texts.items():
            self.fields[f"{name}_{index}"] = forms.CharField(
                label=label,
                required=False,
                max_length=longest,
                initial=getattr(line, name),
                validators=[refuse_nir],
                widget=forms.TextInput(attrs={"list": "personnes"} if name == "who" else {}),
            )
        self.fields[f"due_{index}"] = forms.CharField(
            label=f"Pour quand, suite {number}",
            required=False,
            max_length=60,
            initial=line.due,
            validators=[refuse_nir],
        )

    @property
    def lines(self) -> list[dict[str, forms.BoundField]]:
        names = ("what", "who", "due")
        return [{name: self[f"{name}_{index}"] for name in names} for index in range(self.count)]

    def typed(self) -> Draft:
        data = self.cleaned_data
        lines = (
            Line(data[f"what_{index}"], data[f"who_{index}"], data[f"due_{index}"])
            for index in range(self.count)
        )
        return Draft(
            kind=data["kind"],
            reason=data["reason"],
            redirected_to=data.get("redirected_to", ""),
            next_look=data["next_look"],
            lines=tuple(line for line in lines if line),
        )
