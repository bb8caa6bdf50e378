"""A pathway ends with its reason and an outcome for each objective; what stops with it is written down."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core.children.access import scope_for
from core.journal.models import Change
from core.pathways import exits, rhythm, roll_calls
from core.pathways.enums import (
    AskedBy,
    ContactKind,
    NationalExit,
    Outcome,
    Part,
    Presence,
    RelayState,
    Standing,
    WishedBy,
    WithWhom,
)
from core.pathways.models import (
    Action,
    AfterExit,
    Contract,
    ContractSharing,
    Exit,
    ObjectiveOutcome,
    Participation,
    Pathway,
    ReferentLink,
    Session,
    Suspension,
    WaitingLine,
)
from core.pathways.operations import (
    actions,
    amendments,
    contracts,
    ending,
    following,
    objectives,
    pausing,
    places,
    reviews,
    sessions,
)
from core.pathways.operations.contracts import Objective as Line
from core.pathways.operations.ending import Became, Relay
from core.pathways.operations.transitions import CannotMove
from core.people.enums import Role
from core.ui import typography
from tests.core.partners import making as partners
from tests.core.pathways import ends, making
from tests.core.pathways.living import Life, association, group, guest, join, session
from tests.core.pathways.making import NOW, TODAY

pytestmark = pytest.mark.usefixtures("in_town_a")
TOMORROW = NOW + timedelta(days=1)


def reason(national: str = "goals_met", code: str = "atteints") -> Any:
    return making.term("exit_reason", code, national)


def busy() -> tuple[Life, Action, Action]:
    """A child with one of everything that an end stops; its individual action, and its group."""
    life = Life()
    aim = life.searched()
    alone = life.action(objective=aim)
    actions.start_action(action=alone, on=TODAY - timedelta(days=30), by=life.referent, at=NOW)
    session(alone, life.referent, on=TODAY + timedelta(days=7))
    together = group(life.coordinator, worker=life.referent)
    join(together, life)
    session(together, life.referent, on=TODAY + timedelta(days=7))
    following.plan_appointment(
        pathway=life.pathway,
        when=NOW + timedelta(days=3),
        venue="Au CCAS",
        with_whom=WithWhom.FAMILY,
        user=life.referent,
        by=life.referent,
        at=NOW,
    )
    return life, alone, together


def test_the_reason_and_the_outcome_are_two_things() -> None:
    life = Life()
    made = ends.close(
        life, reason=reason("moved", "parti"), national=NationalExit.MOVED, outcome=Outcome.PARTLY
    )
    pathway = life.pathway
    assert (pathway.state, pathway.ended_on) == ("ended", TODAY)
    assert (made.national, made.reason_label, made.outcomes.get().outcome) == ("moved", "parti", "partly")
    acts = list(Change.objects.filter(child_id=life.child.pk).values_list("act", flat=True))
    assert {"pathways.exit_noted", "pathways.pathway_close"} <= set(acts)


def test_a_reason_outside_the_towns_list_is_said_by_its_national_code() -> None:
    life = Life()
    assert ends.close(life, national=NationalExit.DEATH).reason_label == "Décès"


def test_the_national_code_stays_when_the_town_changes_its_list() -> None:
    word = reason("moved", "parti")
    made = ends.close(Life(), reason=word, national=NationalExit.MOVED)
    word.national = "lost"
    word.save()
    made.refresh_from_db()
    assert made.national == "moved"
    made.words = "Partie à Toulouse."
    made.save()
    assert made.national == "moved"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"on": TODAY + timedelta(days=1)}, "à venir"),
        ({"on": TODAY - timedelta(days=1)}, "précède le début"),
        ({"outcomes": {}}, "chaque objectif"),
        ({"national": NationalExit.FAMILY_STOPPED}, "qui, dans la famille"),
        ({"relay": Relay()}, "vers qui"),
    ],
)
def test_what_is_not_said_is_asked_for(values: dict[str, Any], said: str) -> None:
    life = Life()
    with pytest.raises(CannotMove, match=said):
        ends.close(life, **values)
    assert life.pathway.state == "active"
    assert not Exit.objects.exists()
    assert ends.close(life).pathway.state == "ended"


def test_a_reason_is_of_the_list_of_exits_and_with_its_code() -> None:
    life = Life()
    motive = making.term("motive", "apprentissages", "learning")
    for word, national in ((motive, NationalExit.GOALS_MET), (reason("moved", "parti"), NationalExit.LOST)):
        with pytest.raises(CannotMove, match="motifs de sortie"):
            ends.close(life, reason=word, national=national)
    assert ends.close(life, reason=reason()).reason == reason()


def test_an_objective_of_another_pathway_has_no_outcome_here() -> None:
    life, other = Life(), Life()
    outcomes = {item.objective.pk: Became(Outcome.MET) for item in (life, other)}
    with pytest.raises(CannotMove, match="pas de ce parcours"):
        ends.close(life, outcomes=outcomes)
    assert ends.close(other).outcomes.get().objective == other.objective


def test_an_objective_that_an_amendment_dropped_has_no_outcome() -> None:
    life = Life()
    draft = amendments.propose_amendment(pathway=life.pathway, by=life.coordinator, at=NOW)
    lines = [Line(making.domain(), "Se faire des amis", WishedBy.CHILD)]
    contracts.correct_contract(contract=draft, objectives=lines, by=life.coordinator, at=NOW)
    life.contract = contracts.seal_contract(contract=draft, by=life.coordinator, at=NOW)
    for part in Part:
        life.sign(part)
    made = ends.close(life)
    assert [item.objective.text for item in made.outcomes.all()] == ["Se faire des amis"]


def test_a_pathway_ends_once() -> None:
    life = Life()
    ends.close(life)
    with pytest.raises(CannotMove, match="déjà terminé"):
        ends.close(life)
    with pytest.raises(CannotMove, match="déjà terminé"):
        ends.withdraw(life)


def test_an_end_does_not_come_before_its_last_trace() -> None:
    life = Life()
    later = NOW + timedelta(days=10)
    met = following.Told(kind="call", with_whom="family", on=TODAY + timedelta(days=5), facts="Appel bref.")
    following.log_encounter(pathway=life.pathway, told=met, by=life.referent, at=later)
    with pytest.raises(CannotMove, match="ne peut pas être avant"):
        ends.close(life, on=TODAY + timedelta(days=4), at=later)
    assert ends.close(life, on=TODAY + timedelta(days=5), at=later).on == TODAY + timedelta(days=5)


def test_an_absence_is_no_trace_and_a_presence_is() -> None:
    life = Life()
    together = group(life.coordinator, worker=life.referent)
    objectives.say_nothing_exists(objective=life.objective, because="Rien.", by=life.referent, at=NOW)
    mine = join(together, life)
    later = NOW + timedelta(days=10)
    for day, mark in ((3, Presence.PRESENT), (6, Presence.ABSENT)):
        made = sessions.plan_session(
            action=together, on=TODAY + timedelta(days=day), minutes=60, by=life.referent, at=NOW
        )
        sessions.call_roll(session=made, marks={mine.pk: mark}, seen=0, by=life.referent, at=later)
    with pytest.raises(CannotMove, match="ne peut pas être avant"):
        ends.close(life, on=TODAY + timedelta(days=2), at=later)
    assert ends.close(life, on=TODAY + timedelta(days=3), at=later).on == TODAY + timedelta(days=3)


def test_everything_that_was_planned_stops_the_same_day() -> None:
    life, alone, together = busy()
    draft = amendments.propose_amendment(pathway=life.pathway, by=life.coordinator, at=NOW)
    made = ends.close(life, national=NationalExit.MOVED)
    alone.refresh_from_db()
    together.refresh_from_db()
    assert (alone.state, alone.ended_on, alone.stopped_because) == (
        "stopped",
        TODAY,
        "Le parcours a pris fin.",
    )
    assert together.state == "planned"
    assert Session.objects.get(action=alone).state == "cancelled"
    assert Session.objects.get(action=together).state == "planned"
    assert set(Participation.objects.values_list("until_on", flat=True)) == {TODAY}
    assert life.pathway.appointments.get().state == "cancelled"
    draft.refresh_from_db()
    assert draft.state == "void"
    assert ReferentLink.objects.get().until_on == TODAY
    assert made.stopped.count() == 7  # action, session, two participations, appointment, amendment, link


def test_what_came_to_its_own_end_is_done_and_not_stopped() -> None:
    for values in ({"national": NationalExit.GOALS_MET}, {"national": NationalExit.END_OF_TERM}):
        life = Life()
        alone = life.action(objective=life.searched())
        actions.start_action(action=alone, on=TODAY, by=life.referent, at=NOW)
        ends.close(life, **values)
        alone.refresh_from_db()
        assert (alone.state, alone.stopped_because) == ("done", "")


def test_a_group_goes_on_for_the_others_and_for_who_was_allowed_by_the_parents() -> None:
    life = Life()
    together = group(life.coordinator, worker=life.referent, places=2)
    life.searched()
    join(together, life)
    other = guest(together, life.coordinator)
    waiting = WaitingLine.objects.create(
        action=together, child=life.child, objective=life.objective, asked_at=NOW, asked_by=life.referent
    )
    ends.close(life)
    assert list(together.participations.current()) == [other]
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"
    assert (
        actions.join_without_pathway(
            action=together,
            child=life.child,
            authorised_by="La mère",
            authorised_on=TODAY,
            on=TODAY,
            by=life.coordinator,
            at=NOW,
        ).until_on
        is None
    )


def test_what_was_to_begin_later_was_never_taken_part_in() -> None:
    life = Life()
    together = group(life.coordinator, worker=life.referent)
    life.searched()
    begins = TODAY + timedelta(days=20)
    mine = join(together, life, on=begins)
    later = session(together, life.referent, on=begins)
    ends.close(life)
    assert mine not in Participation.objects.on_the_day_of(later)


def test_the_sharing_and_the_referents_access_end() -> None:
    partner = association()
    worker = partners.worker(partner)
    life = Life(shared=[partner])
    assert ContractSharing.objects.visible_to(worker, at=NOW).count() == 1
    assert scope_for(life.referent, life.child, NOW) == 2
    ends.close(life)
    assert ContractSharing.objects.visible_to(worker, at=NOW).count() == 0
    assert scope_for(life.referent, life.child, NOW) == 2  # until the evening: the last page is printed
    assert scope_for(life.referent, life.child, TOMORROW) == 1  # the identity, as of any colleague
    assert scope_for(life.coordinator, life.child, TOMORROW) == 2


def test_a_past_end_leaves_the_day_on_which_it_is_noted() -> None:
    life = Life()
    later = NOW + timedelta(days=20)
    ends.close(life, national=NationalExit.LOST, on=TODAY + timedelta(days=5), at=later)
    assert ReferentLink.objects.get().until_on == TODAY + timedelta(days=20)


def test_an_end_ends_a_suspension() -> None:
    life = Life()
    pausing.suspend(pathway=life.pathway, since_on=TODAY, reason="Hospitalisation.", by=life.referent, at=NOW)
    ends.close(life)
    assert Suspension.objects.get().until_on == TODAY
    assert life.pathway.state == "ended"


def test_news_are_taken_six_and_twelve_months_later() -> None:
    life = Life()
    ends.close(life, on=TODAY, news_by=life.referent)
    assert list(AfterExit.objects.order_by("months").values_list("months", "due_on", "user")) == [
        (6, date(2027, 5, 24), life.referent.pk),
        (12, date(2027, 11, 24), life.referent.pk),
    ]
    assert rhythm.months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("values", "looks"),
    [
        ({"national": NationalExit.DEATH}, 0),
        ({"national": NationalExit.MISTAKE}, 0),
        ({"news": False}, 0),
        ({"national": NationalExit.CHILD_PROTECTION}, 2),
        ({}, 2),
    ],
)
def test_nobody_asks_after_a_death_or_a_mistake(values: dict[str, Any], looks: int) -> None:
    assert ends.close(Life(), **values).looks.count() == looks


def test_a_relay_is_to_an_organisation_or_to_somebody() -> None:
    partner = association()
    life, other = Life(), Life()
    made = ends.close(life, relay=Relay(organisation=partner, state=RelayState.ACCEPTED))
    assert (made.relay_to, made.relay_state, made.relay_on) == (str(partner), "accepted", TODAY)
    assert ends.close(other, relay=Relay(words="Une voisine")).relay_to == "Une voisine"


def test_a_family_stops_in_a_line_and_outcomes_come_from_where_things_stood() -> None:
    life = Life()
    objectives.say_standing(
        objective=life.objective, standing=Standing.PARTLY, note="", on=TODAY, by=life.referent, at=NOW
    )
    made = ends.withdraw(life, asked_by=AskedBy.CHILD, words="Plus le temps.")
    assert (made.national, made.asked_by, made.said_by) == ("family_stopped", "child", "La mère")
    assert (made.said_how, made.outcomes.get().outcome) == (ContactKind.CALL, "partly")
    assert not made.looks.exists()
    assert Change.objects.filter(act="pathways.pathway_withdraw").exists()


@pytest.mark.parametrize(
    ("standing", "outcome"),
    [("to_start", "not_started"), ("under_way", "unknown"), ("met", "met"), ("left", "unknown")],
)
def test_what_nobody_said_is_to_be_said(standing: str, outcome: str) -> None:
    life = Life()
    life.pathway.objectives.update(standing=standing)
    assert ends.withdraw(life).outcomes.get().outcome == outcome


def test_a_withdrawal_says_who_and_how() -> None:
    life = Life()
    for missing in ({"said_by": " "}, {"said_how": ""}):
        with pytest.raises(CannotMove, match="qui, dans la famille"):
            ends.withdraw(life, **missing)
    word = reason("family_stopped", "arret")
    assert ends.withdraw(life, news=True).reason == word
    assert AfterExit.objects.count() == 1


def test_a_family_stops_while_suspended_too() -> None:
    life = Life()
    pausing.suspend(pathway=life.pathway, since_on=TODAY, reason="Séjour.", by=life.referent, at=NOW)
    assert ends.withdraw(life).pathway.state == "ended"


def test_what_became_of_it_is_said_better_afterwards() -> None:
    life = Life()
    made = ends.withdraw(life)
    ending.correct_exit(
        ending=made,
        outcomes={life.objective.pk: Became(Outcome.PARTLY, "Lit seule une page.")},
        words="La famille a trouvé un club.",
        by=life.coordinator,
        at=NOW,
    )
    made.refresh_from_db()
    assert (made.outcomes.get().words, made.words) == ("Lit seule une page.", "La famille a trouvé un club.")
    ending.correct_exit(ending=made, reason=None, national=NationalExit.MOVED, by=life.coordinator, at=NOW)
    assert Change.objects.filter(act="pathways.exit_corrected").latest("pk").old == {
        "national": "family_stopped"
    }
    with pytest.raises(CannotMove, match="pas de ce parcours"):
        other = {Life().objective.pk: Became(Outcome.MET)}
        ending.correct_exit(ending=made, outcomes=other, by=life.coordinator, at=NOW)


def test_a_mistake_is_taken_back_and_everything_goes_on() -> None:
    life, alone, together = busy()
    made = ends.close(life)
    undone = ending.undo_exit(ending=made, by=life.coordinator, at=TOMORROW)
    assert (life.pathway.state, life.pathway.ended_on) == ("active", None)
    due_on = typography.day(life.pathway.reviews.get(state="planned").due_on)
    assert exits.undone_words(undone).replace(typography.NO_BREAK, " ") == (
        f"La sortie est annulée : le parcours continue. Repris comme avant : « {alone.title} », 1 séance, "
        f"1 rendez-vous, la place dans « {together.title} », l’accompagnement par {life.referent.full_name} "
        f"et le bilan du {due_on}."
    ).replace(typography.NO_BREAK, " ")
    alone.refresh_from_db()
    assert (alone.state, alone.ended_on) == ("running", None)
    assert set(Session.objects.values_list("state", flat=True)) == {"planned"}
    assert set(Participation.objects.values_list("until_on", flat=True)) == {None}
    assert life.pathway.appointments.get().state == "planned"
    assert ReferentLink.objects.get().until_on is None
    assert [model.objects.count() for model in (Exit, ObjectiveOutcome, AfterExit)] == [0, 0, 0]
    kept = Change.objects.get(act="pathways.pathway_reopen").old
    assert kept == {"on": TODAY.isoformat(), "national": "goals_met"}
    assert ends.close(life).on == TODAY


def test_what_took_place_before_the_end_is_still_noted_and_nothing_after_it() -> None:
    life = Life()
    alone = life.action(objective=life.searched())
    before, after = (session(alone, life.referent, on=TODAY + timedelta(days=days)) for days in (3, 6))
    later = NOW + timedelta(days=8)
    made = ends.close(life, on=TODAY + timedelta(days=4), at=later)
    assert [item.session for item in made.stopped.exclude(session=None)] == [after]
    mine = alone.participations.get()
    marks = {mine.pk: Presence.PRESENT}
    with pytest.raises(CannotMove, match=r"a pris fin le.*une séance d’après ne se note pas"):
        sessions.call_roll(session=after, marks=marks, seen=0, by=life.coordinator, at=later)
    held = sessions.call_roll(session=before, marks=marks, seen=0, by=life.coordinator, at=later)
    assert (held.state, held.attendances.get().presence) == ("held", "present")


def test_a_roll_that_nobody_called_is_the_coordinations_after_the_end() -> None:
    life = Life()
    session(life.action(objective=life.searched()), life.referent, on=TODAY)
    ends.close(life)
    on = TODAY + timedelta(days=2)
    assert roll_calls.due_for(life.coordinator, on).count == 1
    assert roll_calls.due_for(life.referent, on).count == 0


def test_the_review_to_come_is_set_aside_and_given_back_with_its_draft() -> None:
    life = Life()
    review = life.pathway.reviews.get()
    reviews.save_draft(review=review, version=0, draft={"conclusion": "Lit."}, by=life.referent, at=NOW)
    made = ends.close(life)
    review.refresh_from_db()
    assert (review.state, review.cancelled_because) == ("cancelled", "Le parcours a pris fin.")
    ending.undo_exit(ending=made, by=life.coordinator, at=TOMORROW)
    again = life.pathway.reviews.get(state="planned")
    assert (again.due_on, again.draft, again.version) == (review.due_on, {"conclusion": "Lit."}, 1)
    assert again.saved_by == life.referent


@pytest.mark.parametrize(("expected", "left"), [(30, 1), (200, 0), (None, 0)])
def test_a_review_due_during_a_pause_waits_for_its_end(expected: int | None, left: int) -> None:
    life = Life()
    was = life.pathway.reviews.get().due_on
    pausing.suspend(
        pathway=life.pathway, since_on=TODAY, reason="Séjour.", by=life.referent, at=NOW, cancel_planned=True,
        expected_on=TODAY + timedelta(days=expected) if expected else None,
    )  # fmt: skip
    assert life.pathway.reviews.filter(state="planned").count() == left
    assert reviews.plan_missing(at=NOW) == 0
    back = NOW + timedelta(days=150)
    pausing.resume(pathway=life.pathway, on=back.date(), by=life.referent, at=back)
    due_on = life.pathway.reviews.get(state="planned").due_on
    assert due_on == (was if left else back.date() + timedelta(days=15))


def test_a_suspended_pathway_is_suspended_again() -> None:
    life = Life()
    pausing.suspend(pathway=life.pathway, since_on=TODAY, reason="Séjour.", by=life.referent, at=NOW)
    undone = ending.undo_exit(ending=ends.close(life), by=life.coordinator, at=NOW)
    assert "le parcours reste suspendu" in exits.undone_words(undone)
    assert (life.pathway.state, Suspension.objects.get().until_on) == ("suspended", None)


def test_a_place_that_went_to_another_is_lost_and_said_by_its_name() -> None:
    life = Life()
    together = group(life.coordinator, worker=life.referent, places=1)
    life.searched()
    join(together, life)
    full = group(life.coordinator, worker=life.referent, places=1, title="Échecs")
    guest(full, life.coordinator)
    places.wait(action=full, child=life.child, objective=life.objective, by=life.referent, at=NOW)
    amendments.propose_amendment(pathway=life.pathway, by=life.coordinator, at=NOW)
    made = ends.close(life)
    guest(together, life.coordinator)
    undone = ending.undo_exit(ending=made, by=life.coordinator, at=NOW)
    assert (undone.back.places, undone.back.places_lost) == ([], [together.title])
    said = exits.undone_words(undone).partition("À refaire : ")[2]
    assert f"la place dans « {together.title} », prise depuis" in said
    assert "l’attente d’une place dans « Échecs »" in said
    assert "l’avenant qui était en cours" in said
    assert "relais" not in said
    assert life.pathway.state == "active"


def test_after_a_week_or_a_new_pathway_it_stays() -> None:
    life = Life()
    made = ends.close(life)
    with pytest.raises(CannotMove, match="7 jours"):
        ending.undo_exit(ending=made, by=life.coordinator, at=NOW + timedelta(days=8))
    assert (
        ending.undo_exit(ending=made, by=life.coordinator, at=NOW + timedelta(days=7)).pathway.state
        == "active"
    )
    with pytest.raises(CannotMove, match="déjà été annulée"):
        ending.undo_exit(ending=made, by=life.coordinator, at=NOW)


class TestTriggers:
    """What no path may break, whichever code comes by."""

    def refused(self, rule: str) -> Any:
        return pytest.raises(DatabaseError, match=rule)

    def test_no_end_without_its_exit(self) -> None:
        life = Life()
        with self.refused("motif de sortie"), transaction.atomic():
            Pathway.objects.update(state="ended", ended_on=TODAY)
        ends.close(life)

    def test_no_exit_without_an_end(self) -> None:
        life = Life()
        with self.refused("exit_is_the_end_of_its_pathway"), transaction.atomic():
            self._exit(life)
            connection.check_constraints()
        ends.close(life)
        connection.check_constraints()

    def _exit(self, life: Life, **values: Any) -> Exit:
        told = {
            "on": TODAY,
            "national": "goals_met",
            "asked_by": "team",
            "by": life.coordinator,
            "noted_at": NOW,
        }
        return Exit.objects.create(pathway=life.pathway, **{**told, **values})

    def test_an_exit_of_another_day_is_none(self) -> None:
        life = Life()
        with self.refused("à sa date"), transaction.atomic():
            self._exit(life, on=TODAY + timedelta(days=1))
            Pathway.objects.update(state="ended", ended_on=TODAY)
        with self.refused("précède son début"), transaction.atomic():
            self._exit(life, on=TODAY - timedelta(days=1))

    def test_each_objective_has_its_outcome(self) -> None:
        life, other = Life(), Life()
        with self.refused("ce qu’il en est"), transaction.atomic():
            self._exit(life)
            Pathway.objects.filter(pk=life.pathway.pk).update(state="ended", ended_on=TODAY)
        with self.refused("en vigueur de ce parcours"), transaction.atomic():
            ObjectiveOutcome.objects.create(exit=self._exit(life), objective=other.objective, outcome="met")

    def test_what_ended_stays(self) -> None:
        life = Life()
        met = following.Told(kind="call", with_whom="family", on=TODAY, facts="Appel bref.")
        encounter = following.log_encounter(pathway=life.pathway, told=met, by=life.referent, at=NOW)
        made = ends.close(life)
        outcome = made.outcomes.get()
        for write in (
            lambda: encounter.save(),
            lambda: life.objective.save(),
            lambda: outcome.delete(),
            lambda: made.delete(),
            lambda: Exit.objects.update(on=TODAY + timedelta(days=1)),
            lambda: self._exit(life),
            lambda: Suspension.objects.create(
                pathway=life.pathway, since_on=TODAY, reason="x", by=life.referent, noted_at=NOW
            ),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                write()
        outcome.outcome = "partly"
        outcome.save()

    def test_suspended_while_a_suspension_is_open(self) -> None:
        life = Life()
        with self.refused("suspension est ouverte"), transaction.atomic():
            Pathway.objects.update(state="suspended")
        pausing.suspend(pathway=life.pathway, since_on=TODAY, reason="x", by=life.referent, at=NOW)
        with self.refused("suspension est ouverte"), transaction.atomic():
            Pathway.objects.update(state="active")

    def test_one_thing_is_stopped_a_line(self) -> None:
        life = Life()
        made = ends.close(life)
        with self.refused("stopped_is_one_thing"), transaction.atomic():
            made.stopped.create()


def test_the_contract_of_an_ended_pathway_is_shared_no_more_and_stays_to_be_read() -> None:
    life = Life()
    ends.close(life)
    assert not Contract.objects.in_force().exists()
    assert life.contract in Contract.objects.visible_to(life.coordinator)
    assert not Contract.objects.visible_to(making.user(Role.PARTNER_WORKER)).exists()
