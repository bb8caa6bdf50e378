"""« Exploitation »: counts by town and kind, replay and park, no person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from core.journal.models import Change
from core.national import queries
from core.people.enums import Role
from core.people.models import User
from tenants import dispatcher, health, outbox, outcomes
from tenants.context import Place, entered
from tenants.models import Effect, OutboxRow, ScheduledJob
from tenants.outbox import RELAY
from tests.conftest import client_of
from tests.core.pathways import making

SignIn = Callable[[Client, Place, object], Client]


@pytest.fixture
def operator(in_national: Place) -> User:
    return making.user(Role.OPERATOR, signed=False)


@pytest.fixture
def browser(national: Place, operator: User, sign_in: SignIn) -> Client:
    return sign_in(client_of(national), national, operator)


@pytest.fixture(autouse=True)
def broker(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Whether the broker answers, said by the test."""
    state = {"up": True}
    monkeypatch.setattr(health, "broker_answers", lambda: state["up"])
    monkeypatch.setattr(health, "workers", list)
    return state


def effect(town: Place, state: Effect, what: str = "signing", **values: Any) -> int:
    key = f"{what}-{state}-{timezone.now().isoformat()}"
    with entered(town, switching=True), transaction.atomic():
        outbox.put(kind="mail", key=key, payload={"mail_id": 1, "what": what})
    with entered(RELAY, switching=True):
        row = OutboxRow.objects.get(key=key)
        ended = timezone.now() if state in (*outcomes.FAILED, Effect.DONE) else None
        OutboxRow.objects.filter(pk=row.pk).update(state=state, ended_at=ended, **values)
    return row.pk


def state_of(pk: int) -> str:
    with entered(RELAY, switching=True):
        return OutboxRow.objects.get(pk=pk).state


def test_results_are_shown_by_town_and_kind(browser: Client, town_a: Place, town_b: Place) -> None:
    effect(town_a, Effect.DONE)
    effect(town_a, Effect.DEAD, tries=30, error="ConnectionRefusedError")
    effect(town_b, Effect.WAITING, "notice:pathways.referral_received", tries=2)
    page = browser.get("/exploitation/").text
    assert "Alpha" in page
    assert "E-mail\u00a0: signature chez soi" in page
    assert "une orientation est reçue" in page
    (alpha,) = [line for line in queries.outcome_lines() if line.town == "Alpha"]
    assert (alpha.outcome.done, alpha.outcome.dead, alpha.failed) == (1, 1, 1)
    (beta,) = [line for line in queries.outcome_lines() if line.town == "Beta"]
    assert (beta.outcome.waiting, beta.outcome.retrying) == (0, 1)


def test_a_failure_is_asked_again_and_noted(browser: Client, operator: User, town_a: Place) -> None:
    pk = effect(town_a, Effect.UNCERTAIN, error="interrupted")
    assert "interrupted" in browser.get("/exploitation/echecs/").text
    assert browser.post(f"/exploitation/echecs/{pk}/rejouer/").status_code == 302
    assert state_of(pk) == Effect.WAITING
    line = Change.objects.get(act="national.effects_replayed")
    assert (line.actor_id, line.fields) == (operator.pk, [f"effect_{pk}"])


def test_what_waits_is_parked_until_it_is_asked_again(browser: Client, town_a: Place) -> None:
    pk = effect(town_a, Effect.WAITING)
    browser.post(f"/exploitation/echecs/{pk}/garer/")
    assert state_of(pk) == Effect.UNCERTAIN
    browser.post(f"/exploitation/echecs/{pk}/rejouer/")
    assert state_of(pk) == Effect.WAITING


@pytest.mark.parametrize("state", [Effect.RUNNING, Effect.DONE])
def test_what_began_or_ended_is_not_parked(browser: Client, town_a: Place, state: Effect) -> None:
    pk = effect(town_a, state)
    page = browser.post(f"/exploitation/echecs/{pk}/garer/", follow=True).text
    assert "Trop tard" in page
    assert state_of(pk) == state


def test_what_is_done_is_not_replayed(browser: Client, town_a: Place) -> None:
    pk = effect(town_a, Effect.DONE)
    assert "n’est plus à rejouer" in browser.post(f"/exploitation/echecs/{pk}/rejouer/", follow=True).text
    assert state_of(pk) == Effect.DONE


def test_the_schedule_shows_next_and_last_runs_and_failures(browser: Client, town_a: Place) -> None:
    dispatcher.agree()
    with entered(RELAY, switching=True):
        ScheduledJob.objects.filter(schema_name=town_a.schema, name="core.notifications.remind").update(
            failures=2, last_error="ValueError", last_ended_at=timezone.now()
        )
    page = browser.get("/exploitation/horaires/").text
    assert "core.notifications.remind" in page
    assert "Alpha (2\u00a0: ValueError)" in page


