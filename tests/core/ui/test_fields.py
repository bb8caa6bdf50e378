import json
from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from core.ui.fields import Address, AddressField, FrenchDateField, SignatureField, UploadField
from core.ui.signatures import HEIGHT, WIDTH, NotASignatureError, Signature, read_strokes
from tests.core.ui import sending

TODAY = date(2026, 11, 24)
LINE = [[[10, 10], [400, 120]]]


def today() -> date:
    return TODAY


class TestDate:
    def test_takes_words_and_gives_a_date(self) -> None:
        field = FrenchDateField(lean="past", today=today)
        assert field.clean("hier") == date(2026, 11, 23)
        assert field.clean(date(2020, 1, 2)) == date(2020, 1, 2)

    def test_empty(self) -> None:
        assert FrenchDateField(required=False).clean("") is None
        with pytest.raises(ValidationError, match="Écrivez une date"):
            FrenchDateField().clean("")

    def test_bounds_are_included_and_named(self) -> None:
        field = FrenchDateField(today=today, earliest=date(2026, 11, 1), latest=today)
        assert field.clean("1/11/2026") == date(2026, 11, 1)
        assert field.clean("aujourd’hui") == TODAY
        with pytest.raises(ValidationError, match="ne peut pas être avant le"):
            field.clean("31/10/2026")
        with pytest.raises(ValidationError, match="dans l’avenir"):
            field.clean("demain")

    def test_the_hint_teaches_what_may_be_typed(self) -> None:
        for lean in ("past", "nearest", "future"):
            examples = str(FrenchDateField(lean=lean).help_text).split(":")[1].replace(" ou ", ",").split(",")
            field = FrenchDateField(lean=lean, today=today)
            assert len(examples) == 4
            assert all(field.clean(example) for example in examples)

    def test_what_was_typed_is_shown_again_and_a_date_as_figures(self) -> None:
        class Form(forms.Form):
            on = FrenchDateField(today=today)

        assert 'value="31/2"' in str(Form({"on": "31/2"})["on"])
        assert 'value="03/09/2017"' in str(Form(initial={"on": date(2017, 9, 3)})["on"])

    def test_change_is_seen_through_the_writing(self) -> None:
        field = FrenchDateField(today=today)
        assert not field.has_changed(date(2026, 11, 23), "hier")
        assert field.has_changed(date(2026, 11, 22), "hier")


class TestAddress:
    def test_gives_an_address(self) -> None:
        found = AddressField().clean(["3 rue des Tilleuls", "", "82 000", "Montauban"])
        assert found == Address(street="3 rue des Tilleuls", postcode="82000", city="Montauban")
        assert str(found) == "3 rue des Tilleuls, 82000 Montauban"

    def test_a_commune_alone_is_enough(self) -> None:
        assert AddressField().clean(["", "", "", "Montauban"]) == Address("", "", "Montauban")

    def test_nothing(self) -> None:
        assert AddressField(required=False).clean(["", "", "", ""]) is None
        with pytest.raises(ValidationError, match="au moins la commune"):
            AddressField().clean(["", "", "", ""])

    @pytest.mark.parametrize(
        ("parts", "said"),
        [
            (["3 rue", "", "8200", "Montauban"], "cinq chiffres"),
            (["3 rue", "", "82000", ""], "Écrivez la commune"),
        ],
    )
    def test_refusals(self, parts: list[str], said: str) -> None:
        with pytest.raises(ValidationError, match=said):
            AddressField().clean(parts)


def pdf(name: str = "contrat.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return sending.paper(name) if content is None else SimpleUploadedFile(name, content)


class TestUpload:
    def test_limits_are_said_before(self) -> None:
        hint = str(UploadField(max_octets=10_000_000).help_text)
        assert hint == "PDF, photo JPEG ou image PNG, 10\u00a0Mo au plus."
        assert 'accept=".pdf"' in forms.FileField.widget().render(
            "f", None, UploadField(kinds=("pdf",)).widget_attrs(forms.FileInput())
        )

    @pytest.mark.parametrize(
        "file",
        [
            pdf(),
            sending.photo("IMG.JPG"),
            sending.picture("x.png"),
        ],
    )
    def test_takes_what_it_says(self, file: SimpleUploadedFile) -> None:
        kept = UploadField().clean(file)
        assert kept is not None
        assert (kept.name, kept.tell()) == (file.name, 0)

    @pytest.mark.parametrize(
        ("file", "said"),
        [
            (pdf(content=b"MZ not a pdf"), "pas du bon type"),
            (pdf(name="contrat.exe"), "pas du bon type"),
            (pdf(name="contrat.png"), "pas du bon type"),
            (pdf(content=b""), "vide"),
            (pdf(content=b"%PDF-" + b"0" * 2000), "2\u00a0ko"),
        ],
    )
    def test_refuses_by_content_name_and_size(self, file: SimpleUploadedFile, said: str) -> None:
        with pytest.raises(ValidationError) as refused:
            UploadField(max_octets=1500).clean(file)
        assert said in refused.value.messages[0]

    def test_works_within_a_form(self) -> None:
        class Form(forms.Form):
            paper = UploadField()

        assert Form({}, MultiValueDict({"paper": [pdf()]})).is_valid()
        assert Form({}, {}).errors["paper"] == ["Choisissez un fichier."]


class TestSignature:
    def test_drawn(self) -> None:
        found = SignatureField().clean(["", False, json.dumps(LINE)])
        assert found == Signature(strokes=(((10, 10), (400, 120)),))
        assert found is not None
        assert found.path == "M10 10L400 120"
        assert read_strokes(found.as_json) == found.strokes

    def test_typed_with_consent(self) -> None:
        found = SignatureField().clean(["  Samira   Fictive ", True, ""])
        assert found == Signature(name="Samira Fictive")
        assert found is not None
        assert not found.drawn

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            (["", False, ""], "Signez dans le cadre"),
            (None, "Signez dans le cadre"),
            (["Samira Fictive", False, ""], "Cochez la case"),
            (["", True, "[[[1,1]]]"], "trop court"),
            (["", False, '{"a":1}'], "n’a pas pu être lu"),
            (["", False, "[[[1.5,2],[900,900]]]"], "n’a pas pu être lu"),
            (["", False, "[[]]"], "n’a pas pu être lu"),
            (["", False, "[" * 5000], "n’a pas pu être lu"),
            (["x" * 300, True, ""], "trop long"),
        ],
    )
    def test_refusals(self, value: list[object] | None, said: str) -> None:
        with pytest.raises(ValidationError, match=said):
            SignatureField().clean(value)

    def test_may_be_left_empty_where_it_is_not_required(self) -> None:
        assert SignatureField(required=False).clean(["", False, ""]) is None

    def test_strokes_stay_on_the_sheet(self) -> None:
        assert read_strokes("[[[-50,-50],[9000,9000]]]") == (((0, 0), (WIDTH, HEIGHT)),)

    def test_too_many_points_are_no_signature(self) -> None:
        with pytest.raises(NotASignatureError):
            read_strokes(json.dumps([[[x % 600, x % 200] for x in range(7000)]]))

    def test_consent_is_on_the_page_without_script(self) -> None:
        class Form(forms.Form):
            signed = SignatureField(consent="Mon nom tapé vaut signature de la mère.")

        html = str(Form()["signed"])
        assert "Mon nom tapé vaut signature de la mère." in html
        assert "data-signature-sheet hidden" in html
