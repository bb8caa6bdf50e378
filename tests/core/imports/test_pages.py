"""The pages of an import: a whole way through them without JavaScript, and who may not go it."""

from collections import Counter
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse as address_of
from django.utils import timezone

from core.children.models import Child
from core.imports import templating
from core.imports.models import Import, RememberedValue
from core.people.enums import Role
from core.people.models import User
from core.sheets.shapes import Format
from tenants.context import Place
from tests.core.imports import making as m
from tests.core.pathways import making


def reverse(name: str, args: Any = ()) -> str:
    return address_of(name, args=args, urlconf="reussite.urls_town")


@pytest.fixture
def boss(in_town_a: Place) -> User:
    m.lists()
    return making.user(Role.COORDINATOR, name="Coordination")


@pytest.fixture
def client(client_a: Client, boss: User) -> Client:
    client_a.force_login(boss)
    return client_a


def upload(client: Client, content: bytes, name: str = "essai.xlsx") -> Any:
    return client.post(reverse("imports:list"), {"table": SimpleUploadedFile(name, content)}, follow=True)


def the_import() -> Import:
    return Import.objects.latest("pk")


@pytest.mark.parametrize("format", ["xlsx", "ods", "csv"])
def test_the_example_of_the_template_goes_all_the_way(format: Format, client: Client, boss: User) -> None:
    making.user(Role.REFERENT, name="Fictive")
    page = client.get(reverse("imports:template", args=[format]))
    answer = upload(client, page.content, f"modele.{format}")
    assert answer.status_code == 200
    batch = the_import()
    assert len(batch.columns) >= 30
    answer = client.post(
        reverse("imports:columns", args=[batch.pk]),
        {f"column_{number}": code for number, code in batch.columns.items()},
        follow=True,
    )
    assert "Les mots de votre ville" in answer.content.decode()
    form = answer.context["form"]
    said = {}
    for name, (vocabulary, word) in form.asked.items():
        choices = [code for code, _ in form.fields[name].choices if code not in ("", "-", "=")]
        said[name] = "" if not word else "=" if vocabulary == "school" else [*choices, "-"][0]
    answer = client.post(reverse("imports:words", args=[batch.pk]), said, follow=True)
    assert "Vérification de votre tableau" in answer.content.decode()
    m.work(batch, timezone.now())
    answer = client.get(reverse("imports:detail", args=[batch.pk]))
    batch.refresh_from_db()
    row = batch.rows.order_by("number").first()
    assert row is not None, (batch.state, batch.done, batch.total, batch.header_row, str(batch.sheets)[:600])
    assert row.problems == []
    assert "Reprendre les lignes prêtes" in answer.content.decode()
    client.post(reverse("imports:run", args=[batch.pk]))
    m.work(batch, timezone.now())
    answer = client.get(reverse("imports:detail", args=[batch.pk]))
    assert "1 parcours signé sur papier" in answer.content.decode().replace("\u00a0", " ")
    assert Child.objects.get().last_name == "Exemple"
    client.post(reverse("imports:undo", args=[batch.pk]), {})
    m.work(batch, timezone.now())
    assert not Child.objects.exists()
    assert "Retiré" in client.get(reverse("imports:detail", args=[batch.pk])).content.decode()


def test_a_line_is_mended_answered_and_left_aside_in_the_browser(client: Client, boss: User) -> None:
    known = making.child(first_name="Zoé", last_name="Fictif")
    batch = m.checked([{**m.child(1), "birth_on": "?"}, m.CHILD, {**m.child(2), "sex": "?"}], boss)
    page = client.get(reverse("imports:row", args=[batch.pk, 2])).content.decode()
    assert "Nous ne comprenons pas cette date" in page
    form = {**m.child(1), "birth_on": "toujours pas"}
    page = client.post(reverse("imports:row", args=[batch.pk, 2]), form, follow=True).content.decode()
    assert "toujours pas" in page
    client.post(reverse("imports:row", args=[batch.pk, 2]), {**form, "birth_on": "9/3/2016"})
    assert batch.rows.get(number=2).errors == 0
    page = client.get(reverse("imports:row", args=[batch.pk, 3])).content.decode()
    assert f"dossier n° {known.pk}" in page.replace("\u00a0", " ")
    client.post(reverse("imports:decide", args=[batch.pk, 3]), {"who": f"child:{known.pk + 1}"})
    assert batch.rows.get(number=3).decision == ""
    client.post(reverse("imports:decide", args=[batch.pk, 3]), {"who": f"child:{known.pk}"})
    assert batch.rows.get(number=3).same_child == known.pk
    client.post(reverse("imports:aside", args=[batch.pk, 4]))
    client.post(reverse("imports:run", args=[batch.pk]))
    batch = m.work(batch, timezone.now())
    assert Counter(m.outcomes(batch).values()) == {"made": 2, "skipped": 1}
    page = client.get(reverse("imports:detail", args=[batch.pk])).content.decode()
    assert "Vous l’avez laissée de côté." in page
    file = client.get(reverse("imports:left_out", args=[batch.pk]))
    assert file.content.startswith(b"PK")


