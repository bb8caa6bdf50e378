"""Between preparation and publication: one waits at a time, is kept for a month, may be set aside."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from core.exchange.models import Pin
from core.journal.models import Change
from core.national import choosing, engine, towns
from core.national.enums import Recipient
from core.national.models import Release, ReleasedCell
from core.national.operations import releasing
from core.national.workflow import ReleaseState
from core.people.enums import Role
from core.people.models import User
from tenants import registry, roles
from tenants.context import Place, SharedRole, entered
from tests.conftest import client_of
from tests.core.national import making
from tests.core.pathways import making as people

OLD = "2020.1"


@pytest.fixture
def nation(in_national: Place) -> None:
    making.send_nation()


def discard(release: Release) -> Release:
    return releasing.discard_release(release=release, by=None, at=timezone.now())


def test_one_waits_at_a_time(nation: None) -> None:
    first = making.prepare()
    with pytest.raises(releasing.CannotPrepareError, match="attend déjà"):
        making.prepare()
    first = releasing.audit_release(release=first, by=None, at=timezone.now())
    with pytest.raises(releasing.CannotPrepareError, match="attend déjà"):
        making.prepare()
    assert making.prepare(Recipient.NATION).state == ReleaseState.DRAFT
    discard(first)
    assert making.prepare().state == ReleaseState.DRAFT


def test_what_is_set_aside_keeps_no_cell_and_does_not_come_out(nation: None) -> None:
    release = making.audited()
    assert release.cells.exists()
    release = discard(release)
    assert release.state == ReleaseState.DISCARDED
    assert not release.cells.exists()
    assert Change.objects.filter(act="national.release_discarded").count() == 1
    with pytest.raises(releasing.CannotPublishError):
        releasing.publish_release(release=release, by=None, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(state="published", published_at=timezone.now())
    with pytest.raises(releasing.CannotDiscardError):
        discard(release)
    with pytest.raises(releasing.CannotDiscardError):
        discard(making.published())


def test_cells_that_passed_their_audit_stay(nation: None) -> None:
    release = making.audited()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReleasedCell.objects.filter(release=release, place="FR").delete()
    assert releasing.publish_release(release=release, by=None, at=timezone.now()).state == "published"


def test_what_comes_out_is_what_was_audited(nation: None, monkeypatch: pytest.MonkeyPatch) -> None:
    release = making.audited()
    stored = engine.stored_lines
    monkeypatch.setattr(engine, "stored_lines", lambda release: stored(release)[1:])
    with pytest.raises(releasing.CannotPublishError, match="ne sont plus ceux"):
        releasing.publish_release(release=release, by=None, at=timezone.now())
    monkeypatch.undo()
    assert releasing.publish_release(release=release, by=None, at=timezone.now()).state == "published"


def test_pins_last_a_month_and_three_years_once_it_is_out(nation: None) -> None:
    at = timezone.now()
    release = making.audited()
    pins = Pin.objects.filter(release=release.number)
    assert {pin.until for pin in pins} == {at.date() + timedelta(days=30)}
    with pytest.raises(releasing.CannotPublishError, match="trente jours"):
        releasing.publish_release(release=release, by=None, at=at + timedelta(days=31))
    with entered(SharedRole(role=roles.RETENTION), switching=True):
        one = Pin.objects.filter(release=release.number).order_by("pk")[0]
        values = {"batch_id": one.batch_id, "release": one.release, "until": one.until}
        one.delete()
    with pytest.raises(releasing.CannotPublishError, match="trente jours"):
        releasing.publish_release(release=release, by=None, at=at)
    Pin.objects.create(**values)
    releasing.publish_release(release=release, by=None, at=at)
    assert {pin.until for pin in pins.all()} == {at.date() + releasing.KEPT}


def test_an_audit_that_stops_is_refused_and_the_others_go_on(
    nation: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = making.prepare(), making.prepare(Recipient.NATION)
    compute = engine.compute

    def stops(release: Release, former: list[Release]) -> engine.Result:
        if release.pk == broken.pk:
            raise ZeroDivisionError("7 children")
        return compute(release, former)

    monkeypatch.setattr(engine, "compute", stops)
    assert releasing.audit_waiting(at=timezone.now()) == 2
    broken.refresh_from_db()
    whole.refresh_from_db()
    assert (broken.state, whole.state) == (ReleaseState.REFUSED, ReleaseState.AUDITED)
    assert broken.audit["reason"] == "Le contrôle s’est arrêté sur une erreur."


def test_counts_of_other_definitions_are_left_out(nation: None) -> None:
    making.send("fictive_31_001", making.counts_of(240), catalogue=OLD)
    assert making.prepare().answering == len(making.NATION) - 1


def test_a_release_of_other_definitions_lets_no_other_of_its_period_out(nation: None) -> None:
    waits = making.prepare(Recipient.NATION)
    former = making.audited()
    former = releasing.publish_release(release=former, by=None, at=timezone.now())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(releasing, "CATALOGUE", OLD)
        patch.setattr(choosing, "CATALOGUE", OLD)
        with pytest.raises(releasing.CannotPrepareError, match="suit d’autres définitions"):
            making.prepare()
    with pytest.raises(releasing.CannotAuditError, match="suit d’autres définitions"):
        waits.document["catalogue"] = OLD
        releasing.audit_release(release=waits, by=None, at=timezone.now())
    assert making.prepare().state == ReleaseState.DRAFT


def test_the_engine_counts_what_the_release_says(nation: None) -> None:
    release = making.prepare()
    del release.document["indicators"]["pathways_ended"]
    assert list(engine.counts_of(release, [], fresh=True)) == ["children"]


def test_a_suspended_town_that_answered_is_counted_as_active(in_national: Place) -> None:
    here = {place.schema for place in registry.places("town") if place.state == "active"}
    assert towns.active() == towns.active(here) == len(here)
    assert towns.active([*here, "suspended"]) == len(here) + 1


@pytest.fixture
def reader(in_national: Place) -> User:
    return people.user(Role.NATIONAL_READER, signed=False)


def browser(place: Place, user: User) -> Client:
    client = client_of(place)
    with entered(place, switching=True):
        client.force_login(user)
    return client


def test_the_control_page_names_no_town_and_sets_aside(nation: None, national: Place, reader: User) -> None:
    making.published()
    making.send("fictive_59_002", making.counts_of(9))
    making.send("fictive_62_002", making.counts_of(90))
    release = making.audited()
    client = browser(national, reader)
    page = client.get(f"/publications/preparation/{release.number}/").text
    assert "Ville fictive" not in page
    assert "1 ville garde ses chiffres déjà parus" in page
    assert "1 ville attend une autre période" in page
    assert "d’elles-mêmes" not in page
    assert client.post(f"/publications/preparation/{release.number}/ecarter/").status_code == 302
    release.refresh_from_db()
    assert release.state == ReleaseState.DISCARDED
    assert "Écartée" in client.get(f"/publications/preparation/{release.number}/").text


def test_towns_that_wait_are_counted_wherever_the_release_is_told(nation: None, national: Place) -> None:
    making.published()
    making.send("fictive_62_002", making.counts_of(90))
    release = making.published()
    visitor = client_of(national)
    assert "1 ville a transmis ses chiffres après" in visitor.get(
        f"/publications/{release.number}/methode/"
    ).text.replace("\n", " ")
    told = visitor.get(f"/api/publications/{release.number}/").json()
    assert told["completeness"]["waiting_towns"] == 1
    body = visitor.get(f"/publications/{release.number}/fichier/csv/").content.decode("utf-8-sig")
    assert "dans aucun total\u00a0: 1" in body


def test_a_reader_without_the_second_factor_that_is_asked_reads_what_is_public(
    nation: None, national: Place, reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = making.published(Recipient.NATION)
    client = browser(national, reader)
    here = f"/publications/{release.number}/"
    assert client.get(here).status_code == 200
    monkeypatch.setattr("core.people.queries.second_factor_required", lambda: True)
    assert client.get(here).status_code == 404
    assert here not in client.get("/publications/").text
    monkeypatch.setattr("core.people.queries.has_second_factor", lambda user: True)
    assert client.get(here).status_code == 200


def test_who_publishes_what_they_do_not_read_is_led_back(nation: None, national: Place) -> None:
    release = making.audited(Recipient.NATION)
    operator = browser(national, people.user(Role.OPERATOR, signed=False))
    control = f"/publications/preparation/{release.number}/"
    assert operator.post(f"{control}publier/")["Location"] == control
    assert operator.get(control).status_code == 200
