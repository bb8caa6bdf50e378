"""An information préoccupante: by anyone, at once; its circle; that it exists is seen by nobody else."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from pypdf import PdfReader

from core.journal.models import Change, ReadLine
from core.people.enums import ROLES_UNDER_CHARTER, Role
from core.people.models import User
from core.protection import documents
from core.protection.enums import ParentsTold, Result, SentHow
from core.protection.models import Concern, ConcernLine
from core.protection.operations import concerns
from core.protection.operations.concerns import CannotProtect
from tenants import context
from tenants.context import Place, entered
from tests.core.notes.pages import Open, address, text_of
from tests.core.pathways import making
from tests.core.pathways.living import Life
from tests.core.pathways.making import NOW, TODAY
from tests.core.protection import making as protecting
from tests.core.protection.making import SECRET

pytestmark = pytest.mark.usefixtures("in_town_a")
PAGES = ("detail", "pdf", "rewrite", "send", "acknowledge", "result", "complement", "let_in")


def filled(**said: object) -> dict[str, object]:
    return {
        "form_key": str(uuid4()),
        "child_said": "Aïcha Exemple",
        "danger": "risk",
        "facts": SECRET,
        "parents": "told",
        "parents_said": "Ils ont écouté.",
        **said,
    }


@pytest.mark.parametrize("role", sorted(ROLES_UNDER_CHARTER))
def test_anyone_under_the_charter_writes_at_once_and_sees_their_own(open_as: Open, role: Role) -> None:
    author = making.user(role)
    client = open_as(author)
    assert client.get(address("protection:new")).status_code == 200
    for _ in range(2):
        key = filled()
        response = client.post(address("protection:new"), key)
        assert response.status_code == 302
        assert client.post(address("protection:new"), key)["Location"] == response["Location"]
    assert Concern.objects.count() == 2
    assert SECRET in text_of(client, response["Location"])


@pytest.mark.parametrize("role", [Role.STEERING, Role.TOWN_ADMIN])
def test_who_never_meets_a_child_does_not(role: Role) -> None:
    with pytest.raises(CannotProtect, match="119"):
        protecting.concern(making.user(role))
    with pytest.raises(CannotProtect, match="charte"):
        protecting.concern(making.user(Role.REFERENT, signed=False))


def test_parents_are_told_unless_a_reason_is_written(open_as: Open) -> None:
    author = making.user(Role.PARTNER_WORKER)
    untold = {"parents": ParentsTold.NOT_TOLD, "parents_reason": " "}
    with pytest.raises(CannotProtect, match="mettrait l’enfant en danger"):
        protecting.concern(author, **untold)
    client = open_as(author)
    page = client.post(address("protection:new"), filled(parents="not_told")).content.decode()
    assert "Écrivez pourquoi" in page
    assert SECRET in page
    with pytest.raises(DatabaseError), transaction.atomic():
        Concern.objects.create(
            child_said="x", danger="risk", facts="x", parents="not_told", author=author, written_at=NOW
        )
    made = protecting.concern(
        author, parents=ParentsTold.NOT_TOLD, parents_reason="L’enfant a peur du retour.", parents_said="x"
    )
    assert (made.parents_reason, made.parents_said) == ("L’enfant a peur du retour.", "")


def outsiders(life: Life) -> list[User]:
    """Everybody else, the child's own referent among them."""
    return [life.referent, *(making.user(role) for role in Role if role != Role.COORDINATOR)][:8]


