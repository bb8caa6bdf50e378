"""A note within a day and after; corrections; struck out with a reason; what pages and logs show."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.journal.models import Change, ReadLine
from core.notes.enums import Facet
from core.notes.models import Note, NoteCorrection
from core.notes.operations import notes
from core.notes.operations.notes import CannotNote, Written
from core.people.enums import Role
from core.privacy.operations import emergency
from tests.core.notes import making as around
from tests.core.notes.pages import Open, address, text_of
from tests.core.pathways import making
from tests.core.pathways.living import Life
from tests.core.pathways.making import NOW, TODAY

pytestmark = pytest.mark.usefixtures("in_town_a")
LATER = NOW + timedelta(days=1, minutes=1)


def again(note: Note, words: str = "Autrement dit.") -> Written:
    return Written(facet=Facet(note.facet), on=note.on, observation=words)


def test_a_note_is_taken_up_within_a_day_by_its_author_alone() -> None:
    life = Life()
    note = around.note(life.child, life.referent)
    with pytest.raises(CannotNote, match="Seule la personne"):
        notes.rewrite_note(note=note, written=again(note), by=life.coordinator, at=NOW)
    soon = NOW + timedelta(hours=23)
    notes.rewrite_note(note=note, written=again(note), by=life.referent, at=soon)
    with pytest.raises(CannotNote, match="plus d’un jour"):
        notes.rewrite_note(note=note, written=again(note, "Encore."), by=life.referent, at=LATER)
    change = Change.objects.get(act="notes.note_rewritten")
    assert (change.child_id, change.fields, change.old) == (life.child.pk, ["observation"], None)


@pytest.mark.parametrize(
    "values",
    [
        {"observation": "Autre chose."},
        {"observation": "Autre chose.", "rewritten_at": LATER},
        {"facet": Facet.FAMILY},
        {"written_at": LATER},
    ],
    ids=["no date", "too late", "facet", "when"],
)
def test_no_path_rewrites_a_note(values: dict[str, object]) -> None:
    life = Life()
    note = around.note(life.child, life.referent)
    with pytest.raises(DatabaseError), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(**values)
    at = NOW + timedelta(hours=2)
    assert Note.objects.filter(pk=note.pk).update(observation="Mieux dit.", rewritten_at=at) == 1


def test_a_correction_follows_and_does_not_move() -> None:
    life = Life()
    note = around.note(life.child, life.coordinator)
    made = notes.correct_note(note=note, text="C’était mardi.", by=life.referent, at=LATER)
    with pytest.raises(DatabaseError), transaction.atomic():
        NoteCorrection.objects.filter(pk=made.pk).update(text="Autre")
    with pytest.raises(CannotNote, match="juste"):
        notes.correct_note(note=note, text=" ", by=life.referent, at=LATER)


def test_a_struck_note_stays_with_its_reason() -> None:
    life = Life()
    note = around.note(life.child, life.referent)
    with pytest.raises(CannotNote, match="pourquoi"):
        notes.strike_note(note=note, because=" ", by=life.referent, at=NOW)
    struck = notes.strike_note(note=note, because="Un autre enfant.", by=life.referent, at=LATER)
    assert Change.objects.get(act="notes.note_struck").old is None
    with pytest.raises(DatabaseError), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(struck_because="Rien.")
    for refused in (
        lambda: notes.correct_note(note=struck, text="Non.", by=life.referent, at=NOW),
        lambda: notes.rewrite_note(note=struck, written=again(note), by=life.referent, at=NOW),
    ):
        with pytest.raises(CannotNote, match="barrée"):
            refused()


def test_what_is_to_come_or_empty_is_no_note() -> None:
    life = Life()
    for said, why in (
        ({"on": TODAY + timedelta(days=1)}, "à venir"),
        ({"observation": " "}, "vu ou entendu"),
    ):
        with pytest.raises(CannotNote, match=why):
            around.note(life.child, life.referent, **said)


def test_a_social_security_number_is_refused_and_what_was_typed_stays(open_as: Open) -> None:
    life = Life()
    sent = {
        "form_key": str(uuid4()),
        "facet": "general",
        "observation": "Son numéro : 2 69 05 49 588 157 80.",
        "on": "hier",
    }
    page = open_as(life.referent).post(address("notes:write", life.child.pk), sent).content.decode()
    assert "sécurité sociale" in page
    assert "588 157" in page
    assert not Note.objects.exists()


def test_written_once_from_the_page_and_seen_everywhere_it_may(open_as: Open) -> None:
    life = Life()
    around.hosted()
    around.forced(life.child, life.coordinator, Facet.HEALTH, "Un rendez-vous au CMP.")
    client = open_as(life.referent)
    sent = {
        "form_key": str(uuid4()),
        "facet": "family",
        "observation": "La grand-mère est là.",
        "opinion": "Un appui.",
        "on": "hier",
    }
    for _ in range(2):
        assert client.post(address("notes:write", life.child.pk), sent).status_code == 302
    assert Note.objects.get(facet="family").opinion == "Un appui."
    for url in (
        address("notes:child", life.child.pk),
        address("children:file", life.child.pk),
        address("pathways:pathway", life.pathway.pk),
    ):
        page = text_of(client, url)
        assert "La grand-mère est là." in page
        assert "Avis de" in page
        assert "CMP" not in page
        assert "que vous ne pouvez pas voir" in page
    assert "1 note que vous ne pouvez pas voir (santé)" in text_of(
        client, address("notes:child", life.child.pk)
    )
    line = ReadLine.objects.latest_first()[0]
    assert (line.page, line.child_id, line.reason) == ("notes:child", life.child.pk, "referent")


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.REFERENT])
def test_who_answers_a_call_learns_how_many_and_no_more(open_as: Open, role: Role) -> None:
    """Not even of what they speak: that there is a note on health is a word on health."""
    life = Life()
    around.hosted()
    around.forced(life.child, life.coordinator, Facet.HEALTH)
    around.forced(life.child, life.coordinator, Facet.FAMILY)
    client = open_as(making.user(role))
    for url in (address("notes:child", life.child.pk), address("children:file", life.child.pk)):
        page = text_of(client, url)
        assert "2 notes que vous ne pouvez pas voir" in page
        assert "santé" not in page.lower()
        assert "Un mot à part" not in page
    assert client.get(address("notes:write", life.child.pk)).status_code == 403


@pytest.mark.parametrize(
    "role",
    [Role.TEAM_MEMBER, Role.PARTNER_WORKER, Role.STEERING, Role.TOWN_ADMIN, Role.SECRETARY, Role.REFERENT],
)
def test_an_address_that_leaks_opens_nothing(open_as: Open, role: Role) -> None:
    life = Life()
    note = around.note(life.child, life.coordinator)
    client = open_as(making.user(role))
    for name in ("rewrite", "correct", "strike"):
        assert client.get(address(f"notes:{name}", note.pk)).status_code in (403, 404)
        assert client.post(address(f"notes:{name}", note.pk), {"text": "x", "because": "x"}).status_code in (
            403,
            404,
        )
    assert not NoteCorrection.objects.exists()
    note.refresh_from_db()
    assert note.struck_at is None


def test_a_person_in_an_emergency_reads_and_does_not_write(open_as: Open) -> None:
    life = Life()
    around.forced(life.child, life.coordinator, Facet.FAMILY, "La tante peut venir.")
    around.forced(life.child, life.coordinator, Facet.SOCIAL, "Un dossier au CCAS.")
    reader = making.user(Role.TEAM_MEMBER)
    emergency.open_emergency(
        by=reader, at=timezone.now(), child=life.child, reason="La famille est injoignable."
    )
    client = open_as(reader)
    page = text_of(client, address("notes:child", life.child.pk))
    assert "La tante peut venir." in page
    assert "Un dossier" not in page
    assert client.get(address("notes:write", life.child.pk)).status_code == 403


def test_queries_do_not_grow_with_notes(open_as: Open) -> None:
    life = Life()
    client = open_as(life.referent)
    counts = []
    for more in (2, 10):
        for _ in range(more):
            note = around.note(life.child, life.referent)
            notes.correct_note(note=note, text="Oui.", by=life.referent, at=NOW)
        for _ in range(2):  # the first asks once for what is remembered
            with CaptureQueriesContext(connection) as asked:
                client.get(address("notes:child", life.child.pk))
        counts.append(len(asked))
    assert counts[0] == counts[1]
