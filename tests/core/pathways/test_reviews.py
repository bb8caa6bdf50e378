"""A review: held once, on facts, with what follows from it; by whom it is written, and by whom it is read."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.journal.models import Change, ReadLine
from core.pathways import asking, reviewing, versions
from core.pathways.enums import ContractKind, DecisionKind, Mark, ReviewDecision, Standing
from core.pathways.known import Known
from core.pathways.models import Contract, DomainMark, Objective, Pathway, Review, ReviewLine, ReviewNote
from core.pathways.operations import amendments, contracts, decisions, reviews
from core.pathways.operations.reviews import WrittenMeanwhile
from core.pathways.operations.transitions import CannotMove
from core.people.enums import Role
from core.people.models import User
from tenants.context import Place
from tests.conftest import client_of
from tests.core.pathways import making
from tests.core.pathways.living import Life, end
from tests.core.pathways.making import NOW, TODAY
from tests.core.pathways.reviewing import decided, held, line, planned, told

pytestmark = pytest.mark.usefixtures("in_town_a")
SignIn = Callable[[Client, Place, object], Client]
Open = Callable[[object], Client]
PAGES = ("review", "save_review", "review_note", "review_pdf", "ask_school")


@pytest.fixture
def open_as(town_a: Place, sign_in: SignIn) -> Open:
    return lambda user: sign_in(client_of(town_a), town_a, user)


def address(name: str, *args: int) -> str:
    return reverse(f"pathways:{name}", args=args, urlconf="reussite.urls_town")


def sent(life: Life, **values: Any) -> dict[str, str]:
    """What a browser sends to close the review of a life with one objective."""
    review, objective = planned(life.pathway), life.objective
    pk, domain = objective.pk, objective.domain_id
    return {
        "version": str(review.version),
        "held_on": "24/11/2026",
        "with_whom": "both",
        "who_was_there": "Aïcha, sa mère",
        f"before_{domain}": "2",
        f"mark_{domain}": "4",
        f"observed_{pk}": "A lu deux pages à voix haute.",
        f"standing_{pk}": "under_way",
        f"decision_{pk}": "confirm",
        "conclusion": "Elle lit avec plaisir.",
        **values,
    }


# --- holding ---------------------------------------------------------------------------------------


def test_a_held_review_says_it_all_moves_objectives_and_plans_the_next() -> None:
    life = Life()
    review = held(life, lines=[line(life.objective, standing=Standing.PARTLY, judgement="Elle ose.")])
    assert (review.state, review.held_on, review.by) == ("held", TODAY, life.referent)
    row = ReviewLine.objects.get()
    assert (row.observed, row.judgement, row.standing) == (
        "A lu deux pages à voix haute.",
        "Elle ose.",
        "partly",
    )
    objective = life.objective
    assert (objective.standing, objective.standing_note, objective.standing_on) == (
        "partly",
        row.observed,
        TODAY,
    )
    assert planned(life.pathway).due_on > TODAY
    trend = reviewing.trends(life.pathway)[0]
    assert (trend.before, trend.now, trend.words) == (Mark.HARD, Mark.RATHER_WELL, "plutôt bien (mieux)")
    acts = Change.objects.of(review).values_list("act", flat=True)
    assert "pathways.review_hold" in acts


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"on": TODAY + timedelta(days=1)}, "à venir"),
        ({"on": TODAY - timedelta(days=1)}, "commence le"),
        ({"next_due_on": TODAY}, "dans l’année"),
        ({"next_due_on": TODAY + timedelta(days=367)}, "dans l’année"),
        ({"lines": []}, "Il manque une décision pour : Lire avec plaisir"),
    ],
)
def test_what_a_review_cannot_be(values: dict[str, Any], why: str) -> None:
    life = Life()
    with pytest.raises(CannotMove, match=why):
        held(life, **values)
    assert planned(life.pathway).state == "planned"
    assert held(life, next_due_on=TODAY + timedelta(days=366)).state == "held"


@pytest.mark.parametrize(
    "values",
    [
        {"judgement": "Elle est fatiguée."},
        {"decision": ReviewDecision.ADJUST},
        {"decision": ReviewDecision.END},
    ],
)
def test_a_judgement_and_a_change_stand_on_facts(values: dict[str, Any]) -> None:
    life = Life()
    with pytest.raises(CannotMove, match="d’abord ce qui a été observé"):
        held(life, lines=[line(life.objective, observed=" ", **values)])
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewLine.objects.create(
            review=planned(life.pathway),
            objective=life.objective,
            **{"decision": "confirm", "standing": "met", **values},
        )
    assert held(life, lines=[line(life.objective, observed="")]).state == "held"


def test_a_line_is_of_an_own_objective() -> None:
    life, other = Life(), Life()
    with pytest.raises(CannotMove, match="avenant"):
        held(life, lines=[line(life.objective), line(other.objective)])
    with pytest.raises(DatabaseError, match="autre parcours"), transaction.atomic():
        ReviewLine.objects.create(
            review=planned(life.pathway), objective=other.objective, decision="confirm", standing="met"
        )


def test_a_held_review_never_changes_and_takes_notes() -> None:
    life = Life()
    review = held(life)
    tries: list[Callable[[], object]] = [
        lambda: Review.objects.filter(pk=review.pk).update(conclusion="Autre chose."),
        lambda: Review.objects.filter(pk=review.pk).update(state="planned", held_on=None),
        lambda: Review.objects.filter(pk=review.pk).delete(),
        lambda: ReviewLine.objects.filter(review=review).update(observed="Autre chose."),
        lambda: ReviewLine.objects.filter(review=review).delete(),
        lambda: DomainMark.objects.filter(review=review).update(mark=1),
        lambda: DomainMark.objects.filter(review=None).update(mark=5),
        lambda: DomainMark.objects.filter(review=None).delete(),
    ]
    for attempt in tries:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    with pytest.raises(CannotMove, match="déjà fait"):
        reviews.hold_review(review=review, told=told(life.pathway), version=0, by=life.referent, at=NOW)
    reviews.add_note(review=review, text="La mère est venue aussi.", by=life.coordinator, at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewNote.objects.update(text="Rien.")
    with pytest.raises(CannotMove, match="directement dedans"):
        reviews.add_note(review=planned(life.pathway), text="Trop tôt.", by=life.referent, at=NOW)


def test_the_date_of_a_review_does_not_move() -> None:
    life = Life()
    with pytest.raises(DatabaseError, match="rythme"), transaction.atomic():
        Review.objects.filter(pk=planned(life.pathway).pk).update(due_on=TODAY + timedelta(days=400))


def test_what_was_said_of_an_objective_later_stays() -> None:
    life = Life()
    at = NOW + timedelta(days=1)
    Objective.objects.filter(pk=life.objective.pk).update(
        standing="met", standing_note="Lit seule.", standing_on=TODAY + timedelta(days=1)
    )
    held(life, at=at)
    assert (life.objective.standing, life.objective.standing_note) == ("met", "Lit seule.")


def test_a_long_fact_is_kept_whole_and_shown_short() -> None:
    life = Life()
    held(life, lines=[line(life.objective, observed="Lit. " * 100)])
    assert ReviewLine.objects.get().observed == ("Lit. " * 100).strip()
    assert len(life.objective.standing_note) <= 300
    assert life.objective.standing_note.endswith("…")


def test_reviews_come_in_their_order() -> None:
    life = Life()
    held(life, at=NOW + timedelta(days=1), on=TODAY + timedelta(days=1))
    with pytest.raises(CannotMove, match="déjà eu lieu après"):
        held(life, at=NOW + timedelta(days=1))


def test_the_point_of_departure_is_put_right_until_a_review_starts_from_it() -> None:
    life = Life()
    domain = life.objective.domain
    for mark in (Mark.HARD, Mark.VERY_HARD):
        reviews.say_departure(pathway=life.pathway, marks={domain: mark}, by=life.referent, at=NOW)
    held(life, before={})
    assert reviewing.trends(life.pathway)[0].before == Mark.VERY_HARD
    with pytest.raises(CannotMove, match="point de départ"):
        reviews.say_departure(pathway=life.pathway, marks={domain: Mark.WELL}, by=life.referent, at=NOW)
    held(life, before={domain: Mark.WELL}, marks={domain: Mark.WELL})
    trend = reviewing.trends(life.pathway)[0]
    assert (trend.before, trend.now) == (Mark.VERY_HARD, Mark.WELL)


def test_an_ended_pathway_has_no_review_to_come_and_what_was_typed_stays() -> None:
    life = Life()
    review = planned(life.pathway)
    reviews.save_draft(review=review, version=0, draft={"conclusion": "Commencé."}, by=life.referent, at=NOW)
    assert (
        reviews.cancel_planned(pathway=life.pathway, because="Fin du parcours.", by=life.referent, at=NOW)
        == 1
    )
    end(life.pathway)
    review.refresh_from_db()
    assert (review.state, review.draft) == ("cancelled", {"conclusion": "Commencé."})
    for act in (
        lambda: reviews.plan_review(pathway=life.pathway, by=life.referent, at=NOW),
        lambda: reviews.save_draft(review=review, version=1, draft={}, by=life.referent, at=NOW),
        lambda: reviews.hold_review(
            review=review, told=told(life.pathway), version=1, by=life.referent, at=NOW
        ),
    ):
        with pytest.raises(CannotMove, match="terminé"):
            act()
    assert reviews.plan_missing(at=NOW) == 0


# --- drafts ----------------------------------------------------------------------------------------


def test_two_screens_never_overwrite_each_other() -> None:
    life = Life()
    review = planned(life.pathway)
    reviews.save_draft(review=review, version=0, draft={"conclusion": "A"}, by=life.referent, at=NOW)
    again = reviews.save_draft(review=review, version=0, draft={"conclusion": "A"}, by=life.referent, at=NOW)
    assert again.version == 1  # the same text, sent twice
    with pytest.raises(WrittenMeanwhile) as conflict:
        reviews.save_draft(review=review, version=0, draft={"conclusion": "B"}, by=life.coordinator, at=NOW)
    assert conflict.value.review.draft == {"conclusion": "A"}
    with pytest.raises(WrittenMeanwhile):
        reviews.hold_review(review=review, told=told(life.pathway), version=0, by=life.coordinator, at=NOW)
    assert planned(life.pathway).draft == {"conclusion": "A"}


def test_a_script_saves_says_the_conflict_and_what_is_wrong(open_as: Open) -> None:
    life = Life()
    review = planned(life.pathway)
    client = open_as(life.referent)

    def send(**values: str) -> tuple[int, dict[str, Any]]:
        answer = client.post(
            address("save_review", review.pk),
            {"version": "0", **values},
            headers={"accept": "application/json"},
        )
        return answer.status_code, json.loads(answer.content)

    assert send(conclusion="Elle lit.", held_on="pas encore")[0] == 200
    status, state = send(conclusion="Autre chose.", version="0")
    assert (status, state["version"]) == (409, 1)
    assert ["Ce que l’on retient", "Elle lit."] in state["other"]
    status, state = send(version="1", conclusion="Son numéro : 1 84 12 76 451 089 46")
    assert status == 422
    assert "sécurité sociale" in state["errors"][0]
    assert planned(life.pathway).draft == {"conclusion": "Elle lit.", "held_on": "pas encore"}


def test_without_a_script_nothing_typed_is_lost(open_as: Open) -> None:
    life = Life()
    review = planned(life.pathway)
    client = open_as(life.referent)
    assert (
        client.post(address("save_review", review.pk), {"version": "0", "conclusion": "A"}).status_code == 302
    )
    page = client.get(address("review", review.pk)).content.decode()
    assert ">\nA</textarea>" in page
    lacking = {**sent(life), "who_was_there": "", f"observed_{life.objective.pk}": "Vu de mes yeux."}
    page = client.post(address("review", review.pk), lacking).content.decode()
    assert "Tout ce que vous avez écrit est gardé" in page
    assert "Vu de mes yeux." in page
    assert planned(life.pathway).draft[f"observed_{life.objective.pk}"] == "Vu de mes yeux."
    stale = client.post(address("review", review.pk), {**sent(life), "version": "0"}).content.decode()
    assert "en même temps que vous" in stale
    assert "Vu de mes yeux." in stale  # what the other screen kept, beside what was typed here
    assert "A lu deux pages" in stale


def test_a_review_is_held_from_its_page_once(open_as: Open) -> None:
    life = Life()
    review = planned(life.pathway)
    client = open_as(life.referent)
    for said in (sent(life), {"version": "0"}):  # pressed, and pressed again
        assert client.post(address("review", review.pk), said).status_code == 302
    review.refresh_from_db()
    assert (review.state, review.draft) == ("held", {})
    page = client.get(address("review", review.pk)).content.decode()
    for said in (
        "Elle lit avec plaisir.",
        "A lu deux pages à voix haute.",
        "On continue ainsi",
        "plutôt bien",
    ):
        assert said in page
    note = client.post(address("review_note", review.pk), {"text": "Le père a lu aussi."})
    assert note.status_code == 302
    assert "Le père a lu aussi." in client.get(address("review", review.pk)).content.decode()
    pathway = client.get(address("pathway", life.pathway.pk)).content.decode()
    assert f'href="{address("review", review.pk)}"' in pathway
    assert "Au départ et aujourd’hui" in pathway


# --- what follows ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "kind", "word"),
    [
        (ReviewDecision.ADJUST, ContractKind.AMENDMENT, "Préparer l’avenant"),
        (ReviewDecision.RENEW, ContractKind.RENEWAL, "Préparer le renouvellement"),
    ],
)
def test_a_change_leads_to_what_the_family_signs_again(
    open_as: Open, decision: ReviewDecision, kind: ContractKind, word: str
) -> None:
    life = Life()
    review = decided(life, decision)
    client = open_as(life.referent)
    assert word in client.get(address("pathway", life.pathway.pk)).content.decode()
    assert word in client.get(address("review", review.pk)).content.decode()
    answer = client.post(address("amend_contract", versions.in_force(life.pathway).pk))
    draft = Contract.objects.get(pathway=life.pathway)
    assert answer.url == address("write_contract", draft.pk)
    assert (draft.kind, draft.review, draft.state) == (kind, review, "draft")
    longer = draft.planned_end_on > life.pathway.planned_end_on
    assert longer == (kind == ContractKind.RENEWAL)
    page = client.get(address("pathway", life.pathway.pk)).content.decode()
    assert word not in page
    assert "en préparation" in page
    contracts.void_contract(contract=draft, reason="Pas d’accord.", by=life.coordinator, at=NOW)
    assert word in client.get(address("pathway", life.pathway.pk)).content.decode()


def test_confirming_leads_nowhere_and_ending_all_leads_to_the_exit() -> None:
    life = Life()
    decided(life, ReviewDecision.CONFIRM)

    def steps() -> list[str]:
        found = reviewing.next_steps(Known(life.pathway), life.referent, may_follow=True)
        return [step.what for step in found]

    assert steps() == []
    decided(life, ReviewDecision.END)
    assert steps() == ["Préparer la sortie"]
    assert Pathway.objects.get().state == "active"


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        (DecisionKind.ADJUST, ["Préparer l’avenant"]),
        (DecisionKind.RENEW, ["Préparer le renouvellement"]),
        (DecisionKind.EXIT, ["Préparer la sortie"]),
        (DecisionKind.SUSPEND, ["Noter la suspension"]),
    ],
)
def test_the_team_s_decision_leads_to_the_same_steps(kind: DecisionKind, what: list[str]) -> None:
    life = Life()
    decision = decisions.decide_on_pathway(
        pathway=life.pathway, kind=kind, decided_on=TODAY, by=life.coordinator, at=NOW + timedelta(hours=1)
    )
    found = reviewing.next_steps(Known(life.pathway), life.coordinator, may_follow=True)
    assert [step.what for step in found] == what
    if kind in asking.TO_AMEND:
        at = NOW + timedelta(hours=2)
        draft = amendments.propose_amendment(pathway=life.pathway, by=life.coordinator, at=at)
        assert draft.decision == decision
        assert asking.decision_to_follow(life.pathway) is None


def test_who_may_not_prepare_is_told_who_does() -> None:
    life = Life()
    decided(life, ReviewDecision.RENEW)
    step = reviewing.next_steps(Known(life.pathway), making.user(Role.REFERENT), may_follow=False)[0]
    assert (step.what, step.url) == ("Préparer le renouvellement", "")


# --- who reads, who writes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role",
    [Role.SECRETARY, Role.TEAM_MEMBER, Role.PARTNER_WORKER, Role.REFERENT, Role.STEERING, Role.TOWN_ADMIN],
)
def test_a_curious_colleague_gets_nothing(open_as: Open, role: Role) -> None:
    life = Life()
    review = held(life)
    coming = planned(life.pathway)
    colleague = making.user(role)
    client = open_as(colleague)
    for pk in (review.pk, coming.pk):
        for name in PAGES:
            assert client.get(address(name, pk)).status_code in (403, 404, 405)
            assert client.post(address(name, pk), {"version": "0", "text": "x"}).status_code in (
                403,
                404,
                405,
            )
    for name in ("departure", "prepare_review"):
        assert client.post(address(name, life.pathway.pk), {}).status_code in (403, 404)
    assert not Review.objects.visible_to(colleague).exists()
    assert not reviewing.due_reviews(colleague, TODAY + timedelta(days=400)).exists()
    assert not ReviewNote.objects.exists()
    assert held(life, by=life.referent).state == "held"  # the success twin


def test_a_former_referent_reads_no_more(open_as: Open) -> None:
    life = Life()
    review = held(life)
    former = life.referent
    assert open_as(former).get(address("review", review.pk)).status_code == 200
    life.child.referent_links.update(until_on=TODAY)
    assert open_as(former).get(address("review", review.pk)).status_code == 404


def test_each_page_that_shows_the_child_leaves_its_line(open_as: Open) -> None:
    life = Life()
    review = held(life)
    client = open_as(life.referent)
    for name, pk in (("review", review.pk), ("review_pdf", review.pk), ("review", planned(life.pathway).pk)):
        before = ReadLine.objects.count()
        assert client.get(address(name, pk)).status_code == 200
        assert ReadLine.objects.count() == before + 1
        assert ReadLine.objects.latest_first()[0].child_id == life.child.pk
    late = late_review(life)
    page = client.get(address("reviews"))
    assert life.child.full_name in page.content.decode()
    assert ReadLine.objects.latest_first()[0].shown == [life.child.pk]
    assert late.is_late(timezone.localdate())


def late_review(life: Life) -> Review:
    """The review to come, as if the town had planned it long ago."""
    planned(life.pathway).delete()
    return Review.objects.create(pathway=life.pathway, due_on=TODAY, planned_at=NOW)


def test_late_is_said_on_the_pathway_and_nothing_closes(open_as: Open) -> None:
    life = Life()
    late_review(life)
    reviews.plan_missing(at=NOW + timedelta(days=300))
    page = open_as(life.referent).get(address("pathway", life.pathway.pk)).content.decode()
    assert "En retard" in page
    assert life.pathway.state == "active"


def test_the_paper_is_a_pdf_with_the_family_s_words(open_as: Open) -> None:
    life = Life()
    review = held(life, family_words="On est fiers.", child_words="J’aime lire.")
    answer = open_as(life.referent).get(address("review_pdf", review.pk))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    coming = open_as(life.referent).get(address("review_pdf", planned(life.pathway).pk))
    assert coming.status_code == 302


def test_the_pages_ask_the_same_number_of_queries_at_two_sizes(open_as: Open) -> None:
    life = Life()

    def count(user: User, url: str) -> int:
        client, counts = open_as(user), []
        for _ in range(3):  # a session that is renewed meanwhile asks one more
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            counts.append(len(asked))
        return min(counts)

    def counts() -> list[int]:
        last = held(life)
        late_review(life)
        urls = [address("pathway", life.pathway.pk), address("review", last.pk), address("reviews")]
        return [count(life.coordinator, url) for url in urls]

    before = counts()
    held(life)
    for _ in range(4):
        late_review(Life(coordinator=life.coordinator))
    assert counts() == before
