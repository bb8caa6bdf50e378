"""A pathway stands still, then goes on; the relay and the news of after the end."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from core.children.access import scope_for
from core.journal.models import Change
from core.pathways.enums import NationalExit, RelayState, WithWhom
from core.pathways.models import AfterExit, Exit, Suspension
from core.pathways.operations import after_exit, following, pausing, sessions
from core.pathways.operations.ending import Relay
from core.pathways.operations.transitions import CannotMove
from core.people.enums import Role
from tests.core.pathways import ends, making
from tests.core.pathways.living import Life, association, session
from tests.core.pathways.making import NOW, TODAY

pytestmark = pytest.mark.usefixtures("in_town_a")
LATER = NOW + timedelta(days=40)


def pause(life: Life, **values: Any) -> Suspension:
    told = {"since_on": TODAY, "reason": "Hospitalisation.", "by": life.referent, "at": NOW, **values}
    return pausing.suspend(pathway=life.pathway, **told)


def resume(life: Life, days: int = 30, at: Any = LATER) -> Suspension:
    return pausing.resume(pathway=life.pathway, on=TODAY + timedelta(days=days), by=life.referent, at=at)


def test_a_pause_has_its_dates_and_its_reason() -> None:
    life = Life()
    pause(life, expected_on=TODAY + timedelta(days=60))
    assert life.pathway.state == "suspended"
    made = resume(life)
    assert (life.pathway.state, made.since_on, made.until_on) == ("active", TODAY, TODAY + timedelta(days=30))
    acts = set(Change.objects.filter(child_id=life.child.pk).values_list("act", flat=True))
    assert {"pathways.pathway_suspend", "pathways.suspension_noted", "pathways.pathway_resume"} <= acts


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"since_on": TODAY + timedelta(days=1)}, "à venir"),
        ({"since_on": TODAY - timedelta(days=1)}, "précède le début"),
        ({"reason": "  "}, "pourquoi"),
        ({"expected_on": TODAY - timedelta(days=1)}, "reprise envisagée"),
    ],
)
def test_what_a_pause_refuses(values: dict[str, Any], said: str) -> None:
    life = Life()
    with pytest.raises(CannotMove, match=said):
        pause(life, **values)
    assert life.pathway.state == "active"
    assert pause(life).reason == "Hospitalisation."


def test_a_pause_follows_another_and_does_not_cover_it() -> None:
    life = Life()
    pause(life)
    with pytest.raises(CannotMove, match="Suspendu"):
        pause(life)
    resume(life)
    with pytest.raises(CannotMove, match="couvre déjà"):
        pause(life, since_on=TODAY + timedelta(days=29), at=LATER)
    assert pause(life, since_on=TODAY + timedelta(days=30), at=LATER).until_on is None


def test_what_a_resumption_refuses() -> None:
    life = Life()
    with pytest.raises(CannotMove, match="n’est pas suspendu"):
        resume(life)
    pause(life, since_on=TODAY)
    with pytest.raises(CannotMove, match="à venir"):
        resume(life, days=41)
    with pytest.raises(CannotMove, match="précède la suspension"):
        resume(life, days=-1)
    assert resume(life, days=0).until_on == TODAY


def test_an_ended_pathway_neither_pauses_nor_goes_on() -> None:
    life = Life()
    ends.close(life)
    with pytest.raises(CannotMove, match="Terminé"):
        pause(life)
    with pytest.raises(CannotMove, match="n’est pas suspendu"):
        resume(life)


def test_access_and_writing_go_on_during_a_pause() -> None:
    life = Life()
    pause(life)
    assert scope_for(life.referent, life.child, NOW) == 2
    told = following.Told(kind="call", with_whom="family", on=TODAY, facts="Elle va mieux.")
    assert following.log_encounter(pathway=life.pathway, told=told, by=life.referent, at=NOW).pk


@pytest.mark.parametrize(("cancel", "states"), [(True, ["cancelled", "planned"]), (False, ["planned"] * 2)])
def test_what_was_planned_in_between_is_cancelled_when_asked(cancel: bool, states: list[str]) -> None:
    life = Life()
    alone = life.action(objective=life.searched())
    for days in (5, 60):
        session(alone, life.referent, on=TODAY + timedelta(days=days))
        following.plan_appointment(
            pathway=life.pathway,
            when=NOW + timedelta(days=days),
            venue="Au CCAS",
            with_whom=WithWhom.FAMILY,
            user=life.referent,
            by=life.referent,
            at=NOW,
        )
    pause(life, expected_on=TODAY + timedelta(days=60), cancel_planned=cancel)
    assert list(alone.sessions.order_by("on").values_list("state", flat=True)) == states
    assert list(life.pathway.appointments.order_by("at").values_list("state", flat=True)) == states
    alone.refresh_from_db()
    assert sessions.plan_session(action=alone, on=TODAY, minutes=30, by=life.referent, at=NOW).pk


def relay(ending: Exit, state: RelayState, *, by: Any, days: int = 0, **values: Any) -> Exit:
    return after_exit.note_relay(
        ending=ending, state=state, on=TODAY + timedelta(days=days), by=by, at=LATER, **values
    )


def test_a_relay_answers_and_after_a_no_another_is_asked() -> None:
    life = Life()
    first, second = association(), association()
    made = ends.close(life, relay=Relay(organisation=first))
    by = life.coordinator
    assert relay(made, RelayState.DECLINED, by=by, days=3).relay_state == "declined"
    with pytest.raises(CannotMove, match="Refusé"):
        relay(made, RelayState.ACCEPTED, by=by)
    with pytest.raises(CannotMove, match="vers qui"):
        relay(made, RelayState.PROPOSED, by=by)
    assert relay(made, RelayState.PROPOSED, by=by, organisation=second).relay_to == str(second)
    done = relay(made, RelayState.ACCEPTED, by=by, days=9)
    assert (done.relay_on, done.relay_by) == (TODAY + timedelta(days=9), by)
    with pytest.raises(CannotMove, match="Accepté"):
        relay(made, RelayState.DECLINED, by=by)


def test_a_relay_is_dated_between_the_end_and_today() -> None:
    life = Life()
    made = ends.close(life)
    with pytest.raises(CannotMove, match="Pas de relais"):
        relay(made, RelayState.ACCEPTED, by=life.coordinator)
    with pytest.raises(CannotMove, match="cet acte"):
        relay(made, RelayState.NONE, by=life.coordinator)
    for days, said in ((41, "à venir"), (-1, "ne précède pas")):
        with pytest.raises(CannotMove, match=said):
            relay(made, RelayState.PROPOSED, by=life.coordinator, days=days, words="Un club")
    assert relay(made, RelayState.PROPOSED, by=life.coordinator, words="Un club").relay_to == "Un club"


def note(look: AfterExit, *, by: Any, **values: Any) -> AfterExit:
    told = {"reached": True, "became": "Il lit chaque soir.", "on": TODAY + timedelta(days=30), **values}
    return after_exit.note_after_exit(look=look, by=by, at=LATER, **told)


def test_news_are_noted_once_in_a_line() -> None:
    life = Life()
    look = ends.close(life).looks.get(months=6)
    for values, said in (
        ({"became": " "}, "en une ligne"),
        ({"on": TODAY + timedelta(days=41)}, "à venir"),
        ({"on": TODAY - timedelta(days=1)}, "ne précèdent pas"),
    ):
        with pytest.raises(CannotMove, match=said):
            note(look, by=life.coordinator, **values)
    assert note(look, by=life.coordinator).became == "Il lit chaque soir."
    with pytest.raises(CannotMove, match="déjà notées"):
        note(look, by=life.coordinator)
    with pytest.raises(CannotMove, match="déjà notées"):
        after_exit.charge_after_exit(look=look, user=None, by=life.coordinator, at=LATER)


def test_nobody_answered_is_an_answer_too() -> None:
    life = Life()
    look = ends.close(life).looks.get(months=12)
    assert note(look, by=life.coordinator, reached=False, became="").reached is False


def test_who_is_charged_sees_the_identity_around_the_date_and_until_it_is_done() -> None:
    life = Life()
    outsider = making.user(Role.REFERENT)
    outsider.organisation_code = "un-partenaire"
    outsider.save()
    look = ends.close(life, news_by=outsider).looks.get(months=6)

    def seen(days: int) -> Any:
        return scope_for(outsider, life.child, NOW + (look.due_on - TODAY) + timedelta(days=days))

    assert [seen(days) for days in (-15, -14, 0, 45, 46)] == [None, 1, 1, 1, None]
    day = look.due_on
    assert look in AfterExit.objects.visible_to(outsider, on=day)
    assert look not in AfterExit.objects.visible_to(making.user(Role.REFERENT), on=day)
    assert look in AfterExit.objects.visible_to(life.coordinator, on=day)
    after_exit.charge_after_exit(look=look, user=None, by=life.coordinator, at=NOW)
    assert seen(0) is None
    after_exit.charge_after_exit(look=look, user=outsider, by=life.coordinator, at=NOW)
    assert seen(0) == 1
    note(look, by=outsider)
    assert seen(0) is None


def test_the_rows_hold_what_the_operations_ask() -> None:
    life = Life()
    made = ends.close(life, national=NationalExit.CARE)
    look = made.looks.get(months=6)
    for broken in ({"done_on": TODAY}, {"reached": True}, {"opens_on": look.closes_on}):
        with pytest.raises(DatabaseError), transaction.atomic():
            AfterExit.objects.filter(pk=look.pk).update(**broken)
    for broken in ({"relay_state": "accepted"}, {"relay_words": "Un club"}, {"national": "autre"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Exit.objects.update(**broken)
