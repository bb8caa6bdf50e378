from datetime import date

import pytest
from django.template import Context, Engine, Template, TemplateSyntaxError, engines

from core.ui.shapes import Bar, Crumb, Event, Flag, Step
from core.ui.templatetags import ui


def rendered(source: str, **values: object) -> str:
    template: Template = engines["django"].engine.from_string(source)  # type: ignore[attr-defined]
    return template.render(Context(values))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('{% component "pil" label="a" %}', "no component 'pil'"),
        ('{% component "pill" %}', "label is missing"),
        ('{% component "pill" label="a" colour="red" %}', "colour is unknown"),
        ('{% component "pill" label="a" loose %}', "loose is not name=value"),
        ("{% component pill %}", "in quotes"),
        ("{% component %}", "in quotes"),
        ('{% component "notice" %}', "used with {% container %}"),
        ('{% container "pill" label="a" %}{% endcontainer %}', "used with {% component %}"),
        ('{% container "notice" %}', "Unclosed tag"),
    ],
)
def test_a_misnamed_argument_fails_when_the_page_is_compiled(source: str, said: str) -> None:
    with pytest.raises(TemplateSyntaxError, match=said.replace("{", r"\{")):
        rendered(source)


def test_arguments_are_escaped_and_the_body_is_kept() -> None:
    html = rendered(
        '{% container "notice" title=title %}<p>{{ text }}</p>{% endcontainer %}', title="<b>", text="<i>"
    )
    assert "&lt;b&gt;" in html
    assert "<p>&lt;i&gt;</p>" in html


def test_nothing_of_the_page_leaks_in() -> None:
    html = rendered('{% component "page_header" title="Lina" %}', lead="du dehors", kicker="du dehors")
    assert "du dehors" not in html
    assert html.count("<h1>") == 1


def test_a_component_keeps_the_token_of_the_form() -> None:
    html = rendered('{% component "button_post" url="/a/" label="Partir" %}', csrf_token="jeton")
    assert 'name="csrfmiddlewaretoken" value="jeton"' in html
    assert 'method="post"' in html


@pytest.mark.parametrize("meaning", ["neutral", "info", "done", "attention", "danger"])
def test_a_meaning_has_a_word_and_a_picture(meaning: str) -> None:
    html = rendered('{% component "pill" label="Reçue" meaning=meaning %}', meaning=meaning)
    assert "Reçue" in html
    assert "<svg" in html
    assert 'aria-hidden="true"' in html


def test_toast_can_be_undone_by_a_plain_form() -> None:
    html = rendered('{% component "toast" text="Noté." undo_url="/annuler/3/" %}')
    assert '<form method="post" action="/annuler/3/"' in html
    assert "Annuler" in html
    assert "<form" not in rendered('{% component "toast" text="Noté." %}')


def test_steps_tell_their_state_in_words() -> None:
    steps = [
        Step("Accord", "done"),
        Step("Contrat", "current", "3 signatures sur 4"),
        Step("Parcours", "coming"),
    ]
    html = rendered('{% component "steps" steps=steps %}', steps=steps)
    for word in ("(fait)", "(en cours)", "(à venir)", "3 signatures sur 4"):
        assert word in html
    assert html.count('aria-current="step"') == 1


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1\u00a0élément que vous ne pouvez pas voir"), (3, "3\u00a0éléments que vous ne pouvez pas voir")],
)
def test_what_is_hidden_is_announced(count: int, said: str) -> None:
    events = [Event(date(2026, 11, 23), "Appel", by="Camille Exemple")]
    html = rendered('{% component "timeline" events=events hidden=count %}', events=events, count=count)
    assert said in html
    assert '<time datetime="2026-11-23">23\u00a0novembre\u00a02026</time>' in html
    assert "pouvez pas voir" not in rendered('{% component "timeline" events=events %}', events=events)


def test_flags_of_a_person_are_said() -> None:
    html = rendered(
        '{% component "person" name="Samira" kind="adult" flags=flags %}', flags=[Flag("Contact interdit")]
    )
    assert "Contact interdit" in html
    assert "is-danger" in html


