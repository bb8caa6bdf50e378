"""Objectives follow what all four signed; existing solutions come first, and the search is kept."""

import pytest
from django.db import DatabaseError, transaction

from core.journal.models import Change
from core.pathways.enums import Part, Standing, WishedBy
from core.pathways.models import Action, Objective, Participation, Solution
from core.pathways.operations import actions, amendments, contracts, objectives, practices
from core.pathways.operations.contracts import Objective as Line
from core.pathways.operations.transitions import CannotMove
from core.people.enums import Role
from tests.core.partners import making as partners
from tests.core.pathways import making
from tests.core.pathways.living import Life, association, group, join
from tests.core.pathways.making import NOW, TODAY

pytestmark = pytest.mark.usefixtures("in_town_a")


def amended(life: Life, *texts: str) -> None:
    draft = amendments.propose_amendment(pathway=life.pathway, by=life.coordinator, at=NOW)
    lines = [Line(making.domain(), text, WishedBy.CHILD) for text in texts]
    contracts.correct_contract(contract=draft, objectives=lines, by=life.coordinator, at=NOW)
    life.contract = contracts.seal_contract(contract=draft, by=life.coordinator, at=NOW)
    for part in Part:
        life.sign(part)


def considered(life: Life) -> Solution:
    return objectives.consider(objective=life.objective, offer=partners.offer(), by=life.coordinator, at=NOW)


def set_aside(solution: Solution, life: Life, why: str = "Complet.") -> Solution:
    return objectives.settle_solution(
        solution=solution, kept=False, why=why, on=TODAY, by=life.coordinator, at=NOW
    )


def test_objectives_are_there_from_the_fourth_signature_on() -> None:
    entry = making.Entry()
    for part in list(Part)[:3]:
        entry.sign(part)
    assert not Objective.objects.exists()
    entry.sign(list(Part)[3])
    objective = Objective.objects.get()
    assert (objective.text, objective.since_on, objective.dropped_on) == ("Lire avec plaisir", TODAY, None)
    assert Change.objects.of(objective).get().act == "pathways.objective_added"


def test_an_amendment_keeps_the_row_whose_words_it_carries_over() -> None:
    life = Life()
    first = life.objective
    amended(life, "Lire avec plaisir", "Se faire des amis")
    kept, added = life.pathway.objectives.order_by("pk")
    assert (kept, kept.line.contract) == (first, life.contract)
    assert (added.text, added.dropped_on) == ("Se faire des amis", None)
    amended(life, "Se faire des amis")
    first.refresh_from_db()
    assert first.dropped_on == TODAY
    assert list(life.pathway.objectives.in_force()) == [added]
    amended(life, "Se faire des amis", "Lire avec plaisir")
    first.refresh_from_db()
    assert first.dropped_on is None
    assert life.pathway.objectives.count() == 2


def test_the_database_takes_no_objective_that_nobody_signed() -> None:
    life = Life()
    unsigned = amendments.propose_amendment(pathway=life.pathway, by=life.coordinator, at=NOW)
    values = {
        "pathway": life.pathway,
        "domain": making.domain(),
        "wished_by": "child",
        "since_on": TODAY,
    }
    line = unsigned.objectives.get()
    for text, of in (("Autre chose", life.objective.line), (line.text, line)):
        Objective.objects.filter(text="x").delete()
        with pytest.raises(DatabaseError, match="ligne d’un contrat signé"), transaction.atomic():
            Objective.objects.create(text=text, line=of, **values)
    with pytest.raises(DatabaseError, match="garde ses mots"), transaction.atomic():
        Objective.objects.filter(pk=life.objective.pk).update(text="Autre chose")
    Objective.objects.filter(pk=life.objective.pk).update(standing=Standing.MET)


def test_made_to_measure_waits_for_the_search() -> None:
    life = Life()
    with pytest.raises(CannotMove, match="Avant une action sur mesure"):
        life.action(objective=life.objective)
    solution = considered(life)
    with pytest.raises(CannotMove, match="Avant une action sur mesure"):
        life.action(objective=life.objective)
    set_aside(solution, life)
    assert life.action(objective=life.objective).participations.get().child == life.child


def test_a_reason_why_nothing_exists_is_a_search() -> None:
    life = Life()
    with pytest.raises(CannotMove, match="pourquoi rien n’existe"):
        objectives.say_nothing_exists(objective=life.objective, because=" ", by=life.coordinator, at=NOW)
    assert life.action(objective=life.searched()).origin == "made"


def test_an_existing_scheme_needs_no_search() -> None:
    life = Life()
    offer = partners.offer()
    action = life.action(objective=life.objective, offer=offer, wording="", worker=None)
    assert (action.origin, action.organisation) == ("existing", offer.organisation)


def test_the_database_holds_the_search_too() -> None:
    life = Life()
    action = group(life.coordinator, worker=life.referent)
    values = {"action": action, "child": life.child, "objective": life.objective, "since_on": TODAY}
    with pytest.raises(DatabaseError, match="Avant une action sur mesure"), transaction.atomic():
        Participation.objects.create(**values)
    life.searched()
    assert Participation.objects.create(**values).pk


