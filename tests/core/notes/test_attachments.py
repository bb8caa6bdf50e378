"""Files: what comes in, who opens them, and that a removed one leaves the disk."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils import timezone

from core.journal.models import ReadLine
from core.notes.enums import Facet
from core.notes.models import Attachment
from core.notes.operations import attachments
from core.notes.operations.notes import CannotNote
from core.people.enums import Role
from tenants.context import Place, entered
from tests.core.notes import making as around
from tests.core.notes.pages import Open, address
from tests.core.pathways import making
from tests.core.pathways.living import Life
from tests.core.pathways.making import NOW
from tests.core.ui import sending

pytestmark = pytest.mark.usefixtures("in_town_a")


def sent(**said: object) -> dict[str, object]:
    return {
        "form_key": str(uuid4()),
        "file": sending.photo("chez la famille.jpg"),
        "title": "Le bulletin",
        "facet": "school",
        **said,
    }


def test_a_photograph_is_kept_bare_in_the_towns_folder_and_opened_by_a_page(
    open_as: Open, town_a: Place
) -> None:
    life = Life()
    client = open_as(life.referent)
    assert client.post(address("notes:attach", life.child.pk), sent()).status_code == 302
    kept = Attachment.objects.get()
    path = Path(default_storage.path(kept.file.name))
    assert town_a.schema in path.parts
    assert "famille" not in str(path)
    assert sending.TRAILER not in path.read_bytes()
    response = client.get(address("notes:open_file", kept.pk))
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"].startswith("inline; filename*=UTF-8''Le%20bulletin.jpg")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    line = ReadLine.objects.latest_first()[0]
    assert (line.page, line.child_id) == ("notes:open_file", life.child.pk)
    with pytest.raises(ValueError, match="no URL"):
        _ = kept.file.url
    assert client.get(f"/media/{kept.file.name}").status_code == 404


@pytest.mark.parametrize("acts", ["javascript", "embedded"])
def test_a_paper_that_acts_is_refused_and_nothing_is_kept(open_as: Open, acts: str) -> None:
    life = Life()
    page = open_as(life.referent).post(
        address("notes:attach", life.child.pk), sent(file=sending.paper(acts=acts))
    )
    assert "Imprimez-le en PDF" in page.content.decode()
    assert 'value="Le bulletin"' in page.content.decode()
    assert not Attachment.objects.exists()
    with pytest.raises(CannotNote, match="Imprimez-le"):
        around.attachment(life.child, life.referent, file=sending.paper(acts=acts))


@pytest.mark.parametrize("role", [*Role][:7])
def test_a_leaked_address_opens_for_who_may_read_the_facet_alone(open_as: Open, role: Role) -> None:
    life = Life()
    school = around.attachment(life.child, life.coordinator, Facet.SCHOOL)
    paper = around.attachment(life.child, life.coordinator, Facet.PAPERS)
    client = open_as(making.user(role))
    opens = {Role.COORDINATOR: {school, paper}, Role.SECRETARY: {paper}}.get(role, set())
    for found in (school, paper):
        status = client.get(address("notes:open_file", found.pk)).status_code
        assert status == 200 if found in opens else status in (403, 404)
        assert client.post(address("notes:remove_file", found.pk), {}).status_code in (200, 403, 404)
    assert Attachment.objects.kept().count() == 2


def test_another_town_has_no_such_file(town_b: Place) -> None:
    life = Life()
    kept = around.attachment(life.child, life.coordinator)
    with entered(town_b, switching=True):
        assert not default_storage.exists(kept.file.name)
        assert not Attachment.objects.exists()


def test_who_left_the_child_opens_it_no_more(open_as: Open) -> None:
    life = Life()
    kept = around.attachment(life.child, life.referent)
    client = open_as(life.referent)
    assert client.get(address("notes:open_file", kept.pk)).status_code == 200
    life.child.referent_links.update(until_on=timezone.localdate() - timedelta(days=1))
    life.child.referent_links.update(since_on=timezone.localdate() - timedelta(days=2))
    assert client.get(address("notes:open_file", kept.pk)).status_code == 404


def test_a_removed_file_leaves_the_disk_and_says_why(
    open_as: Open, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    life = Life()
    kept = around.attachment(life.child, life.referent)
    path = Path(default_storage.path(kept.file.name))
    with pytest.raises(CannotNote, match="pourquoi"):
        attachments.remove(attachment=kept, because=" ", by=life.referent, at=NOW)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        gone = attachments.remove(attachment=kept, because="Un autre enfant.", by=life.referent, at=NOW)
    assert not path.exists()
    assert (gone.file.name, gone.removed_because) == ("", "Un autre enfant.")
    assert open_as(life.referent).get(address("notes:open_file", kept.pk)).status_code == 404
    with pytest.raises(DatabaseError), transaction.atomic():
        Attachment.objects.filter(pk=kept.pk).update(file="pieces/autre", removed_at=None)


def test_what_a_failure_left_is_swept_and_the_rest_stays() -> None:
    life = Life()
    kept = around.attachment(life.child, life.referent)
    stray = default_storage.save("pieces/2026/11/egare", sending.paper())
    now = timezone.now()
    assert attachments.sweep(at=now) == 0
    assert attachments.sweep(at=now + timedelta(days=2)) >= 1  # with what other tests took back
    assert not default_storage.exists(stray)
    assert default_storage.exists(kept.file.name)
