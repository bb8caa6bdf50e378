"""The API: what its schema says, and never a count that is hidden."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator

from core.national.api import VisitorThrottle
from core.national.enums import Recipient
from core.national.models import Release
from core.people.enums import Role
from tenants.context import Place
from tests.conftest import client_of
from tests.core.national import making
from tests.core.pathways import making as people

SignIn = Callable[[Client, Place, object], Client]
PATHS = (
    "/api/publications/",
    "/api/publications/{number}/",
    "/api/publications/{number}/cellules/",
)


@pytest.fixture
def release(in_national: Place) -> Release:
    return making.bare_release(FR=300, R76=None, R32=0)


@pytest.fixture
def visitor(national: Place) -> Client:
    return client_of(national)


def test_releases_are_for_everybody_and_hide_what_is_hidden(release: Release, visitor: Client) -> None:
    (told,) = visitor.get("/api/publications/").json()
    counted = {"labelled_towns": 12, "active_towns": 9, "answering_towns": 6, "waiting_towns": 0}
    assert told["completeness"] == counted
    cells = {one["place"]: one for one in visitor.get("/api/publications/1/cellules/").json()}
    assert (cells["R76"]["value"], cells["R76"]["hidden"]) == (None, True)
    assert (cells["R32"]["value"], cells["R32"]["hidden"]) == (0, False)
    assert [one["place"] for one in visitor.get("/api/publications/1/cellules/?place=FR").json()] == ["FR"]
    assert visitor.get("/api/publications/1/cellules/?place=%00").json() == []
    document = visitor.get("/api/publications/1/").json()
    assert "cells" not in document
    assert document["places"]["R76"]["name"] == "Occitanie"
    for method in (visitor.post, visitor.put, visitor.delete):
        assert method("/api/publications/").status_code == 405


def test_a_browser_gets_no_page_of_the_framework(release: Release, visitor: Client) -> None:
    answer = visitor.get("/api/publications/", headers={"accept": "text/html,*/*;q=0.8"})
    assert answer["Content-Type"] == "application/json"


def test_what_is_not_for_everybody_is_not_there(
    in_national: Place, visitor: Client, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    making.send_nation()
    draft, nation = making.audited(), making.published(Recipient.NATION)
    for number in (draft.number, nation.number, 99, 2**40):
        assert visitor.get(f"/api/publications/{number}/").status_code == 404
        assert visitor.get(f"/api/publications/{number}/cellules/").status_code == 404
    assert visitor.get("/api/publications/").json() == []


def test_running_figures_are_for_national_readers_once_controlled(
    in_national: Place, visitor: Client, sign_in: SignIn
) -> None:
    operator = sign_in(client_of(in_national), in_national, people.user(Role.OPERATOR, signed=False))
    reader = sign_in(client_of(in_national), in_national, people.user(Role.NATIONAL_READER, signed=False))
    assert visitor.get("/api/en-cours/").status_code == 302
    assert operator.get("/api/en-cours/").status_code == 403
    nothing = reader.get("/api/en-cours/").json()
    assert nothing["release"] is None
    assert "contrôle" in nothing["message"]
    making.bare_release(FR=300, R76=None, recipient="nation", source="running")
    told = reader.get("/api/en-cours/").json()["release"]
    assert {one["place"]: one["value"] for one in told["cells"]} == {"FR": 300, "R76": None}
    assert visitor.get("/api/publications/").json() == []


def test_too_many_demands_are_refused(
    release: Release, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(VisitorThrottle, "rate", "2/min")
    cache.clear()
    answers = [visitor.get("/api/publications/").status_code for _ in range(3)]
    assert answers == [200, 200, 429]


@pytest.mark.parametrize("path", PATHS)
def test_the_schema_keeps_its_word(
    release: Release, visitor: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever schemathesis asks: an answer of the schema, of the shape that it announces."""
    monkeypatch.setattr(VisitorThrottle, "rate", None)
    document = visitor.get("/api/schema/").json()
    assert set(PATHS) < set(document["paths"])
    operation = schemathesis.openapi.from_dict(document)[path]["GET"]
    responses = document["paths"][path]["get"]["responses"]

    @given(case=operation.as_strategy())
    @settings(
        max_examples=25,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def asks(case: Any) -> None:
        answer = visitor.get(case.formatted_path, case.query or {})
        assert str(answer.status_code) in responses, case.formatted_path
        shape = responses[str(answer.status_code)]["content"]["application/json"]["schema"]
        Draft202012Validator({**shape, "components": document["components"]}).validate(answer.json())

    asks()
