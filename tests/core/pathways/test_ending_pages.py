"""The pages of an end: two presses to stop, what stops, who may, and what is never printed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.journal.models import ReadLine
from core.pathways.enums import DecisionKind, NationalExit
from core.pathways.models import Exit, HandOver, Pathway
from core.pathways.operations import decisions, pausing
from core.pathways.operations.ending import Relay
from core.people.enums import Role
from core.people.models import User
from tenants.context import Place
from tests.conftest import client_of
from tests.core.pathways import ends, making
from tests.core.pathways.living import Life, association, session
from tests.core.pathways.making import NOW, TODAY

pytestmark = pytest.mark.usefixtures("in_town_a")
SignIn = Callable[[Client, Place, object], Client]
Open = Callable[[object], Client]
OF_A_PATHWAY = ("exit", "withdraw_pathway", "note_death", "suspend_pathway", "resume_pathway")
OF_AN_END = ("correct_exit", "undo_exit", "note_relay")


@pytest.fixture
def open_as(town_a: Place, sign_in: SignIn) -> Open:
    return lambda user: sign_in(client_of(town_a), town_a, user)


def address(name: str, *args: int) -> str:
    return reverse(f"pathways:{name}", args=args, urlconf="reussite.urls_town")


def text(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def typed(life: Life, **values: Any) -> dict[str, Any]:
    aim = life.objective
    return {
        "form_key": str(uuid4()),
        "reason": "goals_met",
        "on": f"{timezone.localdate():%d/%m/%Y}",
        "asked_by": "team",
        f"outcome_{aim.pk}": "met",
        f"words_{aim.pk}": "Lit chaque soir.",
        "relay_state": "proposed",
        "news": "coordination",
        **values,
    }


def test_a_family_stops_in_two_presses(open_as: Open) -> None:
    life = Life()
    client = open_as(life.referent)
    page = text(client.get(address("pathway", life.pathway.pk)))
    assert address("withdraw_pathway", life.pathway.pk) in page
    page = text(client.get(address("withdraw_pathway", life.pathway.pk)))
    for said in (
        "Personne n’a à se justifier",
        life.guardian.full_name,
        "L’accès de",
        "Arrêter l’accompagnement",
    ):
        assert said in page
    form = client.get(address("withdraw_pathway", life.pathway.pk)).context["form"]
    # Nothing is left to choose: the second press sends what stands there.
    sent = {name: form[name].initial for name in ("said_by", "said_how", "form_key")}
    sent["on"] = f"{timezone.localdate():%d/%m/%Y}"
    for _ in range(2):  # a double click
        answer = client.post(address("withdraw_pathway", life.pathway.pk), sent)
        assert answer.url == address("exit", life.pathway.pk)
    made = Exit.objects.get()
    assert (made.said_by, made.said_how, made.national) == (life.guardian.full_name, "call", "family_stopped")
    assert life.pathway.state == "ended"


def test_somebody_else_who_said_it_is_named(open_as: Open) -> None:
    life = Life()
    url = address("withdraw_pathway", life.pathway.pk)
    sent = {"form_key": str(uuid4()), "said_by": "other", "said_how": "visit", "on": "aujourd’hui"}
    page = open_as(life.coordinator).post(url, sent)
    assert "Dites qui." in text(page)
    assert not Exit.objects.exists()
    open_as(life.coordinator).post(url, {**sent, "other": "La grand-mère"})
    assert Exit.objects.get().said_by == "La grand-mère"


def test_the_coordinator_notes_the_end_and_reads_what_stops(open_as: Open) -> None:
    life = Life()
    alone = life.action(objective=life.searched())
    session(alone, life.referent, on=TODAY - timedelta(days=1))
    client = open_as(life.coordinator)
    page = text(client.get(address("exit", life.pathway.pk)))
    for said in ("Ce qui s’arrête", alone.title, "1 séance passée est sans appel", "Lire avec plaisir"):
        assert said in page
    answer = client.post(address("exit", life.pathway.pk), typed(life))
    assert answer.status_code == 302
    page = text(client.get(address("exit", life.pathway.pk)))
    for said in ("Objectifs atteints", "Lit chaque soir.", "Annuler cette sortie", "page pour la famille"):
        assert said in page
    line = ReadLine.objects.latest_first()[0]
    assert (line.page, line.child_id) == ("pathways:exit", life.child.pk)


def test_what_was_typed_stays_when_something_is_missing(open_as: Open) -> None:
    life = Life()
    client = open_as(life.coordinator)
    page = client.post(address("exit", life.pathway.pk), typed(life, reason="", words="Une belle année."))
    assert "Une belle année." in text(page)
    page = client.post(address("exit", life.pathway.pk), typed(life, words="1 85 05 78 006 084 91"))
    assert not Exit.objects.exists()
    assert "sécurité sociale" in text(page).lower()


def test_a_referent_ends_once_the_team_asked_for_it(open_as: Open) -> None:
    life = Life()
    client = open_as(life.referent)
    url = address("exit", life.pathway.pk)
    assert client.get(url).status_code == 403
    assert "Terminer le parcours" not in text(client.get(address("pathway", life.pathway.pk)))
    decisions.decide_on_pathway(
        pathway=life.pathway, kind=DecisionKind.EXIT, decided_on=TODAY, by=life.coordinator, at=NOW
    )
    page = text(client.get(address("pathway", life.pathway.pk)))
    assert "l’équipe a décidé de terminer" in page
    assert client.get(url).status_code == 200
    assert client.post(url, typed(life)).status_code == 302


def test_the_teams_decision_to_suspend_leads_to_its_page(open_as: Open) -> None:
    life = Life()
    decisions.decide_on_pathway(
        pathway=life.pathway, kind=DecisionKind.SUSPEND, decided_on=TODAY, by=life.coordinator, at=NOW
    )
    client = open_as(life.coordinator)
    page = text(client.get(address("pathway", life.pathway.pk)))
    assert "l’équipe a décidé de suspendre" in page
    sent = {"form_key": str(uuid4()), "reason": "Un séjour.", "since_on": "aujourd’hui"}
    client.post(address("suspend_pathway", life.pathway.pk), sent)
    page = text(client.get(address("pathway", life.pathway.pk)))
    assert "Ce parcours est suspendu" in page
    assert "l’équipe a décidé de suspendre" not in page
    client.post(address("resume_pathway", life.pathway.pk), {"form_key": str(uuid4()), "on": "aujourd’hui"})
    assert life.pathway.state == "active"
    page = text(client.get(address("pathway", life.pathway.pk)))
    assert "Le parcours reprend" in page
    assert "l’équipe a décidé de suspendre" not in page


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.TEAM_MEMBER, Role.PARTNER_WORKER, Role.REFERENT])
def test_without_a_link_nothing_is_ended(open_as: Open, role: Role) -> None:
    life, other = Life(), Life()
    ends.close(other)
    client = open_as(making.user(role))
    for name in OF_A_PATHWAY:
        for answer in (
            client.get(address(name, life.pathway.pk)),
            client.post(address(name, life.pathway.pk)),
        ):
            assert answer.status_code in (403, 404)
    for name in OF_AN_END:
        assert client.post(address(name, other.pathway.pk)).status_code in (403, 404)
    assert client.get(address("exit_pdf", other.pathway.pk)).status_code in (403, 404)
    assert life.pathway.state == "active"


def test_what_ended_is_read_and_not_written(open_as: Open) -> None:
    life = Life()
    ends.close(life)
    client = open_as(life.coordinator)
    page = text(client.get(address("pathway", life.pathway.pk)))
    assert "Ce parcours est terminé" in page
    assert "Le parcours se termine : objectifs atteints" in page
    for gone in ("La famille arrête", "Noter un contact", "Suspendre le parcours"):
        assert gone not in page
    for name in ("suspend_pathway", "withdraw_pathway", "note_death", "exit"):
        sent = {"form_key": str(uuid4()), "reason": "x", "since_on": "hier", "said_by": "child"}
        client.post(address(name, life.pathway.pk), {**sent, "said_how": "call", "on": "hier"})
    assert Exit.objects.count() == 1
    url = address("log_encounter", life.pathway.pk)
    told = {"form_key": str(uuid4()), "kind": "call", "with_whom": "family", "facts": "Appel.", "on": "hier"}
    assert "on peut le relire, il ne change plus" in text(client.post(url, told))


def test_an_end_by_mistake_is_taken_back_from_its_page(open_as: Open) -> None:
    life = Life()
    ends.close(life, at=timezone.now(), on=timezone.localdate())
    client = open_as(life.coordinator)
    assert client.post(address("undo_exit", life.pathway.pk)).url == address("pathway", life.pathway.pk)
    assert life.pathway.state == "active"
    assert client.post(address("undo_exit", life.pathway.pk)).status_code == 404


def test_what_became_of_it_is_completed(open_as: Open) -> None:
    life = Life()
    life.pathway.objectives.update(standing="under_way")
    ends.withdraw(life)
    client = open_as(life.coordinator)
    assert "1 objectif ne dit pas encore" in text(client.get(address("exit", life.pathway.pk)))
    client.post(
        address("correct_exit", life.pathway.pk),
        {
            "form_key": str(uuid4()),
            "reason": "family_stopped",
            "asked_by": "family",
            f"outcome_{life.objective.pk}": "partly",
            "strengths": "Elle lit à sa petite sœur.",
        },
    )
    made = Exit.objects.get()
    assert (made.strengths, made.outcomes.get().outcome) == ("Elle lit à sa petite sœur.", "partly")


def test_the_relay_answers(open_as: Open) -> None:
    partner = association()
    life = Life()
    ends.close(life, relay=Relay(organisation=partner))
    client = open_as(life.coordinator)
    url = address("note_relay", life.pathway.pk)
    client.post(url, {"form_key": str(uuid4()), "state": "declined", "on": "aujourd’hui"})
    assert Exit.objects.get().relay_state == "declined"
    client.post(url, {"form_key": str(uuid4()), "words": "Un club", "on": "aujourd’hui"})
    assert (Exit.objects.get().relay_state, Exit.objects.get().relay_to) == ("proposed", "Un club")


@pytest.mark.parametrize(
    "national", [NationalExit.DEATH, NationalExit.CHILD_PROTECTION, NationalExit.MISTAKE]
)
def test_sober_ends_print_nothing(open_as: Open, national: NationalExit) -> None:
    life = Life()
    ends.close(life, national=national)
    client = open_as(life.coordinator)
    assert "page pour la famille" not in text(client.get(address("exit", life.pathway.pk)))
    assert client.get(address("exit_pdf", life.pathway.pk)).status_code == 404


def test_a_death_asks_for_the_day_alone(open_as: Open) -> None:
    life = Life()
    client = open_as(life.referent)
    page = text(client.get(address("note_death", life.pathway.pk)))
    assert "Rien n’est envoyé à la famille" in page
    client.post(address("note_death", life.pathway.pk), {"form_key": str(uuid4()), "on": "aujourd’hui"})
    made = Exit.objects.get()
    assert (made.national, made.asked_by, made.looks.count()) == ("death", "event", 0)


def test_the_familys_page_is_a_tagged_pdf_without_the_other_household(open_as: Open) -> None:
    from core.pathways.documents import exit as document

    life = Life()
    made = ends.close(life, strengths="Elle dessine très bien.", relay=Relay(words="Le club de lecture"))
    answer = open_as(life.coordinator).get(address("exit_pdf", life.pathway.pk))
    assert answer.content.startswith(b"%PDF-")
    assert b"/MarkInfo" in answer.content
    assert answer["Content-Disposition"] == 'inline; filename="fin-du-parcours.pdf"'
    assert document.exit_pdf(made)[:5] == b"%PDF-"


def test_after_the_end_the_referent_sees_it_until_the_evening_and_asks_for_news_later(open_as: Open) -> None:
    life = Life()
    User.objects.filter(pk=life.referent.pk).update(organisation_code="un-partenaire")
    life.referent = User.objects.get(pk=life.referent.pk)
    made = ends.close(life, news_by=life.referent)
    made.looks.update(opens_on=TODAY, due_on=TODAY, closes_on=TODAY + timedelta(days=3650))
    life.child.referent_links.update(until_on=TODAY - timedelta(days=1), since_on=TODAY - timedelta(days=1))
    client = open_as(life.referent)
    assert client.get(address("exit", life.pathway.pk)).status_code == 404
    assert life.child.full_name in text(client.get(address("after_exits")))
    look = made.looks.get(months=6)
    page = text(client.get(address("after_exit", look.pk)))
    assert "Qui appeler" in page
    assert "relire la sortie" not in page
    client.post(
        address("after_exit", look.pk),
        {"form_key": str(uuid4()), "reached": "yes", "became": "Va bien.", "on": "aujourd’hui"},
    )
    look.refresh_from_db()
    assert look.became == "Va bien."
    assert open_as(making.user(Role.REFERENT)).get(address("after_exit", look.pk)).status_code == 404


def test_the_coordinator_passes_one_child_on_with_what_is_read_first(open_as: Open) -> None:
    life, to = Life(), making.user(Role.REFERENT)
    client = open_as(life.coordinator)
    page = text(client.get(address("hand_over_child", life.child.pk)))
    assert f"{to.full_name}, aucun enfant aujourd’hui" in page
    assert life.referent.full_name in page
    sent = {"form_key": str(uuid4()), "to": to.pk, "on": "aujourd’hui", "note": "Appeler le soir."}
    client.post(address("hand_over_child", life.child.pk), {**sent, "sections": ["objectives", "family"]})
    made = HandOver.objects.get()
    client = open_as(to)
    file = reverse("children:file", args=[life.child.pk], urlconf="reussite.urls_town")
    for url in (file, address("pathway", life.pathway.pk)):
        page = text(client.get(url))
        assert "Appeler le soir." in page
        assert "Les objectifs et ce qui est fait" in page
    client.post(address("hand_over_read", made.pk))
    assert "Appeler le soir." not in text(client.get(file))
    assert open_as(life.referent).get(address("pathway", life.pathway.pk)).status_code == 404


def test_all_of_a_colleagues_children_are_passed_on_or_some(open_as: Open) -> None:
    coordinator = making.user(Role.COORDINATOR)
    one, two = Life(coordinator=coordinator), Life(coordinator=coordinator)
    former = one.referent
    two.child.referent_links.update(user=former)
    to = making.user(Role.REFERENT)
    client = open_as(coordinator)
    page = text(client.get(address("hand_overs")))
    assert f"{former.full_name}</a> <span>2 enfants" in page
    url = address("hand_over_from", former.pk)
    page = text(client.get(url))
    assert one.child.full_name in page
    later = timezone.localdate() + timedelta(days=8)
    sent = {"form_key": str(uuid4()), "to": to.pk, "on": f"{later:%d/%m/%Y}"}
    assert "au moins un enfant" in text(client.post(url, sent))
    client.post(url, {**sent, "children": [two.child.pk]})
    made = HandOver.objects.get()
    assert made.new.child == two.child
    page = text(client.get(address("hand_overs")))
    assert two.child.full_name in page
    mine = text(open_as(to).get(address("hand_overs")))
    assert two.child.full_name in mine  # of the town's own team: the identity is known
    client.post(address("cancel_hand_over", made.pk))
    assert "Aucun relais n’est annoncé" in text(client.get(address("hand_overs")))


def test_a_partners_referent_learns_how_many_and_not_who_before_the_day(open_as: Open) -> None:
    life, to = Life(), making.user(Role.REFERENT)
    User.objects.filter(pk=to.pk).update(organisation_code="un-partenaire")
    ends.hand_over(life.child, to, by=life.coordinator, on=timezone.localdate() + timedelta(days=3))
    page = text(open_as(to).get(address("hand_overs")))
    assert life.child.full_name not in page
    assert "1 dossier s’ouvrira ce jour-là" in page


def test_who_has_nobody_is_told_to_the_coordination(open_as: Open) -> None:
    life = Life()
    User.objects.filter(pk=life.referent.pk).update(is_active=False)
    page = text(open_as(life.coordinator).get(address("hand_overs")))
    assert "1 enfant n’a personne aujourd’hui" in page
    assert life.child.full_name in page
    assert "Compte fermé" in page
    page = text(open_as(making.user(Role.REFERENT)).get(address("hand_overs")))
    assert life.child.full_name not in page


def test_only_the_coordination_hands_over(open_as: Open) -> None:
    life = Life()
    made = ends.hand_over(life.child, making.user(Role.REFERENT), by=life.coordinator)
    for user in (life.referent, made.new.user, making.user(Role.SECRETARY)):
        client = open_as(user)
        assert client.get(address("hand_over_child", life.child.pk)).status_code == 403
        assert client.post(address("cancel_hand_over", made.pk)).status_code == 403
        assert client.get(address("hand_over_from", life.referent.pk)).status_code == 403
    assert open_as(life.coordinator).post(address("hand_over_read", made.pk)).status_code == 403
    assert open_as(life.referent).post(address("hand_over_read", made.pk)).status_code == 404


def test_a_child_comes_back_on_the_same_file(open_as: Open) -> None:
    life = Life()
    ends.close(life)
    former = life.pathway
    client = open_as(life.coordinator)
    file = text(client.get(reverse("children:file", args=[life.child.pk], urlconf="reussite.urls_town")))
    assert address("refer_child", life.child.pk) in file
    life.referral = making.agreed(life.child, life.coordinator, life.guardian)
    decisions.admit_in_urgency(referral=life.referral, reason="Retour.", by=life.coordinator, at=NOW)
    decisions.name_referent(
        referral=life.referral, user=life.referent, since_on=TODAY, by=life.coordinator, at=NOW
    )
    returned(life)
    both = Pathway.objects.filter(child=life.child).order_by("pk")
    assert [item.state for item in both] == ["ended", "active"]
    for pathway in both:
        assert client.get(address("pathway", pathway.pk)).status_code == 200
    assert both[0] == former
    pausing.suspend(pathway=both[1], since_on=TODAY, reason="Séjour.", by=life.referent, at=NOW)


def returned(life: Life) -> None:
    from core.pathways.enums import Part, WishedBy
    from core.pathways.operations import contracts

    life.contract = contracts.draft_contract(
        referral=life.referral,
        coordinator=life.coordinator,
        planned_end_on=TODAY + timedelta(days=300),
        by=life.coordinator,
        at=NOW,
    )
    line = contracts.Objective(making.domain(), "Oser parler", WishedBy.CHILD)
    contracts.correct_contract(contract=life.contract, objectives=[line], by=life.coordinator, at=NOW)
    life.contract = contracts.seal_contract(contract=life.contract, by=life.coordinator, at=NOW)
    for part in Part:
        life.sign(part)