def test_breadcrumbs_end_with_the_page_itself() -> None:
    crumbs = [Crumb("Situations", "/situations/"), Crumb("Lina")]
    html = rendered('{% component "breadcrumbs" crumbs=crumbs %}', crumbs=crumbs)
    assert '<span aria-current="page">Lina</span>' in html


def test_bars_are_drawn_to_scale_without_style() -> None:
    bars = [Bar.of("6 à 10 ans", 84, 160), Bar.of("Personne", 0, 0)]
    html = rendered('{% component "bars" bars=bars %}', bars=bars)
    assert 'width="52.50%"' in html
    assert 'width="0.00%"' in html
    assert "84 (52,5\u00a0%)" in html
    assert "0 (–)" in html


def test_a_figure_brings_its_table() -> None:
    html = rendered(
        '{% container "figure" title="Âges" columns=columns rows=rows %}<svg></svg>{% endcontainer %}',
        columns=["Âge", "Enfants"],
        rows=[("6 à 10 ans", 84)],
    )
    assert '<th scope="row">6 à 10 ans</th>' in html
    assert '<td class="number">84</td>' in html


@pytest.mark.parametrize(
    ("arguments", "present", "absent"),
    [
        ("done=64 total=160", "64 sur 160", "hx-get"),
        ('poll_url="/suite/"', 'hx-get="/suite/"', "terminé"),
        ('poll_url="/suite/" state="done"', "terminé", "hx-get"),
        ('state="failed" detail="Le fichier manque."', "Le fichier manque.", "<progress"),
    ],
)
def test_progress_asks_again_only_while_it_runs(arguments: str, present: str, absent: str) -> None:
    html = rendered(f'{{% component "progress" label="Export" {arguments} %}}')
    assert present in html
    assert absent not in html


def test_roll_call_is_a_named_group_of_radios() -> None:
    html = rendered(
        '{% component "roll_call_row" name="p7" legend="Lina" choices=choices value="late" %}',
        choices=[("here", "Là"), ("late", "En retard")],
    )
    assert 'aria-labelledby="p7-nom"' in html
    assert html.count('type="radio"') == 2
    assert 'value="late" checked' in " ".join(html.split())


def test_qr_has_no_style_and_a_name() -> None:
    html = rendered('{% component "short_link" url="https://ville.example/s/7K" %}')
    assert 'aria-label="Code QR de l’adresse ci-contre"' in html
    assert "style" not in html
    assert "https://ville.example/s/7K</output>" in html


def test_icons_come_from_the_package_and_hide_from_readers() -> None:
    svg = ui.icon("house")
    assert svg.startswith("<svg")
    assert 'aria-hidden="true"' in svg
    assert "style" not in svg


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ 1234|number }}", "1\u202f234"),
        ("{{ 0.582|percent }}", "58,2\u00a0%"),
        ("{{ none|percent }}", "–"),
        ("{{ on|day }}", "23\u00a0novembre\u00a02026"),
        ("{{ on|weekday }}", "lundi\u00a023\u00a0novembre\u00a02026"),
        ("{{ on|short_day }}", "23\u00a0novembre"),
        ("{{ none|day }}{{ none|number }}", ""),
        ("{{ unsafe|typeset }}", "&lt;b&gt; x\u202f?"),
        ("{{ 'Pourquoi ?'|typeset }}", "Pourquoi\u202f?"),
        ('{% counted 0 "enfant" %}', "0\u00a0enfant"),
        ('{% counted 2 "cheval" "chevaux" %}', "2\u00a0chevaux"),
        ("{{ names|enumeration }}", "Aïcha et Noé"),
        ("{{ 850000|file_size }}", "850\u00a0ko"),
    ],
)
def test_filters(source: str, shown: str) -> None:
    assert (
        rendered(source, on=date(2026, 11, 23), none=None, names=["Aïcha", "Noé"], unsafe="<b> x ?") == shown
    )


def test_an_asset_is_still_found_when_the_manifest_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(path: str) -> str:
        raise ValueError("Missing staticfiles manifest entry")

    monkeypatch.setattr(ui, "static", missing)
    assert ui.asset("ui/reussite.css") == "/static/ui/reussite.css"


def test_the_engine_knows_the_tags_without_loading() -> None:
    assert "core.ui.templatetags.ui" in Engine.get_default().builtins
