"""The catalogue: every figure defined, none by person, and what was published by our own formulas."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import ForeignKey

from core.pathways.enums import NationalDomain, NationalExit, NationalMotive, NationalSource
from core.reporting import indicators, published
from core.reporting.indicators import DIMENSIONS, INDICATORS, MEANS, SHARES, THEMES
from core.reporting.indicators.moment import moment_of
from core.reporting.indicators.rows import ROWS

EVERYTHING = [*INDICATORS.values(), *SHARES.values(), *MEANS.values()]


@pytest.mark.parametrize("one", EVERYTHING, ids=lambda one: one.code)
def test_each_is_defined_in_french_and_shown_somewhere(one) -> None:
    assert one.name[0].isupper()
    assert one.definition.endswith(".")
    assert one.theme in THEMES
    assert one.version >= 1


@pytest.mark.parametrize("one", INDICATORS.values(), ids=lambda one: one.code)
def test_each_indicator_says_from_which_fields(one) -> None:
    assert one.population
    for path in one.fields:
        app, model, field = path.split(".")
        assert apps.get_model(app, model)._meta.get_field(field)
    for table in one.tables:
        assert table == tuple(sorted(set(table), key=table.index))
        assert set(table) <= set(DIMENSIONS)
    assert one.rows == "families" or one.rows in ROWS


def test_codes_are_used_once() -> None:
    assert len({one.code for one in EVERYTHING}) == len(EVERYTHING)


def test_shares_count_what_exists() -> None:
    for share in SHARES.values():
        for counted in (share.numerator, share.denominator):
            indicator = INDICATORS[counted.indicator]
            assert not counted.dimension or (counted.dimension,) in indicator.tables
            if counted.dimension:
                assert set(counted.values) <= set(DIMENSIONS[counted.dimension].codes)


@pytest.mark.parametrize(
    ("dimension", "choices", "left"),
    [
        ("source", NationalSource, set()),
        ("motive", NationalMotive, set()),
        ("reason", NationalExit, {"mistake"}),
        ("domain", NationalDomain, set()),
    ],
)
def test_each_national_code_has_its_place(dimension, choices, left) -> None:
    assert set(DIMENSIONS[dimension].codes) - {"unknown"} == set(choices.values) - left


@pytest.mark.django_db
@pytest.mark.usefixtures("in_town_a")
def test_no_figure_by_referent_worker_or_user() -> None:
    """Not even on the way: no statement of the engine reads who did something."""
    moment = moment_of(indicators.school_year(2026), date(2026, 11, 24))
    users = {
        field.column
        for model in apps.get_models()
        if model._meta.app_label in {"children", "pathways", "meetings", "partners"}
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model is get_user_model()
    }
    assert {"worker_id", "user_id", "referent_id", "noted_by_id", "referrer_id"} <= users
    for rows in ROWS.values():
        said = str(rows.grouped(moment).query)
        assert "people_user" not in said
        assert not [column for column in users if f'"{column}"' in said], rows.code
    assert not {"referent", "worker", "user"} & {code.split("_")[0] for code in DIMENSIONS}


# --- what was published, by the functions that the screens use ---------------------------------
def test_2013_cost_of_a_child() -> None:
    assert published.cost_each(109_000_000, 128_000) == 850


def test_2011_posts_and_full_time_equivalents_of_a_programme() -> None:
    assert published.mean(5_417, 491) == 11
    assert published.mean(1_768, 491, 1) == Decimal("3.6")
    assert published.mean(122_148, 491) == 249


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (49_470, "58,2\u00a0%"),
        (35_530, "41,8\u00a0%"),
        (12_410, "14,6\u00a0%"),
        (44_540, "52,4\u00a0%"),
        (26_775, "31,5\u00a0%"),
        (1_275, "1,5\u00a0%"),
    ],
)
def test_2021_shares_of_85_000_children(share: int, said: str) -> None:
    assert published.said_percentage(share, 85_000) == said


def test_2021_children_of_a_programme_and_state_credits_a_child() -> None:
    assert published.mean(85_000, 530) == 160
    assert published.cost_each(66_000_000, 85_000) == 780


def test_2015_what_is_in_kind_stands_apart() -> None:
    direct, in_kind = Decimal("100.7"), Decimal("13.5")
    assert published.rounded(direct + in_kind, 1) == Decimal("114.2")
    assert published.said_percentage(135, 1_142) == "11,8\u00a0%"


def test_halves_go_up_and_nothing_is_a_dash() -> None:
    assert published.percentage(1, 8) == Decimal("12.5")
    assert published.percentage(1, 16) == Decimal("6.3")
    assert published.said_percentage(0, 0) == "–"
    assert published.cost_each(10, 0) is None
    assert published.to_nearest(855, 10) == 860