def test_the_database_takes_no_other_childs_objective_and_one_child_a_one_to_one() -> None:
    life, other = Life(), Life()
    action = life.action(objective=life.searched())
    other.searched()
    with pytest.raises(DatabaseError, match="un autre enfant"), transaction.atomic():
        Participation.objects.create(
            action=action, child=life.child, objective=other.objective, since_on=TODAY
        )
    with pytest.raises(DatabaseError, match="un seul enfant"), transaction.atomic():
        Participation.objects.create(
            action=action, child=other.child, objective=other.objective, since_on=TODAY
        )
    with pytest.raises(CannotMove, match="un seul enfant"):
        join(action, other)


def test_a_solution_is_settled_with_its_reason_and_can_be_looked_at_again() -> None:
    life = Life()
    solution = considered(life)
    assert (
        objectives.consider(objective=life.objective, offer=solution.offer, by=life.coordinator, at=NOW)
        == solution
    )
    objectives.contact_solution(solution=solution, on=TODAY, by=life.coordinator, at=NOW)
    with pytest.raises(CannotMove, match="pourquoi"):
        set_aside(solution, life, why="  ")
    assert set_aside(solution, life).state == "not_kept"
    with pytest.raises(CannotMove, match="Non retenue"):
        set_aside(solution, life)
    objectives.look_again(solution=solution, by=life.coordinator, at=NOW)
    kept = objectives.settle_solution(
        solution=solution, kept=True, why="Une place.", on=TODAY, by=life.coordinator, at=NOW
    )
    assert (kept.state, kept.contacted_on, kept.settled_on) == ("kept", TODAY, TODAY)
    assert Change.objects.of(solution).count() == 5


def test_a_solution_is_an_offer_or_a_line_of_words() -> None:
    life = Life()
    for offer, told in ((None, " "), (partners.offer(), "Le voisin")):
        with pytest.raises(CannotMove, match="Choisissez une offre"):
            objectives.consider(objective=life.objective, offer=offer, told=told, by=life.coordinator, at=NOW)
    assert (
        str(objectives.consider(objective=life.objective, told="La voisine", by=life.coordinator, at=NOW))
        == "La voisine"
    )


def test_nothing_is_added_to_an_objective_that_an_amendment_dropped() -> None:
    life = Life()
    dropped = life.objective
    amended(life, "Se faire des amis")
    with pytest.raises(CannotMove, match="plus dans le contrat"):
        objectives.consider(objective=dropped, told="La voisine", by=life.coordinator, at=NOW)


def test_a_practice_names_nobody() -> None:
    life = Life()
    action = life.action(objective=life.searched())
    for wording in (
        f"Lire avec {life.child.first_name.upper()}.",
        f"Voir M. {life.guardian.last_name} avant.",
    ):
        with pytest.raises(CannotMove, match="ne nomme personne"):
            practices.keep_practice(
                action=action, title="Lire à deux", wording=wording, by=life.referent, at=NOW
            )
    practice = practices.keep_practice(
        action=action, title="Lire à deux", wording="Une page chacun.", by=life.referent, at=NOW
    )
    assert Change.objects.of(practice).get().child_id is None
    again = group(life.coordinator, worker=life.referent, practice=practice)
    assert again.practice == practice


def test_an_action_ends_with_its_participations() -> None:
    life = Life()
    action = life.action(objective=life.searched())
    with pytest.raises(CannotMove, match="Prévue"):
        actions.finish_action(action=action, on=TODAY, by=life.referent, at=NOW)
    actions.start_action(action=action, on=TODAY, by=life.referent, at=NOW)
    done = actions.finish_action(action=action, on=TODAY, by=life.referent, at=NOW)
    assert (done.state, done.ended_on, done.participations.get().until_on) == ("done", TODAY, TODAY)
    with pytest.raises(CannotMove, match="Terminée"):
        join(action, life)


def test_an_action_stops_with_a_reason() -> None:
    life = Life()
    action = life.action(objective=life.searched())
    with pytest.raises(CannotMove, match="pourquoi"):
        actions.stop_action(action=action, because="", on=TODAY, by=life.referent, at=NOW)
    stopped = actions.stop_action(action=action, because="Déménagement.", on=TODAY, by=life.referent, at=NOW)
    assert stopped.state == "stopped"


def test_a_group_has_so_many_places() -> None:
    life, other = Life(), Life()
    action = group(life.coordinator, worker=life.referent, places=1)
    life.searched()
    other.searched()
    first = join(action, life)
    assert join(action, life) == first
    with pytest.raises(CannotMove, match="complète"):
        join(action, other)
    actions.leave(participation=first, on=TODAY, by=life.coordinator, at=NOW)
    assert join(action, other).child == other.child


def test_what_an_action_is_stays_while_children_take_part() -> None:
    life = Life()
    action = group(life.coordinator, worker=life.referent)
    Action.objects.filter(pk=action.pk).update(organisation=association())
    life.searched()
    join(action, life)
    with pytest.raises(DatabaseError, match="participent déjà"), transaction.atomic():
        Action.objects.filter(pk=action.pk).update(organisation=association())


def test_only_files_that_are_open_show_objectives() -> None:
    life = Life()
    assert list(Objective.objects.visible_to(life.referent)) == [life.objective]
    for role in (Role.SECRETARY, Role.TEAM_MEMBER, Role.PARTNER_WORKER, Role.STEERING, Role.REFERENT):
        assert not Objective.objects.visible_to(making.user(role)).exists()
    assert not Objective.objects.visible_to(making.user(Role.COORDINATOR, signed=False)).exists()