def test_outside_of_the_circle_there_is_nothing_at_all(open_as: Open) -> None:
    life = Life()
    author = making.user(Role.TEAM_MEMBER)
    made = protecting.sent(author, child=life.child)
    for user in outsiders(life):
        client = open_as(user)
        assert not Concern.objects.visible_to(user, at=NOW).exists()
        for name in PAGES:
            url = address(f"protection:{name}", made.pk)
            assert client.get(url).status_code in (403, 404), (user.roles_on(TODAY), name)
            assert client.post(url, {}).status_code in (403, 404, 405)
    client = open_as(life.referent)
    without = Life(coordinator=life.coordinator)
    for name in ("children:file", "notes:child", "children:family"):
        with_one = text_of(client, address(name, life.child.pk))
        assert SECRET not in with_one
        assert f"/proteger/{made.pk}/" not in with_one
        assert "que vous ne pouvez pas voir" not in with_one.split("Protéger")[-1]
        compared = text_of(open_as(without.referent), address(name, without.child.pk))
        assert with_one.count("préoccupante") == compared.count("préoccupante")
        assert with_one.count("hidden-count") == compared.count("hidden-count")


def test_no_log_of_the_file_tells_of_it(open_as: Open) -> None:
    life = Life()
    client = open_as(life.referent)
    before = (ReadLine.objects.count(), Change.objects.count())
    assert client.get(address("protection:about", life.child.pk)).status_code == 200
    response = client.post(address("protection:about", life.child.pk), filled())
    client.get(response["Location"])
    sent = {"how": "phone", "to": "La CRIP", "seen": Concern.objects.get().text_digest}
    client.post(f"{response['Location']}transmise/", sent)
    assert Concern.objects.get().state == "sent"
    assert (ReadLine.objects.count(), Change.objects.count()) == before
    acts = list(ConcernLine.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["read_form", "written", "read_detail", "sent"]
    log = text_of(open_as(life.coordinator), address("children:access_log", life.child.pk))
    assert "préoccupante" not in log


def test_its_own_log_says_who_read_it_and_cannot_be_changed(open_as: Open) -> None:
    life = Life()
    made = protecting.concern(life.referent, child=life.child)
    text_of(open_as(life.coordinator), address("protection:detail", made.pk))
    line = ConcernLine.objects.filter(act="read_detail").get()
    assert (line.actor_id, line.concern_id) == (life.coordinator.pk, made.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        ConcernLine.objects.filter(pk=line.pk).delete()


def test_those_named_read_and_complete_until_they_are_let_out(open_as: Open) -> None:
    life = Life()
    author = making.user(Role.TEAM_MEMBER)
    made = protecting.sent(author, child=life.child)
    with pytest.raises(CannotProtect, match="pourquoi"):
        concerns.let_in(concern=made, user=life.referent, why=" ", by=author, at=NOW)
    with pytest.raises(CannotProtect, match="charte"):
        concerns.let_in(
            concern=made, user=making.user(Role.REFERENT, signed=False), why="x", by=author, at=NOW
        )
    member = concerns.let_in(concern=made, user=life.referent, why="Accompagne.", by=author, at=NOW)
    client = open_as(life.referent)
    assert SECRET in text_of(client, address("protection:detail", made.pk))
    assert f"/proteger/{made.pk}/" in text_of(client, address("children:file", life.child.pk))
    for name in ("send", "acknowledge", "result", "let_in"):
        assert client.get(address(f"protection:{name}", made.pk)).status_code == 403
    assert client.get(address("protection:complement", made.pk)).status_code == 200
    concerns.let_out(member=member, by=author, at=NOW)
    assert client.get(address("protection:detail", made.pk)).status_code == 404


def test_what_left_does_not_move_and_a_complement_follows() -> None:
    author = making.user(Role.REFERENT)
    made = protecting.concern(author)
    with pytest.raises(CannotProtect, match="pas encore transmise"):
        concerns.add_complement(concern=made, text="Autre fait.", by=author, at=NOW)
    with pytest.raises(CannotProtect, match="Seule la personne"):
        concerns.rewrite_concern(
            concern=made, told=protecting.told(), by=making.user(Role.COORDINATOR), at=NOW
        )
    made = concerns.rewrite_concern(concern=made, told=protecting.told(facts="Mieux dit."), by=author, at=NOW)
    seen = made.text_digest
    sent = concerns.send_concern(concern=made, how=SentHow.POST, to="", seen=seen, by=author, at=NOW)
    with pytest.raises(CannotProtect, match="transmise"):
        concerns.rewrite_concern(concern=sent, told=protecting.told(), by=author, at=NOW)
    for values in ({"facts": "Rien."}, {"sent_how": "hand"}, {"author": making.user(Role.REFERENT)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Concern.objects.filter(pk=made.pk).update(**values)
    with pytest.raises(CannotProtect, match="transmise"):
        concerns.send_concern(concern=sent, how=SentHow.POST, to="", seen=seen, by=author, at=NOW)
    concerns.add_complement(concern=sent, text="Autre fait.", by=author, at=NOW)
    assert documents.concern_pdf(sent).startswith(b"%PDF-")


def test_deadlines_are_the_towns_and_late_ones_wait() -> None:
    context.require().config["protection"] = {"acknowledgement_days": 5, "answer_days": 30}
    author = making.user(Role.REFERENT)
    made = protecting.sent(author)
    due = (made.acknowledgement_due_on, made.answer_due_on)
    assert [(day - TODAY).days for day in due if day] == [5, 30]
    assert not Concern.objects.waiting(due[0]).exists()
    after = due[0] + (due[0] - TODAY)
    assert made in Concern.objects.waiting(after)
    concerns.acknowledge(concern=made, on=TODAY, by=author, at=NOW)
    assert made not in Concern.objects.waiting(after)
    done = concerns.note_result(concern=made, result=Result.HELP, on=TODAY, by=author, at=NOW)
    assert (done.state, done.get_result_display()) == ("answered", "Une aide est proposée à la famille")
    assert not Concern.objects.waiting(due[1] + (due[1] - TODAY)).exists()


def test_the_letter_takes_nothing_from_the_file() -> None:
    """The author may not see the address: what is not typed is not in it."""
    context.require().config["protection"] = {"crip_name": "Cellule fictive"}
    life = Life()
    worker = making.user(Role.PARTNER_WORKER)
    made = protecting.concern(worker, child=life.child)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(documents.concern_pdf(made))).pages)
    assert "Cellule fictive" in text
    assert "bleu au bras" in text
    for unsaid in (life.guardian.last_name, life.child.last_name):
        assert unsaid not in text


def test_another_towns_coordination_finds_nothing(town_b: Place) -> None:
    protecting.sent(making.user(Role.REFERENT))
    with entered(town_b, switching=True):
        assert not Concern.objects.visible_to(making.user(Role.COORDINATOR), at=NOW).exists()


def test_who_is_gone_reads_nothing_any_more() -> None:
    author = making.user(Role.REFERENT)
    made = protecting.concern(author)
    assert made in Concern.objects.visible_to(author, at=timezone.now())
    author.left_on = TODAY
    author.save(update_fields=["left_on"])
    author.forget_roles()
    assert made not in Concern.objects.visible_to(author, at=timezone.now())


def test_only_the_text_that_was_read_is_sealed(open_as: Open) -> None:
    author = making.user(Role.REFERENT)
    made = protecting.concern(author)
    client = open_as(author)
    page = client.get(address("protection:detail", made.pk)).content.decode()
    link = f"{address('protection:send', made.pk)}?lu={made.text_digest}"
    assert link in page
    concerns.rewrite_concern(concern=made, told=protecting.told(facts="Autre chose."), by=author, at=NOW)
    form = client.get(link).context["form"]
    sent = {"how": "post", "to": "", "seen": form["seen"].value()}
    assert "Le texte a changé" in client.post(address("protection:send", made.pk), sent).content.decode()
    made.refresh_from_db()
    assert (made.state, made.sent_at) == ("written", None)
    client.post(address("protection:send", made.pk), {**sent, "seen": made.text_digest})
    made.refresh_from_db()
    assert made.state == "sent"
