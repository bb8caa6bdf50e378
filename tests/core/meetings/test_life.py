"""From the agenda to the frozen minutes."""

import hashlib

import pytest
from django.db import DatabaseError, connection, transaction

from core.journal.models import Change
from core.meetings.documents import minutes as documents
from core.meetings.drafts import RATIFY, Draft, Line
from core.meetings.enums import Attendance
from core.meetings.models import AgendaItem, Minutes, Presence
from core.meetings.operations import agenda, attending, closing, live, planning, teams
from core.meetings.operations.closing import CannotClose
from core.meetings.operations.live import WrittenMeanwhile
from core.meetings.operations.moving import CannotMeet
from core.pathways.enums import AgreementKind, ContactKind, DecisionKind
from core.pathways.models import Decision, FollowUp
from core.pathways.operations import decisions, referrals
from core.pathways.operations.transitions import CannotMove
from core.people.enums import Role
from tests.core.meetings.making import LONG_AGO, Team1
from tests.core.pathways import making
from tests.core.pathways.making import NOW, TODAY

pytestmark = pytest.mark.usefixtures("in_town_a")


def withdraw(team: Team1, item: AgendaItem) -> None:
    referrals.record_agreement(
        referral=item.referral,
        kind=AgreementKind.WITHDRAWN,
        said_on=TODAY,
        said_by="La mère",
        how=ContactKind.CALL,
        by=team.coordinator,
        at=NOW,
    )


def test_a_meeting_from_the_agenda_to_the_frozen_minutes() -> None:
    team = Team1()
    item = team.item()
    assert item.label == "Situation\u00a01"
    assert item.facts == "Fatigue en classe."
    team.convene()
    team.open()
    team.draft(
        item,
        kind="entry",
        reason="Un soutien en lecture.",
        next_look="15/3/2027",
        lines=(Line("Appeler l’école", team.member.full_name, "1/12"),),
    )
    closing.close_meeting(meeting=team.meeting, by=team.coordinator, at=NOW)
    item.refresh_from_db()
    assert item.decision is not None
    assert (item.decision.kind, item.decision.next_look_on.isoformat()) == ("entry", "2027-03-15")
    task = FollowUp.objects.get()
    assert (task.user, task.due_on.isoformat()) == (team.member, "2026-12-01")  # type: ignore[union-attr]
    assert item.referral.state == "waiting"  # type: ignore[union-attr]
    assert "Fatigue en classe." in item.minutes_text
    assert "Appeler l’école" in item.minutes_text
    assert item.child.first_name in item.letter_text
    assert item.child.first_name not in item.reply_text
    closing.approve(meeting=team.meeting, by=team.coordinator, at=NOW)
    frozen = Minutes.objects.get()
    assert frozen.text == item.minutes_text
    assert frozen.sha256 == hashlib.sha256(frozen.text.encode()).hexdigest()
    acts = set(Change.objects.filter(child_id=item.child_id).values_list("act", flat=True))
    assert {
        "meetings.item_added",
        "meetings.draft_saved",
        "pathways.decided",
        "meetings.minutes_frozen",
    } <= acts


def test_without_the_parents_agreement_nothing_comes_to_an_agenda() -> None:
    team = Team1()
    child = making.child()
    waiting = making.received(child, team.coordinator)
    with pytest.raises(CannotMeet, match="accord"):
        team.item(waiting)
    assert not AgendaItem.objects.exists()
    assert team.item(team.referral()).number == 1


def test_a_withdrawn_agreement_takes_the_situation_out_of_everybodys_sight() -> None:
    team = Team1()
    kept, gone = team.item(), team.item()
    team.convene()
    for user in (team.coordinator, team.member):
        assert set(AgendaItem.objects.visible_to(user)) == {kept, gone}
    withdraw(team, gone)
    for user in (team.coordinator, team.member):
        assert set(AgendaItem.objects.visible_to(user)) == {kept}
    team.open()
    team.draft(kept, kind="refusal", reason="Une autre aide suffit.")
    team.draft(gone, kind="entry")
    closing.close_meeting(meeting=team.meeting, by=team.coordinator, at=NOW)
    gone.refresh_from_db()
    assert (gone.decision, gone.minutes_text) == (None, "")
    kept.refresh_from_db()
    assert kept.minutes_text


def test_a_situation_without_decision_waits_for_another_meeting() -> None:
    team = Team1()
    item = team.item()
    team.open()
    closing.close_meeting(meeting=team.meeting, by=team.coordinator, at=NOW)
    item.refresh_from_db()
    assert item.referral.state == "agreed"  # type: ignore[union-attr]
    assert "pas de décision" in item.minutes_text
    assert (
        agenda.put_referral(meeting=team.plan(), referral=item.referral, by=team.coordinator, at=NOW).number
        == 1
    )


