"""The pages of the accounts: what the coordination sees and does there, and nobody else."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.funding import demo, queries
from core.funding.models import Convention, Expense
from core.journal.models import ReadLine
from core.people.enums import Role
from core.people.models import User
from core.sheets import reading
from tenants.context import Place, entered
from tests.conftest import client_of
from tests.core.funding import making as accounts
from tests.core.funding.making import YEAR
from tests.core.pathways import making
from tests.core.pathways.making import NOW

SignIn = Callable[[Client, Place, object], Client]
Browse = Callable[[User], Client]


@pytest.fixture
def browse(in_town_a: Place, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> Browse:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return lambda user: sign_in(client_of(in_town_a), in_town_a, user)


@pytest.fixture
def boss(in_town_a: Place) -> User:
    return making.user(Role.COORDINATOR)


def url(name: str, *args: int) -> str:
    return reverse(f"funding:{name}", args=args, urlconf="reussite.urls_town")


def page(client: Client, address: str, **params: str) -> str:
    response = client.get(address, params)
    assert response.status_code == 200, address
    return " ".join(response.text.replace("\u00a0", " ").replace("\u202f", " ").split())


def given(**fields: str) -> dict[str, str]:
    usual = {
        "form_key": str(uuid4()),
        "funder_kind": "caf",
        "programme": "REAAP",
        "year": YEAR.code,
        "asked": "12 000,50 €",
        "state": "granted",
        "granted": "9 000",
        "paid": "",
    }
    return usual | fields


def test_a_convention_is_written_once_and_corrected(browse: Browse, boss: User) -> None:
    client, typed = browse(boss), given()
    for _ in range(2):
        assert client.post(url("new_convention"), typed).status_code == 302
    row = Convention.objects.get()
    assert (row.asked, row.granted, row.paid) == (Decimal("12000.50"), 9_000, 0)
    html = page(client, url("home"))
    assert "CAF, REAAP" in html
    assert "12 000,50 €" in html
    assert 'value="12000,50"' in page(client, url("convention", row.pk))
    kept = client.post(url("convention", row.pk), given(paid="9 001", programme="Ce que j’ai écrit"))
    assert "dépasse le montant accordé" in kept.text
    assert "Ce que j’ai écrit" in kept.text
    assert client.post(url("convention", row.pk), given(paid="4 500,00")).status_code == 302
    assert "Avant : montant versé : 0,00" in page(client, url("convention", row.pk))


def test_it_is_taken_back_and_put_back(browse: Browse, boss: User) -> None:
    row, client = accounts.convention(boss), browse(boss)
    assert 'Accordé</p> <p class="number-value">90 000 €' in page(client, url("home"))
    client.post(url("withdraw_convention", row.pk))
    html = page(client, url("home"))
    assert "Retirée" in html
    assert 'Accordé</p> <p class="number-value">0 €' in html
    client.post(url("restore_convention", row.pk))
    assert Convention.objects.get().active


def test_an_expense_keeps_its_convention_though_it_was_taken_back(browse: Browse, boss: User) -> None:
    row = accounts.convention(boss)
    spent = accounts.expense(boss, convention=row)
    client = browse(boss)
    client.post(url("withdraw_convention", row.pk))
    form = client.get(url("expense", spent.pk)).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"on": "3/10/2026", "amount": "12"}
    assert client.post(url("expense", spent.pk), typed).status_code == 302
    spent.refresh_from_db()
    assert (spent.convention, spent.amount) == (row, 12)
    assert row not in client.get(url("new_expense")).context["form"].fields["convention"].queryset


def test_an_aid_is_noted_from_the_child_and_named_nowhere_else(browse: Browse, boss: User) -> None:
    child = making.child(first_name="Fatoumata")
    client = browse(boss)
    typed = {
        "form_key": str(uuid4()),
        "on": "5/10/2026",
        "amount": "45,50",
        "domain": str(making.domain().pk),
    }
    assert client.post(url("new_aid", child.pk), typed).status_code == 302
    row = Expense.objects.get()
    assert (row.child, row.nature, row.label) == (child, "aid", "")
    file = page(client, reverse("children:file", args=[child.pk], urlconf="reussite.urls_town"))
    assert "45,50 €" in file
    for address in (url("home"), url("expenses")):
        assert "Fatoumata" not in page(client, address)
    assert client.get(url("expense", row.pk)).status_code == 404
    assert "Fatoumata" in page(client, url("aid", row.pk))
    assert ReadLine.objects.filter(page="funding:aid", child_id=child.pk).exists()
    for role in (Role.SECRETARY, Role.REFERENT):
        assert browse(making.user(role)).get(url("aid", row.pk)).status_code == 403


def test_nobody_else_comes_near(browse: Browse, boss: User, town_b: Place, sign_in: SignIn) -> None:
    row, spent = accounts.convention(boss), accounts.expense(boss)
    addresses = [url("home"), url("expenses"), url("convention", row.pk), url("expense", spent.pk)]
    listed = ("conventions_received", "expenses", "in_kind")
    for role in (Role.STEERING, Role.TOWN_ADMIN, Role.PARTNER_WORKER, Role.REFERENT):
        client = browse(making.user(role))
        assert {client.get(address).status_code for address in addresses} == {403}
        exported = {client.get(f"/exports/nouveau/?liste={code}").status_code for code in listed}
        assert exported <= {403, 404}
        assert "Financements" not in client.get("/").text
    with entered(town_b, switching=True):
        stranger = sign_in(client_of(town_b), town_b, making.user(Role.COORDINATOR))
        found = [stranger.get(address).status_code for address in addresses]
        assert "Réussite éducative" not in stranger.get(url("home")).text
    assert found == [200, 200, 404, 404]
    assert {browse(boss).get(address).status_code for address in addresses} == {200}


def test_accounts_are_taken_away_without_a_child(browse: Browse, boss: User) -> None:
    accounts.aid(boss, making.child(last_name="Cachée"))
    accounts.convention(boss)
    client = browse(boss)
    reason = {"reason": "Compte rendu à la préfecture.", "format": "ods"}
    rows = {}
    for code in ("conventions_received", "expenses"):
        address = reverse("exports:new", query={"liste": code}, urlconf="reussite.urls_town")
        answer = client.post(address, reason)
        rows[code] = reading.read(answer.content, "a.ods")[0].rows
    assert rows["conventions_received"][1][:2] == ["Préfecture", "Réussite éducative"]
    assert rows["expenses"][1][-1] == 45.5
    assert "Cachée" not in str(rows)


def test_a_deadline_stands_in_today(browse: Browse, boss: User) -> None:
    accounts.convention(boss, report_due_on=(NOW - timedelta(days=3)).date())
    assert "compte rendu à rendre il y a 3 jours" in page(browse(boss), "/attente/financements/")


def test_the_demonstration_writes_its_accounts_once(
    in_town_a: Place, boss: User, settings: LazySettings
) -> None:
    settings.DEMO = True
    making.child()
    assert demo.populate(at=NOW) > 8
    assert demo.populate(at=NOW) == 0
    table = queries.funding_table(YEAR.first, YEAR.last)
    assert 0.6 < table.state / table.direct < 0.7
    assert table.spent
    assert table.in_kind
