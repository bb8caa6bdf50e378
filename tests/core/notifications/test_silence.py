"""A family's silence against a plain oracle: the last day on which something came from it."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.pathways import silence
from core.pathways.enums import EncounterKind, WithWhom
from core.pathways.models import Appointment, Encounter, Pathway
from core.pathways.models.exit import Suspension
from core.pathways.workflow import AppointmentState
from tests.core.pathways.living import Life
from tests.core.pathways.making import NOW, TODAY

pytestmark = pytest.mark.usefixtures("in_town_a")
FAMILY = {WithWhom.FAMILY, WithWhom.BOTH}
days = st.integers(0, 200)
met = st.tuples(st.just("met"), days, st.sampled_from(list(WithWhom)), st.booleans())
agreed = st.tuples(
    st.just("agreed"), days, st.sampled_from(list(WithWhom)), st.sampled_from(list(AppointmentState))
)


def happen(life: Life, events: list[tuple[Any, ...]]) -> date:
    """Write them down; answers with the last day on which the family was heard."""
    heard = TODAY
    for kind, day, whom, told in events:
        at = NOW + timedelta(days=day)
        if kind == "met":
            Encounter.objects.create(
                pathway=life.pathway, kind=EncounterKind.CALL, with_whom=whom, on=at.date(), reached=told,
                facts="Appel.", by=life.referent, noted_at=NOW,
            )  # fmt: skip
            counts = told
        else:
            Appointment.objects.create(
                pathway=life.pathway, at=at, venue="Ici", with_whom=whom, user=life.referent, state=told
            )
            counts = told == AppointmentState.KEPT
        if counts and whom in FAMILY:
            heard = max(heard, at.date())
    return heard


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(met | agreed, max_size=6), st.integers(1, 60))
def test_silence_is_counted_from_the_last_word_of_the_family(
    monkeypatch: pytest.MonkeyPatch, life: Life, events: list[tuple[Any, ...]], weeks: int
) -> None:
    Encounter.objects.all().delete()
    Appointment.objects.all().delete()
    monkeypatch.setattr(silence, "silent_weeks", lambda: weeks)
    heard = happen(life, events)
    on = TODAY + timedelta(days=210)
    found = silence.silent(on)
    if heard < on - timedelta(weeks=weeks):
        assert [(row.pk, row.heard_on) for row in found] == [(life.pathway.pk, heard)]  # type: ignore[attr-defined]
    else:
        assert not found


@pytest.fixture
def life(in_town_a: Any) -> Life:
    return Life()


def test_a_suspended_pathway_waits_on_purpose(life: Life) -> None:
    later = TODAY + timedelta(days=100)
    assert list(silence.silent(later)) == [life.pathway]
    Suspension.objects.create(
        pathway=life.pathway, since_on=TODAY, reason="Hospitalisation.", by=life.coordinator, noted_at=NOW
    )
    Pathway.objects.filter(pk=life.pathway.pk).update(state="suspended")
    assert not silence.silent(later)


def test_the_town_says_after_how_many_weeks(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    later = TODAY + timedelta(weeks=9)
    assert list(silence.silent(later)) == [life.pathway]
    monkeypatch.setattr(silence, "silent_weeks", lambda: 10)
    assert not silence.silent(later)
