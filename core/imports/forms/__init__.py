"""What the pages of an import ask."""

from core.imports.forms.lines import DecisionForm, RowForm, UndoForm
from core.imports.forms.mapping import ColumnsForm, SheetForm, WordsForm
from core.imports.forms.sending import SendForm

__all__ = ["ColumnsForm", "DecisionForm", "RowForm", "SendForm", "SheetForm", "UndoForm", "WordsForm"]