def test_an_urgent_entry_is_ratified_by_the_next_meeting() -> None:
    team = Team1()
    referral = team.referral()
    decisions.admit_in_urgency(referral=referral, reason="Exclue de la cantine.", by=team.coordinator, at=NOW)
    item = team.item(referral)
    team.open()
    team.draft(item, kind=RATIFY, lines=(Line("Choisir la référente"),))
    closing.close_meeting(meeting=team.meeting, by=team.coordinator, at=NOW)
    decision = Decision.objects.get()
    assert decision.ratified_on == TODAY
    assert FollowUp.objects.get().decision == decision
    item.refresh_from_db()
    assert "ratifiée" in item.minutes_text


def test_what_is_unfinished_keeps_the_meeting_open_and_says_why() -> None:
    team = Team1()
    item = team.item()
    team.open()
    team.draft(item, kind="redirection", next_look="un de ces jours", lines=(Line("", "Claude"),))
    with pytest.raises(CannotClose) as refusal:
        closing.close_meeting(meeting=team.meeting, by=team.coordinator, at=NOW)
    said = " ".join(refusal.value.problems)
    assert "vers quel dispositif" in said
    assert "un de ces jours" in said
    assert "ne dit pas quoi faire" in said
    assert not Decision.objects.exists()
    team.draft(item, kind="redirection", redirected_to="Le centre social")
    closing.close_meeting(meeting=team.meeting, by=team.coordinator, at=NOW)
    assert Decision.objects.get().redirected_to == "Le centre social"


def test_a_second_screen_overwrites_nothing() -> None:
    team = Team1()
    item = team.item()
    team.open()
    first = team.draft(item, kind="entry", reason="Écrit d’abord.")
    with pytest.raises(WrittenMeanwhile) as conflict:
        live.save_draft(item=item, version=0, draft=Draft(kind="refusal"), by=team.member, at=NOW)
    assert conflict.value.item.draft["reason"] == "Écrit d’abord."
    item.refresh_from_db()
    assert (item.version, Draft.of(item.draft)) == (first.version, Draft.of(first.draft))
    again = live.save_draft(
        item=item,
        version=0,
        draft=Draft(kind="entry", reason="Écrit d’abord."),
        by=team.coordinator,
        at=NOW,
    )
    assert again.version == first.version
    assert team.draft(item, kind="refusal").version == first.version + 1


def test_a_social_security_number_is_refused_in_what_is_typed_live() -> None:
    team = Team1()
    item = team.item()
    team.open()
    with pytest.raises(Exception, match="sécurité sociale"), transaction.atomic():
        team.draft(item, kind="entry", lines=(Line("Voir 2 85 05 78 006 084 91"),))
    assert team.draft(item, kind="entry", lines=(Line("Voir le 2 mai"),)).version == 1


def test_approved_minutes_do_not_change() -> None:
    team = Team1()
    item = team.item()
    team.open()
    team.draft(item, kind="more")
    closing.close_meeting(meeting=team.meeting, by=team.coordinator, at=NOW)
    item.refresh_from_db()
    papers = {"letter": "L", "reply": "R", "by": team.coordinator, "at": NOW}
    corrected = closing.correct_papers(item=item, version=item.version, minutes="Relu.", **papers)  # type: ignore[arg-type]
    with pytest.raises(CannotMeet, match="entre-temps"):
        closing.correct_papers(item=item, version=corrected.version - 1, minutes="Perdu.", **papers)  # type: ignore[arg-type]
    closing.approve(meeting=team.meeting, by=team.coordinator, at=NOW)
    assert Minutes.objects.get().text == "Relu."
    with pytest.raises(CannotMeet, match="approuvé"):
        closing.correct_papers(item=item, version=corrected.version, minutes="Après.", **papers)  # type: ignore[arg-type]
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE meetings_minutes SET text = 'X'")
    closing.approve(meeting=team.meeting, by=team.coordinator, at=NOW)
    assert Minutes.objects.count() == 1


def test_a_cancelled_meeting_gives_its_situations_back() -> None:
    team = Team1()
    referral = team.referral()
    team.item(referral)
    planning.cancel(meeting=team.meeting, by=team.coordinator, at=NOW)
    referral.refresh_from_db()
    assert referral.state == "agreed"
    assert not AgendaItem.objects.exists()
    with pytest.raises(CannotMeet):
        team.item(referral)


