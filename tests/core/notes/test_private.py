"""Private notes: their author's alone, encrypted, ended, never told of anywhere else."""

import base64
from datetime import date, timedelta
from uuid import uuid4

import pytest

from core.children import access
from core.journal.models import Change, ReadLine
from core.notes import sealing, surroundings
from core.notes.models import AuthorKey, PrivateNote
from core.notes.operations import private
from core.notes.operations.notes import CannotNote
from core.people.enums import Role
from tenants import context
from tests.core.notes.pages import Open, address, text_of
from tests.core.pathways import making
from tests.core.pathways.living import Life
from tests.core.pathways.making import NOW

pytestmark = pytest.mark.usefixtures("in_town_a")
SECRET = "Je crois que le frère aîné a peur."


def write(life: Life, text: str = SECRET) -> PrivateNote:
    return private.write_private(child=life.child, text=text, by=life.referent, at=NOW)


def texts(life: Life, reader: object) -> list[str | None]:
    return [item.text for item in private.open_private(child=life.child, reader=reader)]  # type: ignore[arg-type]


def test_its_author_alone_reads_it_and_the_database_holds_no_word() -> None:
    life = Life()
    note = write(life)
    assert texts(life, life.referent) == [SECRET]
    assert texts(life, life.coordinator) == []
    row = PrivateNote.objects.get(pk=note.pk)
    key = AuthorKey.objects.get(author=life.referent)
    for kept in (bytes(row.sealed), bytes(key.wrapped)):
        assert SECRET.encode() not in kept


def test_a_row_copied_to_another_author_or_note_does_not_open() -> None:
    life = Life()
    note, other = write(life), write(life, "Autre mot.")
    thief = making.user(Role.COORDINATOR)
    private.write_private(child=life.child, text="À moi.", by=thief, at=NOW)
    PrivateNote.objects.filter(pk=note.pk).update(author=thief)
    assert texts(life, thief) == ["À moi.", None]
    AuthorKey.objects.filter(author=thief).update(
        wrapped=bytes(AuthorKey.objects.get(author=life.referent).wrapped)
    )
    assert texts(life, thief) == [None, None]
    PrivateNote.objects.filter(pk=other.pk).update(uid=uuid4())
    assert texts(life, life.referent) == [None]


def test_no_log_page_count_or_timeline_tells_of_it(open_as: Open) -> None:
    life = Life()
    client = open_as(life.referent)
    sent = {"form_key": str(uuid4()), "facet": "private", "observation": SECRET, "on": "hier"}
    assert client.post(address("notes:write", life.child.pk), sent).status_code == 302
    assert SECRET in text_of(client, address("notes:child", life.child.pk))
    other = open_as(life.coordinator)
    for url in (
        address("notes:child", life.child.pk),
        address("children:file", life.child.pk),
        address("pathways:pathway", life.pathway.pk),
        address("children:access_log", life.child.pk),
        address("notes:mine"),
    ):
        page = text_of(other, url)
        assert SECRET not in page
        assert "privée" not in page
    hidden = surroundings.hidden(
        life.child, life.coordinator, access.reasons_for(life.coordinator, life.child), NOW
    )
    assert hidden.count == 0
    told = Change.objects.get(act="notes.private_written")
    assert (told.child_id, told.old, told.fields) == (None, None, [])
    assert not ReadLine.objects.filter(page__contains="private").exists()


def test_nobody_else_removes_it(open_as: Open) -> None:
    life = Life()
    note = write(life)
    assert open_as(life.coordinator).post(address("notes:remove_private", note.pk)).status_code == 404
    with pytest.raises(CannotNote, match="pas la vôtre"):
        private.remove_private(note=note, by=life.coordinator, at=NOW)
    assert open_as(life.referent).post(address("notes:remove_private", note.pk)).status_code == 302
    assert not PrivateNote.objects.exists()


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.TEAM_MEMBER, Role.PARTNER_WORKER, Role.REFERENT])
def test_who_does_not_follow_the_child_keeps_nothing(role: Role) -> None:
    life = Life()
    with pytest.raises(CannotNote, match="ne suivez pas"):
        private.write_private(child=life.child, text=SECRET, by=making.user(role), at=NOW)


def test_it_ends_when_the_town_says_and_its_author_hears_of_it_before() -> None:
    context.require().config["notes"] = {"private_months": 1, "private_warning_days": 10}
    life = Life()
    note = write(life)
    assert note.ends_on.isoformat() == "2026-12-24"
    assert private.warn_authors(at=NOW + timedelta(days=10)) == 0
    assert private.warn_authors(at=NOW + timedelta(days=21)) == 1
    assert private.end_private_notes(at=NOW + timedelta(days=30)) == 0
    assert private.end_private_notes(at=NOW + timedelta(days=31)) == 1
    assert not PrivateNote.objects.exists()
    assert Change.objects.get(act="notes.private_ended").child_id is None


def test_months_end_within_their_month() -> None:
    assert private.months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert private.months_later(date(2026, 11, 24), 1) == date(2026, 12, 24)


def test_keys_turn_without_touching_a_note_and_a_lost_one_is_loud(settings: object) -> None:
    life = Life()
    note = write(life)
    before = bytes(PrivateNote.objects.get(pk=note.pk).sealed)
    old = settings.PRIVATE_NOTES_KEYS  # type: ignore[attr-defined]
    new = "neuve:" + base64.b64encode(b"n" * 32).decode()
    settings.PRIVATE_NOTES_KEYS = f"{new},{old}"  # type: ignore[attr-defined]
    assert private.rotate_keys(at=NOW) == 1
    assert private.rotate_keys(at=NOW) == 0
    settings.PRIVATE_NOTES_KEYS = new  # type: ignore[attr-defined]
    assert texts(life, life.referent) == [SECRET]
    assert bytes(PrivateNote.objects.get(pk=note.pk).sealed) == before
    settings.PRIVATE_NOTES_KEYS = "autre:" + base64.b64encode(b"a" * 32).decode()  # type: ignore[attr-defined]
    assert texts(life, life.referent) == [None]
    with pytest.raises(CannotNote, match="La clé"):
        write(life)
    with pytest.raises(sealing.KeyMissing):
        private.rotate_keys(at=NOW)
    settings.PRIVATE_NOTES_KEYS = ""  # type: ignore[attr-defined]
    with pytest.raises(CannotNote, match="n’a pas reçu de clé"):
        write(life)


def test_a_page_says_that_the_key_is_lost(open_as: Open, settings: object) -> None:
    life = Life()
    write(life)
    settings.PRIVATE_NOTES_KEYS = ""  # type: ignore[attr-defined]
    assert "ne s’ouvre plus" in text_of(open_as(life.referent), address("notes:child", life.child.pk))


def test_around_a_note_of_another_town_there_is_nothing() -> None:
    """The key is wrapped for one town's schema: the same bytes in another open nothing."""
    life = Life()
    write(life)
    key = AuthorKey.objects.get()
    with pytest.raises(sealing.KeyMissing):
        sealing.unwrapped(bytes(key.wrapped), key.master, life.coordinator.pk)
    assert sealing.unwrapped(bytes(key.wrapped), key.master, life.referent.pk)