def test_what_is_no_table_is_refused_with_what_to_do(client: Client) -> None:
    page = upload(client, b"%PDF-1.7 rien", "essai.pdf").content.decode()
    assert "n’est pas un tableur" in page
    assert not Import.objects.exists()


def test_pages_say_how_far_the_work_is(client: Client, boss: User) -> None:
    batch = m.sent([m.child(1)], boss)
    client.post(reverse("imports:words", args=[batch.pk]), {})
    page = client.get(reverse("imports:detail", args=[batch.pk])).content.decode()
    assert "Voir où cela en est" in page
    assert reverse("imports:progress", args=[batch.pk]) in page
    m.work(batch, timezone.now())
    answer = client.get(reverse("imports:progress", args=[batch.pk]))
    assert answer["HX-Redirect"] == reverse("imports:detail", args=[batch.pk])


def test_columns_bear_no_mark_each_and_giving_up_is_asked_twice(client: Client, boss: User) -> None:
    batch = m.sent([m.CHILD], boss)
    page = client.get(reverse("imports:columns", args=[batch.pk])).content.decode()
    assert "(facultatif)" not in page
    assert page.count("une colonne que vous laissez n’est pas reprise") == 1
    before, _, act = page.partition(reverse("imports:give_up", args=[batch.pk]))
    assert "cela ne s’annule pas" in before[before.rindex("<details") :]
    assert "</details>" in act
    assert client.post(reverse("imports:give_up", args=[batch.pk])).status_code == 302
    batch.refresh_from_db()
    assert (batch.sheets, batch.rows.count()) == ([], 0)


@pytest.mark.parametrize("role", [role for role in Role if role.value not in ("coordinator", "operator")])
def test_others_than_the_coordination_see_nothing_of_it(role: Role, client_a: Client, boss: User) -> None:
    batch = m.checked([m.child(1)], boss)
    client_a.force_login(making.user(role))
    for name, args in (("list", []), ("detail", [batch.pk]), ("row", [batch.pk, 2]), ("run", [batch.pk])):
        assert client_a.get(reverse(f"imports:{name}", args=args)).status_code in (403, 404)
        assert client_a.post(reverse(f"imports:{name}", args=args)).status_code in (403, 404)
    assert not Import.objects.visible_to(making.user(role)).exists()


@pytest.mark.parametrize("lines", [3, 40])
def test_the_review_asks_as_much_of_the_database_whatever_the_table(
    lines: int, client: Client, boss: User, django_assert_max_num_queries: Any
) -> None:
    batch = m.checked([{**m.child(number), "birth_on": "?"} for number in range(lines)], boss)
    address = reverse("imports:detail", args=[batch.pk])
    client.get(address)
    with django_assert_max_num_queries(30):
        client.get(address)


def test_what_is_left_out_is_a_table() -> None:
    assert templating.template("csv").decode("utf-8-sig").startswith("Nom et prénom ensemble")


def test_an_answer_stays_with_its_word_whatever_the_list_became(client: Client, boss: User) -> None:
    first, second = (making.user(Role.REFERENT, name=name) for name in ("Fictive", "Inventé"))
    rows = [
        {**m.child(number), **m.pathway(first), "referent": name}
        for number, name in enumerate(("Anna", "Bob"))
    ]
    batch = m.sent(rows, boss)
    address = reverse("imports:words", args=[batch.pk])
    asked = client.get(address).context["form"].asked
    names = {word: name for name, (vocabulary, word) in asked.items() if vocabulary == "referent"}
    said = {names["Anna"]: str(first.pk), names["Bob"]: str(second.pk)}
    RememberedValue.objects.create(field="referent", word="anna", code=str(second.pk), used_at=making.NOW)
    answer = client.post(address, said)
    assert "La liste a changé" in answer.content.decode()
    batch.refresh_from_db()
    assert (batch.state, batch.values) == ("sent", {})
    form = answer.context["form"]
    assert [form[name].value() for name, (_, word) in form.asked.items() if word == "Bob"] == [str(second.pk)]
    client.post(address, {names["Bob"]: str(second.pk)})
    batch.refresh_from_db()
    assert batch.values == {"referent": {"bob": str(second.pk)}}


def test_two_spellings_of_a_word_are_one_question(client: Client, boss: User) -> None:
    rows = [{**m.child(number), **m.REFERRAL, "motives": word} for number, word in enumerate(("Œil", "oeil"))]
    form = client.get(reverse("imports:words", args=[m.sent(rows, boss).pk])).context["form"]
    assert [form.fields[name].help_text for name, (_, word) in form.asked.items() if word] == [
        "2\u00a0lignes"
    ]
