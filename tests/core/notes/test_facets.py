"""Who reads and writes which facet: the table against a plain oracle, the rows against the table."""

import itertools
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.children import access
from core.notes import facets, reach, surroundings
from core.notes.enums import NOTE_FACETS, Facet, Profession
from core.notes.models import HealthHosting, Note
from core.notes.operations import notes, professions
from core.notes.operations.notes import CannotNote
from core.notes.operations.professions import CannotSetProfession
from core.people.enums import Role
from core.privacy.operations import emergency
from tenants import context
from tenants.context import Place, entered
from tests.core.meetings.making import Team1
from tests.core.notes import making as around
from tests.core.pathways import making
from tests.core.pathways.living import Life
from tests.core.pathways.making import NOW, TODAY

CODES = (*facets.READS, "none", "shared")
PROFESSIONS = (None, *Profession)


def oracle_reads(code: str, profession: str | None, facet: str, health: bool, coordinator: bool) -> bool:
    """The rules once more, as one would say them aloud."""
    if facet == "health" and not health:
        return False
    if code == "secretary":
        return facet == "papers"
    if code not in ("coordinator", "referent", "first_contact", "emergency", "team_meeting"):
        return False
    mine = {
        "education": ["school"],
        "social_work": ["social", "family"],
        "health": ["health"],
        "psychology": ["health"],
    }.get(profession or "", [])
    if facet in mine:
        return True
    if code == "coordinator":
        return facet != "health" or coordinator
    if code == "referent":
        return facet != "health"
    if code == "first_contact":
        return facet in ("general", "family", "papers")
    return code == "emergency" and facet in ("general", "family")


@given(
    st.sampled_from(CODES), st.sampled_from(PROFESSIONS), st.sampled_from(Facet), st.booleans(), st.booleans()
)
def test_the_table_says_what_the_rules_say(
    code: str, profession: Profession | None, facet: Facet, health: bool, coordinator: bool
) -> None:
    own = facets.of_profession(profession)
    seen = facets.readable(code, own, health=health, coordinator_reads_health=coordinator)
    assert (facet in seen) == oracle_reads(code, profession, facet, health, coordinator)


@given(st.sampled_from(CODES), st.sampled_from(PROFESSIONS), st.booleans())
def test_nobody_writes_what_they_may_not_read(code: str, profession: Profession | None, health: bool) -> None:
    own = facets.of_profession(profession)
    written = facets.writable(code, own, health=health)
    assert written <= facets.readable(code, own, health=health)
    assert code != "emergency" or not written
    assert Facet.HEALTH not in written or profession in (Profession.HEALTH, Profession.PSYCHOLOGY)


def test_a_town_may_open_another_facet_to_a_profession() -> None:
    own = facets.of_profession(Profession.EDUCATION, {"education": ["general"]})
    assert own == {Facet.GENERAL}


@pytest.mark.usefixtures("in_town_a")
class TestRows:
    """One child, a note in each facet by somebody else, and every way to the child × profession."""

    def world(self) -> tuple[Life, dict[Facet, Note]]:
        around.hosted()
        life = Life()
        writer = making.user(Role.COORDINATOR)
        return life, {facet: around.forced(life.child, writer, facet) for facet in NOTE_FACETS}

    @pytest.mark.parametrize("profession", PROFESSIONS)
    def test_rows_follow_the_table_for_every_way(self, profession: Profession | None) -> None:
        life, written = self.world()
        people = {role: making.user(role) for role in Role if role not in ("national_reader", "operator")}
        people["the referent"] = life.referent  # type: ignore[index]
        reader = making.user(Role.TEAM_MEMBER)
        emergency.open_emergency(by=reader, at=NOW, child=life.child, reason="La famille est injoignable.")
        people["in an emergency"] = reader  # type: ignore[index]
        for user in people.values():
            if profession and user.pk != life.coordinator.pk:
                around.practises(user, profession)
            reasons = access.reasons_for(user, life.child, NOW)
            expected = {
                facet
                for facet, reason in itertools.product(NOTE_FACETS, reasons)
                if oracle_reads(reason.code, profession, facet, True, True)
            }
            seen = Note.objects.visible_to(user, at=NOW)
            assert {Facet(note.facet) for note in seen} == expected, user.roles_on(TODAY)
            shown = surroundings.around(life.child, user, reasons, NOW).notes
            assert {line.note.pk for line in shown} == {note.pk for note in seen}
            hidden = surroundings.hidden(life.child, user, reasons, NOW)
            assert set(hidden.notes) == set(NOTE_FACETS) - expected
            assert hidden.named == bool(expected)
        assert written.keys() == set(NOTE_FACETS)

    def test_a_guest_reads_the_facet_of_the_profession_while_the_meeting_lasts(self) -> None:
        around.hosted()
        team = Team1()
        item = team.item()
        guest = team.member
        school = around.forced(item.child, team.coordinator, Facet.SCHOOL)
        around.forced(item.child, team.coordinator, Facet.GENERAL)
        around.practises(guest, Profession.EDUCATION)
        assert not Note.objects.visible_to(guest, at=NOW).exists()
        team.convene()
        assert list(Note.objects.visible_to(guest, at=NOW)) == [school]

    def test_who_leaves_the_child_leaves_the_notes_own_ones_too(self) -> None:
        life = Life()
        own = around.note(life.child, life.referent)
        assert own in Note.objects.visible_to(life.referent, at=NOW)
        reasons = access.reasons_for(life.referent, life.child, NOW)
        assert own in [
            line.note for line in surroundings.around(life.child, life.referent, reasons, NOW).notes
        ]
        life.child.referent_links.update(until_on=TODAY)
        later = NOW + timedelta(days=2)
        assert not Note.objects.visible_to(life.referent, at=later).exists()

    def test_another_town_finds_nothing(self, town_b: Place) -> None:
        self.world()
        with entered(town_b, switching=True):
            assert not Note.objects.visible_to(making.user(Role.COORDINATOR), at=NOW).exists()