def test_a_broker_that_is_down_is_said_on_every_page(browser: Client, broker: dict[str, bool]) -> None:
    with entered(RELAY, switching=True):
        ScheduledJob.objects.update_or_create(
            schema_name="",
            name="heartbeat",
            defaults={"last_ended_at": timezone.now(), "due_at": timezone.now() + timedelta(days=9)},
        )
    pages = (
        "/",
        "/exploitation/",
        "/exploitation/echecs/",
        "/exploitation/horaires/",
        "/exploitation/agents/",
    )
    assert all("Le courtier de tâches ne répond pas" not in browser.get(page).text for page in pages)
    broker["up"] = False
    assert all("Le courtier de tâches ne répond pas" in browser.get(page).text for page in pages)


def test_a_national_reader_is_told_nothing_of_it(
    in_national: Place, sign_in: SignIn, broker: dict[str, bool]
) -> None:
    broker["up"] = False
    reader = sign_in(client_of(in_national), in_national, making.user(Role.NATIONAL_READER, signed=False))
    assert "courtier" not in reader.get("/").text
    assert reader.get("/exploitation/").status_code == 403


def test_queues_say_how_long_the_oldest_waits(in_national: Place, town_a: Place) -> None:
    past, later = timezone.now() - timedelta(minutes=10), timezone.now() + timedelta(hours=1)
    effect(town_a, Effect.WAITING, wanted_at=past, due_at=later)  # its next try is no younger wish
    normal = next(line for line in queries.queue_lines() if line.state.name == "normal")
    assert normal.state.waiting == 1
    assert normal.late
    assert "10\u00a0min" in normal.words


def test_what_is_tried_again_and_what_was_given_up_are_said(in_national: Place, town_a: Place) -> None:
    long_ago = timezone.now() - timedelta(hours=3)
    effect(town_a, Effect.WAITING, wanted_at=timezone.now(), error="smtp_421")
    assert not any("nouvel essai" in trouble or "abandonné" in trouble for trouble in queries.troubles())
    effect(town_a, Effect.WAITING, wanted_at=long_ago, due_at=timezone.now(), error="smtp_421")
    effect(town_a, Effect.DEAD)
    said = " ".join(queries.troubles())
    assert "2 effet(s) en nouvel essai, le plus ancien depuis 3\u00a0h." in said
    assert "1 effet(s) abandonné(s)" in said


def test_a_suspended_town_is_late_with_nothing(
    in_national: Place, town_a: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatcher.agree()
    with entered(RELAY, switching=True):
        late = ScheduledJob.objects.filter(schema_name=town_a.schema)
        late.update(due_at=timezone.now() - timedelta(hours=3))
    name = "core.notifications.remind"
    assert next(line for line in queries.job_lines() if line.name == name).overdue
    monkeypatch.setattr("tenants.registry.places", lambda: [replace(town_a, state="suspended")])
    assert not next(line for line in queries.job_lines() if line.name == name).overdue


def test_failures_of_one_town_and_kind_are_asked_again_in_one_go(
    browser: Client, town_a: Place, town_b: Place
) -> None:
    mine = [effect(town_a, Effect.DEAD), effect(town_a, Effect.REFUSED)]
    uncertain = effect(town_a, Effect.UNCERTAIN)
    others = [effect(town_b, Effect.DEAD), effect(town_a, Effect.DEAD, "invitation")]
    (line,) = [one for one in queries.outcome_lines() if one.failed == 3]
    page = browser.get(f"/exploitation/echecs/?{line.query}").text
    assert "Rejouer 2\u00a0échecs certains" in page
    assert "Rejouer 1\u00a0incertain, au risque d’un double" in page
    group = {"lieu": town_a.schema, "genre": "mail", "quoi": "signing"}
    browser.post("/exploitation/echecs/rejouer/", group)
    assert [state_of(pk) for pk in mine] == [Effect.WAITING] * 2
    assert [state_of(pk) for pk in (uncertain, *others)] == [Effect.UNCERTAIN, Effect.DEAD, Effect.DEAD]
    browser.post("/exploitation/echecs/rejouer/", {**group, "incertains": "1"})
    assert state_of(uncertain) == Effect.WAITING
    assert "plus rien à rejouer" in browser.post("/exploitation/echecs/rejouer/", group, follow=True).text
    assert Change.objects.filter(act="national.effects_replayed").count() == 2


def test_a_group_without_a_kind_is_no_group(browser: Client, town_a: Place) -> None:
    pk = effect(town_a, Effect.DEAD)
    assert browser.post("/exploitation/echecs/rejouer/", {"lieu": town_a.schema}).status_code == 404
    assert state_of(pk) == Effect.DEAD
