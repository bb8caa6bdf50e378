"""Frozen figures: the same for ever, whatever happens to the files behind them."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from core.children.models import Child
from core.journal.models import Change
from core.reporting import frozen, indicators
from core.reporting.enums import Purpose
from core.reporting.models import Snapshot
from core.reporting.operations.freezing import CannotFreezeError, freeze
from tests.core.pathways.living import Life
from tests.core.pathways.making import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_town_a")]
YEAR = indicators.school_year(2026)


def frozen_now(life: Life) -> Snapshot:
    return freeze(period=YEAR, purpose=Purpose.REPORT, by=life.coordinator, at=NOW)


def test_frozen_figures_are_the_live_ones_of_that_day() -> None:
    snapshot = frozen_now(Life())
    assert frozen.figures_of(snapshot) == indicators.compute(YEAR, at=TODAY)
    assert (snapshot.state_on, snapshot.catalogue) == (TODAY, indicators.CATALOGUE)
    assert Change.objects.filter(act="reporting.figures_frozen", target_id=snapshot.pk).exists()


def test_they_do_not_move_with_what_comes_later() -> None:
    life = Life()
    snapshot = frozen_now(life)
    Life(coordinator=life.coordinator)
    assert indicators.compute(YEAR, at=TODAY).count("children") == 2
    assert frozen.figures_of(Snapshot.objects.get(pk=snapshot.pk)).count("children") == 1


def test_no_child_is_in_them() -> None:
    life = Life()
    text = frozen_now(life).text
    assert life.child.last_name not in text
    assert not {field.related_model for field in Snapshot._meta.get_fields()} & {Child}


def test_the_database_refuses_to_change_or_remove_them() -> None:
    snapshot = frozen_now(Life())
    for attempt in (lambda rows: rows.update(text="{}"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt(Snapshot.objects.filter(pk=snapshot.pk))


def test_an_altered_text_is_not_shown() -> None:
    snapshot = frozen_now(Life())
    snapshot.text = snapshot.text.replace('"children"', '"families"')
    with pytest.raises(frozen.AlteredError):
        frozen.figures_of(snapshot)


def test_a_period_that_has_not_begun_is_not_frozen() -> None:
    life = Life()
    with pytest.raises(CannotFreezeError, match="n’a pas commencé"):
        freeze(period=indicators.school_year(2027), purpose=Purpose.REPORT, by=life.coordinator, at=NOW)
    past = freeze(period=indicators.school_year(2025), purpose=Purpose.REPORT, by=life.coordinator, at=NOW)
    assert past.state_on == date(2026, 8, 31)