@pytest.mark.usefixtures("in_town_a")
class TestHealth:
    def test_without_hosting_it_is_refused_and_says_why(self) -> None:
        life = Life()
        around.practises(life.referent, Profession.HEALTH)
        with pytest.raises(CannotNote, match="hébergement"):
            around.note(life.child, life.referent, Facet.HEALTH)
        with pytest.raises(DatabaseError, match="hébergement"), transaction.atomic():
            around.forced(life.child, life.referent, Facet.HEALTH)
        around.hosted()
        assert around.note(life.child, life.referent, Facet.HEALTH).facet == Facet.HEALTH

    def test_what_was_stored_is_unreadable_once_hosting_ends(self) -> None:
        around.hosted()
        life = Life()
        around.practises(life.referent, Profession.HEALTH)
        own = around.note(life.child, life.referent, Facet.HEALTH)
        around.attachment(life.child, life.referent, Facet.HEALTH)
        context.require().config["hosting"] = {"health_notes": "none"}
        HealthHosting.objects.all().delete()
        for user in (life.referent, life.coordinator):
            assert own not in Note.objects.visible_to(user, at=NOW)
        hidden = surroundings.hidden(
            life.child, life.referent, access.reasons_for(life.referent, life.child, NOW), NOW
        )
        assert [text.replace("\u00a0", " ") for text in hidden.sentences] == [
            "1 note que vous ne pouvez pas voir (santé)",
            "1 document que vous ne pouvez pas voir (santé)",
        ]
        with pytest.raises(CannotNote, match="hébergement"):
            notes.correct_note(note=own, text="Autre chose.", by=life.referent, at=NOW)

    def test_a_referent_without_the_profession_neither_reads_nor_writes(self) -> None:
        around.hosted()
        life = Life()
        with pytest.raises(CannotNote, match="pas ouvert"):
            around.note(life.child, life.referent, Facet.HEALTH)
        with pytest.raises(CannotNote, match="pas ouvert"):
            around.note(life.child, life.coordinator, Facet.HEALTH)


@pytest.mark.usefixtures("in_town_a")
class TestProfession:
    def test_the_coordination_says_it_and_never_for_oneself(self) -> None:
        life, other = Life(), making.user(Role.TEAM_MEMBER)
        around.hosted()
        for by in (life.referent, making.user(Role.TOWN_ADMIN)):
            with pytest.raises(CannotSetProfession, match="coordination"):
                professions.set_profession(
                    user=other,
                    profession=Profession.HEALTH,
                    since_on=TODAY,
                    by=by,
                    at=NOW,
                )
        with pytest.raises(CannotSetProfession, match="quelqu’un d’autre"):
            professions.set_profession(
                user=life.coordinator,
                profession=Profession.HEALTH,
                since_on=TODAY,
                by=life.coordinator,
                at=NOW,
            )
        assert Facet.HEALTH not in reach.own_facets(life.referent, NOW)
        professions.set_profession(
            user=life.referent, profession=Profession.HEALTH, since_on=TODAY, by=life.coordinator, at=NOW
        )
        assert reach.own_facets(life.referent, NOW) == {Facet.HEALTH}
        later = TODAY + timedelta(days=3)
        professions.set_profession(
            user=life.referent, profession=None, since_on=later, by=life.coordinator, at=NOW
        )
        assert reach.own_facets(life.referent, NOW + timedelta(days=3)) == facets.NONE
        assert reach.own_facets(life.referent, NOW + timedelta(days=2)) == {Facet.HEALTH}
