import re

import pytest
from django import forms
from django.template import Context, engines

from core.ui.showcase import ExampleForm, SigningForm
from core.ui.widgets import ChoiceCards


class Visit(forms.Form):
    child = forms.CharField(label="Enfant", help_text="Prénom <et> nom")
    on = forms.CharField(label="Jour", required=False)
    way = forms.ChoiceField(
        label="Manière", choices=[("a", "À domicile"), ("b", "Ici")], widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(
        label="Motif", choices=[("x", "Lecture")], widget=ChoiceCards(hints={"x": "Lire seul"})
    )
    told = forms.BooleanField(label="La famille est prévenue", required=False)
    step = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        if "on" in self.cleaned_data and self.cleaned_data["on"] == "jamais":
            raise forms.ValidationError("Cette visite n’a pas de jour.")


def ids(html: str) -> set[str]:
    return set(re.findall(r'\sid="([^"]+)"', html))


@pytest.mark.parametrize("form", [Visit({"on": "jamais"}), Visit(), ExampleForm({}), SigningForm({})])
def test_every_reference_leads_somewhere(form: forms.Form) -> None:
    html = str(form)
    found = ids(html)
    assert len(found) == len(re.findall(r'\sid="', html))
    pointed = re.findall(r'\sfor="([^"]+)"', html) + re.findall(r'href="#([^"]+)"', html)
    for described in re.findall(r'aria-describedby="([^"]+)"', html):
        pointed += described.split()
    assert pointed
    assert set(pointed) <= found


def test_errors_are_summed_up_with_links_and_said_at_the_field() -> None:
    html = str(Visit({"on": "jamais"}))
    assert 'role="alert"' in html
    assert "Cette visite n’a pas de jour." in html
    assert '<a href="#id_child">' in html
    assert '<a href="#id_way_0">' in html
    assert 'id="id_child_error"' in html
    assert re.search(r'<input[^>]*name="child"[^>]*aria-invalid="true"', html)
    assert 'aria-describedby="id_child_helptext id_child_error"' in html


def test_no_summary_without_errors() -> None:
    assert "error-summary" not in str(Visit())


def test_what_was_typed_is_kept() -> None:
    html = str(Visit({"child": "Lina", "way": "b", "told": "on"}))
    assert 'value="Lina"' in html
    assert re.search(r'value="b"[^>]*checked', html)
    assert re.search(r'name="told"[^>]*checked', html)


def test_what_is_not_required_says_so_in_words() -> None:
    html = str(Visit())
    assert re.search(r"Jour\s+<span class=\"optional\">\(facultatif\)", html)
    assert html.count("(facultatif)") == 1
    assert "*" not in html


def test_hints_are_escaped() -> None:
    assert "Prénom &lt;et&gt; nom" in str(Visit())


def test_the_browser_offers_no_other_childs_name() -> None:
    html = str(Visit())
    assert re.search(r'<input[^>]*name="child"[^>]*autocomplete="off"', html)
    own = type(
        "Own", (forms.Form,), {"mail": forms.EmailField(widget=forms.EmailInput({"autocomplete": "email"}))}
    )
    assert 'autocomplete="email"' in str(own())


def test_groups_have_a_legend_and_cards_their_hint() -> None:
    html = str(Visit())
    assert html.count("<fieldset") == html.count("<legend") == 2
    assert "Lire seul" in html


def test_hidden_fields_have_no_label() -> None:
    assert "Step" not in str(Visit())
    assert 'type="hidden" name="step"' in str(Visit())


@pytest.mark.parametrize(("form", "multipart"), [(ExampleForm(), True), (Visit(), False)])
def test_the_form_component_guards_the_form(form: forms.Form, multipart: bool) -> None:
    source = '{% component "form" form=form submit="Noter la visite" cancel_url="/retour/" %}'
    template = engines["django"].engine.from_string(source)  # type: ignore[attr-defined]
    html = " ".join(template.render(Context({"form": form, "csrf_token": "jeton"})).split())
    assert 'value="jeton"' in html
    assert "data-once data-keep" in html
    assert ("multipart/form-data" in html) is multipart
    assert '<a class="button button-quiet" href="/retour/">Annuler</a>' in html


def test_a_form_brings_the_script_that_it_wants_and_no_other() -> None:
    assert "ui/signature.js" in str(SigningForm().media)
    assert str(Visit().media) == ""
