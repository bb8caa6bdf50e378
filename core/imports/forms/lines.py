from collections.abc import Mapping
from typing import Any

from django import forms

from core.imports.column_shapes import Field
from core.imports.columns import BY_CODE, FIELDS
from core.imports.enums import RowDecision
from core.imports.models import ImportRow
from core.imports.vocabularies import Vocabulary
from core.ui.free_text import refuse_nir
from core.ui.typed_fields import choice_field
from core.ui.widgets import ChoiceCards


class RowForm(forms.Form):
    """The cells of one line, as written, and those that are missing."""

    def __init__(
        self,
        row: ImportRow,
        mapped: set[str],
        lists: Mapping[str, Vocabulary],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        wrong = {problem["field"]: problem["text"] for problem in row.problems}
        for field in FIELDS:
            if field.code not in mapped | set(wrong) | set(row.cells):
                continue
            self.fields[field.code] = forms.CharField(
                label=field.label,
                required=False,
                max_length=5000,
                widget=_widget(field, row.cells.get(field.code, ""), lists),
                initial=row.cells.get(field.code, ""),
                help_text=wrong.get(field.code, field.hint),
                validators=[refuse_nir],
            )
        order = [*(code for code in wrong if code in BY_CODE), *self.fields]
        self.order_fields(list(dict.fromkeys(order)))


def _widget(field: Field, written: str, lists: Mapping[str, Vocabulary]) -> forms.Widget:
    """A word of a list is chosen; the one that stands there stays first."""
    if field.kind == "long":
        return forms.Textarea(attrs={"rows": 3})
    if not field.vocabulary:
        return forms.TextInput()
    labels = dict.fromkeys([written, *(label for _, label in lists[field.vocabulary].choices), ""])
    return forms.Select(choices=[(label, label or "Rien") for label in labels])


class DecisionForm(forms.Form):
    """Whose line it is, among the files and the lines that were shown."""

    who = forms.ChoiceField(label="De qui est cette ligne ?", widget=ChoiceCards())

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "who").choices = choices

    @property
    def said(self) -> dict[str, Any]:
        kind, _, pk = self.cleaned_data["who"].partition(":")
        if kind == "child":
            return {"decision": RowDecision.SAME, "same_child": int(pk)}
        if kind == "row":
            return {"decision": RowDecision.SAME, "same_row": int(pk)}
        return {"decision": RowDecision.NEW}


class UndoForm(forms.Form):
    the_rest = forms.BooleanField(label="Retirer tous les autres dossiers de cette reprise", required=False)

    def __init__(self, stays: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not stays:
            del self.fields["the_rest"]
