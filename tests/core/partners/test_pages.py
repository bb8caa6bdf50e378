"""What each person sees of the network, and what its keepers do there."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.journal.models import Change
from core.partners import figures, network, places
from core.partners.figures import Figure
from core.partners.models import Agreement, Offer, Organisation
from core.partners.operations import agreements
from core.pathways.models import Referral
from core.people.enums import Role
from core.people.models import User
from tenants.context import Place
from tests.conftest import client_of
from tests.core.partners import making
from tests.core.pathways import making as people

SignIn = Callable[[Client, Place, object], Client]
Browse = Callable[[User], Client]


@pytest.fixture
def browse(in_town_a: Place, sign_in: SignIn) -> Browse:
    return lambda user: sign_in(client_of(in_town_a), in_town_a, user)


def url(name: str, *args: int) -> str:
    return reverse(f"partners:{name}", args=args, urlconf="reussite.urls_town")


def page(client: Client, name: str, *args: int, **params: str) -> str:
    response = client.get(url(name, *args), params)
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def test_a_need_finds_its_offer_and_says_what_was_understood(browse: Browse) -> None:
    making.offer("Aide aux devoirs", youngest=6, oldest=11, weekdays=[3])
    making.offer("Aide aux devoirs des grands", youngest=12)
    making.offer("Chorale")
    html = page(browse(people.user(Role.REFERENT)), "directory", q="aide aux devoirs, 9 ans, le mercredi")
    assert "Nous avons compris : 9 ans · le mercredi." in html
    assert "Aide aux devoirs</a>" in html
    assert "des grands" not in html
    assert "Chorale" not in html


def test_filters_work_without_words_and_nonsense_is_passed_over(browse: Browse) -> None:
    making.offer("Chorale", cost="free", weekdays=[2])
    making.offer("Judo", cost="paid", places=5, places_left=0)
    client = browse(people.user(Role.PARTNER_WORKER))
    assert "Judo" not in page(client, "directory", cout="free")
    assert "Judo" not in page(client, "directory", places="libres")
    assert "Complet" in page(client, "directory")
    assert "Judo" in page(client, "directory", age="abc", jour="9", domaine="x", cout="x", places="x")
    assert "Rien de tel dans l’annuaire" in page(client, "directory", q="patinage")


def test_what_left_the_network_is_seen_by_its_keepers_alone(browse: Browse) -> None:
    gone = making.organisation("Partie", active=False)
    offer = making.offer("Chorale", of=gone)
    other = browse(people.user(Role.REFERENT))
    assert other.get(url("organisation", gone.pk)).status_code == 404
    assert "Partie" not in page(other, "organisations")
    assert "Chorale" not in page(other, "directory")
    keeper = browse(people.user(Role.TOWN_ADMIN))
    assert "a quitté le réseau" in page(keeper, "organisation", gone.pk)
    assert offer.label not in page(keeper, "directory")


def test_prices_are_between_those_who_agreed(browse: Browse) -> None:
    signed = making.agreement(reference="Convention 2026", amount=4800)
    of = signed.organisation
    for user in (
        people.user(Role.COORDINATOR),
        people.user(Role.STEERING),
        people.user(Role.SECRETARY),
        making.worker(of),
    ):
        assert "4 800" in page(browse(user), "organisation", of.pk)
    for user in (
        people.user(Role.REFERENT),
        people.user(Role.TEAM_MEMBER),
        making.worker(making.organisation()),
    ):
        assert "4 800" not in page(browse(user), "organisation", of.pk)


def test_ended_agreements_stay_and_a_lapse_is_said(browse: Browse) -> None:
    today = timezone.localdate()
    of = making.agreement(reference="Ancienne", ends_on=today - timedelta(days=1)).organisation
    client = browse(people.user(Role.COORDINATOR))
    html = page(client, "organisation", of.pk)
    assert "Ancienne" in html
    assert "Aucune convention en vigueur" in html
    making.agreement(of, reference="Nouvelle", ends_on=today + timedelta(days=20))
    html = page(client, "organisation", of.pk)
    assert "Nouvelle" in html
    assert "La convention se termine bientôt" in html


def test_professionals_are_named_to_the_team_and_counted_for_others(browse: Browse) -> None:
    of = making.organisation()
    worker = making.worker(of)
    assert worker.full_name in page(browse(people.user(Role.REFERENT)), "organisation", of.pk)
    elected = page(browse(people.user(Role.STEERING)), "organisation", of.pk)
    assert worker.full_name not in elected
    assert "1 compte, 1 charte signée." in elected


def test_counts_are_exact_for_who_meets_every_child(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    of = making.organisation()
    monkeypatch.setattr(figures, "_sources", [lambda organisation, day: [Figure("Parcours", 3, "…")]])
    for role, told in (
        (Role.COORDINATOR, '<p class="number-value">3</p>'),
        (Role.SECRETARY, '<p class="number-value">3</p>'),
        (Role.REFERENT, "moins de 5"),
        (Role.STEERING, "moins de 5"),
        (Role.TOWN_ADMIN, "moins de 5"),
        (Role.PARTNER_WORKER, "moins de 5"),
    ):
        html = page(browse(people.user(role)), "organisation", of.pk)
        assert told in html, role


def test_the_picture_has_its_table_and_says_what_it_hides(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = making.organisation("Le Club"), making.organisation("La Ronde")
    monkeypatch.setattr(network, "_sources", [lambda day: [frozenset({one.pk, two.pk})] * 6])
    exact = page(browse(people.user(Role.COORDINATOR)), "picture")
    assert exact.count('class="network-node"') == 2
    edges = exact.partition('class="network-edges"')[2].partition("</g>")[0]
    assert edges.count("<line ") == 1
    assert '<th scope="row">Le Club et La Ronde</th> <td class="number">6</td>' in exact
    assert "par tranches" not in exact
    classes = page(browse(people.user(Role.STEERING)), "picture")
    assert '<td class="number">5 à 9</td>' in classes
    assert "par tranches" in classes
    monkeypatch.setattr(network, "_sources", [lambda day: [frozenset({one.pk, two.pk})] * 4])
    nothing = page(browse(people.user(Role.STEERING)), "picture")
    assert "network-node" not in nothing
    assert "Le Club" not in nothing


def test_the_coordinator_keeps_the_network(browse: Browse) -> None:
    client = browse(people.user(Role.COORDINATOR))
    typed = {"name": "Club de la Lune", "kind": "association", "rna": "821", "form_key": str(uuid4())}
    assert "un numéro RNA" in client.post(url("new"), typed).content.decode()
    typed |= {"rna": "W821999001"}
    assert client.post(url("new"), typed).status_code == 302
    client.post(url("new"), typed)  # a second click
    of = Organisation.objects.get(name="Club de la Lune")
    contact = {"name": "Zoé Fictive", "function": "Directrice", "form_key": str(uuid4())}
    assert client.post(url("add_contact", of.pk), contact).status_code == 302
    agreement = {
        "reference": "C1",
        "subject": "Ateliers",
        "starts_on": "1/1/2026",
        "ends_on": "31/12/2027",
        "unit_price": "32.50",
        "unit": "l’heure",
        "form_key": str(uuid4()),
    }
    assert client.post(url("sign_agreement", of.pk), agreement).status_code == 302
    assert client.post(url("edit", of.pk), {**typed, "name": "Club du Soleil"}).status_code == 302
    signed = Agreement.objects.get()
    assert client.post(url("end_agreement", signed.pk), {"last_on": "31/12/2030"}).status_code == 200
    assert client.post(url("end_agreement", signed.pk), {"last_on": "30/11/2026"}).status_code == 302
    assert client.post(url("close", of.pk)).status_code == 302
    html = page(client, "organisation", of.pk)
    for words in (
        "Club du Soleil",
        "Zoé Fictive",
        "32,50 €",
        "Convention arrêtée",
        "Structure sortie du réseau",
    ):
        assert words in html
    assert Change.objects.filter(act="partners.create_organisation").count() == 1


def test_an_offer_is_typed_and_found(browse: Browse) -> None:
    client, of = browse(people.user(Role.TOWN_ADMIN)), making.organisation()
    offer = making.offer("Chorale", of=of, domains=["educatif"])
    html = page(client, "edit_offer", offer.pk)
    assert "Chorale" in html
    assert client.post(url("close_offer", offer.pk)).status_code == 302
    assert "Chorale</a>" not in page(client, "directory")
    assert client.post(url("reopen_offer", offer.pk)).status_code == 302
    assert "Chorale</a>" in page(client, "directory")


def test_an_offer_s_form_takes_days_and_refuses_a_number_of_social_security(
    browse: Browse, in_town_a: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "domains", lambda: {"educatif": "Éducatif"})
    monkeypatch.setattr(places, "districts", lambda: {"QN08205N": "Beausoleil-Bas"})
    client, of = browse(people.user(Role.COORDINATOR)), making.organisation()
    typed = {
        "label": "Judo",
        "domains": ["educatif"],
        "form": "group",
        "weekdays": ["5", "3"],
        "districts": ["QN08205N"],
        "summary": "Appeler 1 85 05 78 006 084 36",
        "form_key": str(uuid4()),
    }
    assert "sécurité sociale" in client.post(url("add_offer", of.pk), typed).content.decode()
    assert client.post(url("add_offer", of.pk), {**typed, "summary": "En kimono"}).status_code == 302
    offer = Offer.objects.get()
    assert (offer.weekdays, offer.districts, offer.places) == ([3, 5], ["QN08205N"], None)
    assert "Judo" in page(client, "directory", q="judo le vendredi, Beausoleil-Bas")
    assert (
        client.post(url("edit_offer", offer.pk), {**typed, "summary": "", "places": "12"}).status_code == 302
    )
    offer.refresh_from_db()
    assert (offer.summary, offer.places) == ("", 12)


def test_agreements_that_end_are_announced_and_the_line_opens_its_rows(browse: Browse) -> None:
    today = timezone.localdate()
    four = [
        making.agreement(making.organisation(f"Bientôt {number}"), ends_on=today + timedelta(days=number))
        for number in range(20, 24)
    ]
    making.agreement(making.organisation("Plus tard"), ends_on=today + timedelta(days=200))
    words, address = "Conventions qui se terminent", "?convention=bientot"
    for keeper in (Role.COORDINATOR, Role.TOWN_ADMIN):
        client = browse(people.user(keeper))
        today_page = client.get("/").content.decode()
        assert words in today_page
        assert f'href="{url("organisations")}{address}"' in today_page
        html = page(client, "organisations", convention="bientot")
        assert all(ending.organisation.name in html for ending in four)
        assert "Plus tard" not in html
    for other in (Role.REFERENT, Role.STEERING):
        assert words not in browse(people.user(other)).get("/").content.decode()
    for ending in four:
        agreements.end_agreement(
            agreement=ending, last_on=today - timedelta(days=1), by=people.user(), at=timezone.now()
        )
    assert words not in client.get("/").content.decode()


@pytest.mark.parametrize("name", ["directory", "organisations", "organisation", "picture"])
def test_as_many_queries_for_a_few_as_for_many(
    browse: Browse, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = making.organisation()

    def grow(number: int) -> None:
        for _ in range(number):
            making.offer(of=of)
            making.contact(of, email=people.user().email)
            making.agreement(making.agreement(of).organisation)
            making.worker(of)
            making.offer()
        everybody = frozenset(Organisation.objects.values_list("pk", flat=True))
        monkeypatch.setattr(network, "_sources", [lambda day: [everybody] * 3])

    client = browse(people.user(Role.COORDINATOR))
    counted = []
    for number in (1, 6):
        grow(number)
        asked = []
        for _ in range(4):  # the first fills caches; once a second the list of towns is asked for again
            with CaptureQueriesContext(connection) as queries:
                page(client, name, *([of.pk] if name == "organisation" else []))
            asked.append(len(queries))
        counted.append(min(asked))
    assert counted[0] == counted[1]


@pytest.mark.parametrize("lapsed", [True, False], ids=["lapsed", "under agreement"])
def test_a_worker_may_always_refer_and_reads_it_again_under_agreement(browse: Browse, lapsed: bool) -> None:
    ends_on = timezone.localdate() - timedelta(days=1) if lapsed else None
    worker = making.worker(making.agreement(ends_on=ends_on).organisation)
    client = browse(worker)
    typed = {
        "form_key": str(uuid4()),
        "fratrie-TOTAL_FORMS": "0",
        "fratrie-INITIAL_FORMS": "0",
        "stated_first_name": "Ayla",
        "stated_last_name": "Fictive",
        "source": people.term("referral_source", "ecole", "school").pk,
        "motives": [people.term("motive", "langage", "language").pk],
        "facts": "Fatiguée le matin.",
        "parents_informed": "yes",
    }
    response = client.post(reverse("pathways:new_referral", urlconf="reussite.urls_town"), typed)
    assert response.status_code == 302
    sent = Referral.objects.get(referrer=worker)
    assert sent.received_on
    detail = reverse("pathways:referral", args=[sent.pk], urlconf="reussite.urls_town")
    inbox = reverse("pathways:inbox", urlconf="reussite.urls_town")
    assert response["Location"] == (inbox if lapsed else detail)
    assert client.get(detail).status_code == (404 if lapsed else 200)
    assert ("Ayla" in client.get(inbox).content.decode()) is not lapsed
