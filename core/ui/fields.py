"""Form fields that take what people type, and say what was wrong with it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from core.ui import dates, signatures, typography, uploads
from core.ui.signatures import Signature
from core.ui.typography import NO_BREAK
from core.ui.widgets import AddressEntry, DateEntry, SignaturePad

_POSTCODE = re.compile(r"\d{5}")
PDF_AND_PHOTOS = ("pdf", "jpeg", "png")
# What a file of the kind begins with: its name and its sender's word prove nothing.
_BEGINNINGS: Mapping[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
}
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "pdf": (".pdf",),
    "jpeg": (".jpg", ".jpeg"),
    "png": (".png",),
}
_NAMES: Mapping[str, str] = {"pdf": "PDF", "jpeg": "photo JPEG", "png": "image PNG"}

Day = date | Callable[[], date]


class FrenchDateField(forms.DateField):
    """Takes "3/9", "hier", "3 septembre", "lundi dernier"; gives a date.

    `lean` says what is meant where the year is left out: the last such day ("past"), the next one
    ("future"), or the nearest. `earliest` and `latest`, both included, are days or callables.
    """

    widget = DateEntry
    default_error_messages = {"required": "Écrivez une date."}

    def __init__(
        self,
        *,
        lean: dates.Lean = "nearest",
        year_required: bool = False,
        earliest: Day | None = None,
        latest: Day | None = None,
        today: Callable[[], date] = timezone.localdate,
        **kwargs: Any,
    ) -> None:
        self.lean: dates.Lean = lean
        self.year_required = year_required
        self.earliest = earliest
        self.latest = latest
        self.today = today
        kwargs.setdefault("help_text", _date_hint(lean, year_required))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            found = super().to_python(value)
            assert found is not None  # noqa: S101  # a date stays one
        else:
            try:
                found = dates.parse(
                    str(value), today=self.today(), lean=self.lean, year_required=self.year_required
                )
            except dates.NotADateError as error:
                raise ValidationError(str(error), code="invalid") from error
        self._check_bounds(found)
        return found

    def _check_bounds(self, found: date) -> None:
        earliest, latest = _called(self.earliest), _called(self.latest)
        if earliest is not None and found < earliest:
            raise ValidationError(
                f"Vous avez écrit le {typography.day(found)}. La date ne peut pas être avant le"
                f" {typography.day(earliest)}.",
                code="too_early",
            )
        if latest is not None and found > latest:
            bound = "dans l’avenir" if latest == self.today() else f"après le {typography.day(latest)}"
            raise ValidationError(
                f"Vous avez écrit le {typography.day(found)}. La date ne peut pas être {bound}.",
                code="too_late",
            )


def _called(bound: Day | None) -> date | None:
    return bound() if callable(bound) else bound


def _date_hint(lean: dates.Lean, year_required: bool) -> str:
    if year_required:
        return f"Par exemple{NO_BREAK}: 3/9/2014"
    by_lean = {
        "past": "hier ou lundi dernier",
        "nearest": "hier ou demain",
        "future": "demain ou lundi prochain",
    }
    return f"Par exemple{NO_BREAK}: 3/9, 3{NO_BREAK}septembre, {by_lean[lean]}"


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address in France; `extra` is the floor, the building, "chez…"."""

    street: str
    postcode: str
    city: str
    extra: str = ""

    def __str__(self) -> str:
        lines = (self.extra, self.street, f"{self.postcode} {self.city}".strip())
        return ", ".join(line for line in lines if line)


class AddressField(forms.MultiValueField):
    """Gives an Address, or None when nothing is written. The district is decided from it elsewhere."""

    widget = AddressEntry

    def __init__(self, **kwargs: Any) -> None:
        parts = (
            forms.CharField(required=False, max_length=200),
            forms.CharField(required=False, max_length=200),
            forms.CharField(required=False, max_length=6),
            forms.CharField(required=False, max_length=100),
        )
        kwargs.setdefault("error_messages", {"required": "Écrivez l’adresse, ou au moins la commune."})
        super().__init__(parts, require_all_fields=False, **kwargs)

    def compress(self, data_list: Sequence[str]) -> Address | None:
        street, extra, postcode, city = [str(part or "").strip() for part in data_list] or [""] * 4
        if not any((street, extra, postcode, city)):
            return None
        postcode = re.sub(r"\s", "", postcode)
        if postcode and not _POSTCODE.fullmatch(postcode):
            raise ValidationError(
                "Le code postal a cinq chiffres, par exemple 82000. Vous avez écrit"
                f" «{NO_BREAK}{postcode}{NO_BREAK}».",
                code="postcode",
            )
        if not city:
            raise ValidationError("Écrivez la commune.", code="city")
        return Address(street=street, postcode=postcode, city=city, extra=extra)