def test_a_situation_is_taken_off_unless_something_was_typed() -> None:
    team = Team1()
    item = team.item()
    other = team.item()
    team.open()
    team.draft(item, kind="entry")
    with pytest.raises(CannotMeet, match="en cours de saisie"):
        agenda.take_off(item=item, by=team.coordinator, at=NOW)
    agenda.take_off(item=other, by=team.coordinator, at=NOW)
    assert list(AgendaItem.objects.all()) == [item]


def test_a_pathway_due_is_looked_at_and_decided() -> None:
    entry = making.Entry()
    for part in ("child", "family", "coordinator", "referent"):
        entry.sign(part)  # type: ignore[arg-type]
    team = Team1()
    pathway = entry.child.pathways.get()
    item = agenda.put_pathway(meeting=team.meeting, pathway=pathway, by=team.coordinator, at=NOW)
    assert item.facts == "Fatigue en classe."
    assert "Lire avec plaisir" in item.tried
    team.open()
    team.draft(item, kind="renew", lines=(Line("Préparer l’avenant"),))
    closing.close_meeting(meeting=team.meeting, by=team.coordinator, at=NOW)
    item.refresh_from_db()
    assert item.decision.kind == DecisionKind.RENEW  # type: ignore[union-attr]
    assert item.decision.follow_ups.get().what == "Préparer l’avenant"  # type: ignore[union-attr]


def test_who_has_not_signed_the_charter_is_not_invited() -> None:
    team = Team1()
    unsigned = making.user(Role.TEAM_MEMBER, signed=False)
    teams.add_member(team=team.team, user=unsigned, since_on=LONG_AGO, by=team.coordinator, at=NOW)
    team.item()
    team.convene()
    assert set(Presence.objects.values_list("user", flat=True)) == {team.coordinator.pk, team.member.pk}
    assert not AgendaItem.objects.visible_to(unsigned).exists()
    assert AgendaItem.objects.visible_to(team.member).exists()
    with pytest.raises(CannotMeet, match="charte"):
        planning.invite(meeting=team.meeting, user=unsigned, by=team.coordinator, at=NOW)


def test_a_newcomer_signs_at_the_door_before_the_first_situation() -> None:
    team = Team1()
    team.convene()
    team.open()
    newcomer = {
        "name": "Personne Nouvelle",
        "organisation": "Mission locale",
        "by": team.coordinator,
        "at": NOW,
    }
    with pytest.raises(CannotMeet, match="papier"):
        attending.welcome_newcomer(meeting=team.meeting, signed_on=None, **newcomer)  # type: ignore[arg-type]
    presence = attending.welcome_newcomer(meeting=team.meeting, signed_on=TODAY, **newcomer)  # type: ignore[arg-type]
    assert (presence.attendance, presence.organisation) == (Attendance.PRESENT, "Mission locale")


def test_members_see_situations_from_the_convening_to_the_approval() -> None:
    team = Team1()
    team.item()
    outsider = making.user(Role.TEAM_MEMBER)

    def seen() -> list[int]:
        return [AgendaItem.objects.visible_to(user).count() for user in (team.member, outsider)]

    assert seen() == [0, 0]
    team.convene()
    assert seen() == [1, 0]
    team.open()
    assert seen() == [1, 0]
    closing.close_meeting(meeting=team.meeting, by=team.coordinator, at=NOW)
    assert seen() == [1, 0]
    closing.approve(meeting=team.meeting, by=team.coordinator, at=NOW)
    assert seen() == [0, 0]
    assert AgendaItem.objects.visible_to(team.coordinator).count() == 1


def test_minutes_are_split_by_child() -> None:
    team = Team1()
    first = team.item(team.referral(first_name="Noé", last_name="Premier"))
    second = team.item(team.referral(first_name="Inès", last_name="Seconde"))
    team.convene()
    team.open()
    team.draft(first, kind="more", reason="Mot de la première.")
    team.draft(second, kind="more", reason="Mot de la seconde.")
    closing.close_meeting(meeting=team.meeting, by=team.coordinator, at=NOW)
    first, second = AgendaItem.objects.in_order().select_related("child", "meeting__team")
    assert "première" in first.minutes_text
    assert "première" not in second.minutes_text
    for pdf in (documents.of_child(first), documents.whole(first.meeting, [first, second])):
        assert pdf.startswith(b"%PDF-")
        assert b"StructTreeRoot" in pdf
        assert b"pdfuaid" in pdf


def test_the_same_referral_is_on_one_agenda_at_a_time() -> None:
    team = Team1()
    referral = team.referral()
    assert team.item(referral).pk == team.item(referral).pk
    with pytest.raises(CannotMove):
        agenda.put_referral(meeting=team.plan(), referral=referral, by=team.coordinator, at=NOW)
