from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from core.sheets import reading
from core.sheets.shapes import USUAL, SheetData, UnreadableError

ENDINGS = ".xlsx,.ods,.xls,.csv"


class SheetField(forms.FileField):
    """A table: what it holds is read under the limits of `core.sheets`, and the file itself is never kept."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["help_text"] = USUAL.said
        kwargs["error_messages"] = {
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide. Choisissez-en un autre.",
        }
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "accept": ENDINGS}

    def to_python(self, data: Any) -> Any:
        file: UploadedFile | None = super().to_python(data)
        if file is None:
            return None
        if (file.size or 0) > USUAL.octets:
            raise ValidationError("Ce fichier est trop lourd : gardez la seule feuille utile, sans images.")
        try:
            return file.name or "tableau", reading.read(file.read(), file.name or "")
        except UnreadableError as refused:
            raise ValidationError(str(refused), code="unreadable") from refused


class SendForm(forms.Form):
    """`cleaned_data["table"]`: the file's name and its sheets."""

    table = SheetField(label="Votre tableau")

    @property
    def sheets(self) -> list[SheetData]:
        found: list[SheetData] = self.cleaned_data["table"][1]
        return found