class UploadField(forms.FileField):
    """Says its limits before the choice, and holds them by the file's content.

    What it gives is safe to keep (core/ui/uploads.py); it is opened through core/ui/files.py.
    """

    def __init__(
        self, *, kinds: Sequence[str] = PDF_AND_PHOTOS, max_octets: int = 10_000_000, **kwargs: Any
    ) -> None:
        self.kinds = tuple(kinds)
        self.max_octets = max_octets
        said = f"{_named(self.kinds)}, {typography.size(max_octets)} au plus."
        kwargs["help_text"] = f"{kwargs['help_text']} {said}" if kwargs.get("help_text") else said
        kwargs.setdefault(
            "error_messages",
            {"required": "Choisissez un fichier.", "empty": "Ce fichier est vide. Choisissez-en un autre."},
        )
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        endings = ",".join(ending for kind in self.kinds for ending in _ENDINGS[kind])
        return {**super().widget_attrs(widget), "accept": endings}

    def to_python(self, data: Any) -> UploadedFile | None:
        file: UploadedFile | None = super().to_python(data)
        if file is None:
            return None
        if (file.size or 0) > self.max_octets:
            raise ValidationError(
                f"Ce fichier pèse {typography.size(file.size or 0)}, et la limite est de"
                f" {typography.size(self.max_octets)}. Réduisez-le, ou prenez la photo en moins grand.",
                code="too_large",
            )
        kind = self.kind_of(file)
        if kind is None:
            raise ValidationError(self._wrong(file), code="wrong_kind")
        try:
            return uploads.made_safe(file, kind)
        except uploads.RefusedFile as refused:
            raise ValidationError(str(refused), code="refused") from refused

    def _wrong(self, file: UploadedFile) -> str:
        file.seek(0)
        if uploads.named_by_content(file.read(64)) == "heic":
            return (
                "Cette photo est au format HEIC de l’iPhone, que d’autres appareils ne savent pas ouvrir. "
                "Choisissez-la depuis l’application Photos, ou envoyez-la en JPEG."
            )
        return f"Ce fichier n’est pas du bon type. Nous prenons{NO_BREAK}: {_named(self.kinds)}."

    def kind_of(self, file: UploadedFile) -> str | None:
        """One of `kinds`, by the first octets and the ending of the name, which must agree."""
        file.seek(0)
        start = file.read(16)
        file.seek(0)
        name = (file.name or "").lower()
        for kind in self.kinds:
            if start.startswith(_BEGINNINGS[kind]) and name.endswith(_ENDINGS[kind]):
                return kind
        return None


def _named(kinds: Sequence[str]) -> str:
    *others, last = [_NAMES[kind] for kind in kinds]
    return f"{', '.join(others)} ou {last}" if others else last


class SignatureField(forms.MultiValueField):
    """Gives a Signature: drawn, or typed with consent. `consent` is the sentence that is agreed to."""

    widget = SignaturePad

    def __init__(
        self, *, consent: str = "Mon nom tapé vaut signature et je suis d’accord.", **kwargs: Any
    ) -> None:
        parts = (
            forms.CharField(required=False, max_length=200),
            forms.BooleanField(required=False),
            forms.CharField(required=False, max_length=200_000),
        )
        kwargs.setdefault("error_messages", {"required": "Signez dans le cadre, ou tapez votre nom."})
        kwargs.setdefault("widget", SignaturePad(consent=consent))
        super().__init__(parts, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> Signature | None:
        name, consent, strokes = [*(value or ()), "", False, ""][:3]
        name = " ".join(str(name or "").split())
        try:
            drawn = signatures.read_strokes(str(strokes or ""))
        except signatures.NotASignatureError as error:
            raise ValidationError(str(error), code="strokes") from error
        if drawn:
            return Signature(strokes=drawn, name=name)
        if not name:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if not self.fields[1].clean(consent):
            raise ValidationError(
                "Cochez la case pour dire que votre nom tapé vaut signature.", code="consent"
            )
        if len(name) > 200:
            raise ValidationError("Ce nom est trop long.", code="max_length")
        return Signature(name=name)
