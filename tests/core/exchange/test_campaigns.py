"""Row security of the survey: a town reads what is open and answers for itself alone."""

import psycopg
import pytest

from core.exchange.models import Campaign, CampaignForm, ReturnInTransit, ReturnMessage
from core.exchange.operations import returns
from core.exchange.workflow import StepKind
from core.people.enums import Role
from core.reporting import indicators
from tenants import roles
from tenants.context import Place, entered
from tenants.models import Town
from tests import servers
from tests.core.pathways import making as people
from tests.core.returns import making
from tests.core.returns.making import NOW
from tests.tenants.isolation.injection import Outcome, whole

pytestmark = pytest.mark.django_db
DENIED = "42501"


@pytest.fixture
def sent(town_a: Place, town_b: Place) -> Campaign:
    """Both towns answered."""
    campaign = making.opened()
    for town in (town_a, town_b):
        with entered(town, switching=True):
            coordinator = people.user(Role.COORDINATOR)
            making.sent(campaign, coordinator)
            returns.write_as_town(campaign=campaign, text="Une question.", by=coordinator, at=NOW)
    return campaign


def insert(table: str, **values: object) -> Outcome:
    names = ", ".join(values)
    texts = ", ".join(f"'{value}'" for value in values.values())
    return whole(f"INSERT INTO {table} ({names}) VALUES ({texts})")


def test_a_town_reads_its_own_return_alone(sent: Campaign, town_a: Place, town_b: Place) -> None:
    for town in (town_a, town_b):
        with entered(town, switching=True):
            for rows in (ReturnInTransit, ReturnMessage):
                assert {one.schema_name for one in rows.objects.all()} == {town.schema}


def test_a_town_writes_in_no_others_name(sent: Campaign, town_a: Place, town_b: Place) -> None:
    with entered(town_b, switching=True):
        theirs = ReturnInTransit.objects.get().pk
    other = making.opened(title="Autre", period=indicators.school_year(2025))
    message = {"campaign_id": sent.pk, "text": "x"}
    step = {"kind": "withdrawn"}
    with entered(town_a, switching=True):
        mine = ReturnInTransit.objects.get().pk
        forged = {**message, "schema_name": town_b.schema, "side": "town"}
        assert insert("exchange_returnmessage", **forged).sqlstate == DENIED
        forged = {**message, "schema_name": town_a.schema, "side": "nation"}
        assert insert("exchange_returnmessage", **forged).sqlstate == DENIED
        own = {**message, "schema_name": town_a.schema, "side": "town"}
        assert insert("exchange_returnmessage", **own).refusal is None
        assert insert("exchange_returnstep", **step, sent_id=theirs, schema_name=town_b.schema).sqlstate
        assert insert("exchange_returnstep", **step, sent_id=theirs, schema_name=town_a.schema).sqlstate
        accepted = {"kind": "accepted", "sent_id": mine, "schema_name": town_a.schema}
        assert insert("exchange_returnstep", **accepted).sqlstate == DENIED
        assert insert("exchange_returnstep", **step, sent_id=mine, schema_name=town_a.schema).refusal is None
        values = {"campaign_id": other.pk, "form_version": 1, "sha256": "0" * 64, "text": "{}", "number": 1}
        table = "exchange_returnintransit"
        assert insert(table, **values, schema_name=town_b.schema).sqlstate == DENIED
        assert insert(table, **values, schema_name=town_a.schema).refusal is None


def test_a_draft_is_seen_by_no_town(town_a: Place) -> None:
    hidden, opened = making.prepared(title="Cachée"), making.opened(title="Ouverte")
    with entered(town_a, switching=True):
        assert [one.pk for one in Campaign.objects.all()] == [opened.pk]
        assert {one.campaign_id for one in CampaignForm.objects.all()} == {opened.pk}
        for statement in (
            f"UPDATE exchange_campaign SET due_on = '2099-01-01' WHERE id = {opened.pk}",
            "DELETE FROM exchange_returnintransit",
            "UPDATE exchange_returnintransit SET text = ''",
            "DELETE FROM exchange_campaignform",
        ):
            assert whole(statement).sqlstate == DENIED
        own = {"campaign_id": hidden.pk, "schema_name": town_a.schema, "side": "town", "text": "x"}
        assert insert("exchange_returnmessage", **own).sqlstate == DENIED


def test_the_nation_answers_in_no_towns_name_and_rewrites_nothing(
    sent: Campaign, town_a: Place, national: Place
) -> None:
    with entered(national, switching=True):
        passed = ReturnInTransit.objects.get(schema_name=town_a.schema)
        values = {"campaign_id": sent.pk, "form_version": 1, "sha256": "0" * 64, "text": "{}", "number": 1}
        for schema in (town_a.schema, national.schema):
            assert insert("exchange_returnintransit", **values, schema_name=schema).sqlstate == DENIED
        taken = {"kind": "withdrawn", "sent_id": passed.pk, "schema_name": town_a.schema}
        assert insert("exchange_returnstep", **taken).sqlstate == DENIED
        forged = {"campaign_id": sent.pk, "schema_name": town_a.schema, "side": "town", "text": "x"}
        assert insert("exchange_returnmessage", **forged).sqlstate == DENIED
        for statement in (
            "UPDATE exchange_returnintransit SET text = ''",
            "DELETE FROM exchange_returnmessage",
            "DELETE FROM exchange_campaign",
            f"UPDATE exchange_campaign SET title = 'x' WHERE id = {sent.pk}",
            f"UPDATE exchange_campaign SET state = 'draft' WHERE id = {sent.pk}",
            f"UPDATE exchange_campaignform SET document = '{{}}' WHERE campaign_id = {sent.pk}",
        ):
            assert whole(statement).sqlstate, statement
        returns.decide_return(
            campaign=sent, schema=town_a.schema, kind=StepKind.ACCEPTED, number=1, by=None, at=NOW
        )


def test_what_a_town_sent_goes_with_the_town(
    sent: Campaign, town_a: Place, town_b: Place, monkeypatch: pytest.MonkeyPatch, national: Place
) -> None:
    with entered(None, switching=True):
        assert returns.forget_gone() == 0
        present = Town.objects.filter(schema_name=town_a.schema)
        monkeypatch.setattr(returns.Town, "objects", present)  # beta is gone
        assert returns.forget_gone() == 0  # row security: a town that is there keeps what it sent
    with entered(national, switching=True):
        assert ReturnInTransit.objects.filter(schema_name=town_b.schema).count() == 1


def test_retention_removes_what_a_town_that_is_gone_had_written(sent: Campaign) -> None:
    """As the superuser, who may write such rows; nothing of it is committed."""
    with psycopg.connect(servers.admin_url(servers.own_database())) as session:
        found = session.execute(
            "INSERT INTO exchange_campaign (title, first_on, last_on, due_on, state, made_at)"
            " VALUES ('x', '2020-01-01', '2020-12-31', '2021-01-31', 'draft', now()) RETURNING id"
        ).fetchone()
        assert found
        session.execute(
            "INSERT INTO exchange_returnmessage (campaign_id, schema_name, side, text, at)"
            " VALUES (%s, 't_gone', 'town', 'x', now())",
            found,
        )
        session.execute(f"SET LOCAL ROLE {roles.RETENTION}")
        assert session.execute("DELETE FROM exchange_returnmessage").rowcount == 1
        session.rollback()
