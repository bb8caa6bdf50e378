"""A referral by somebody without an account: what the form takes, keeps, and never gives back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.core.signing import BadSignature
from django.test import Client
from django.utils import timezone

from core.children.models import Child
from core.journal.models import Change
from core.pathways.forms.outside import LONGEST_TEXT
from core.pathways.models import Referral
from core.pathways.operations import outside
from core.pathways.operations.outside import LinkClosed, Written
from core.pathways.operations.referrals import IncompleteReferral
from core.pathways.views import outside as views
from tenants import tokens
from tenants.context import Place, entered
from tenants.context import outside as left
from tests.conftest import client_of
from tests.core.pathways import making

pytestmark = pytest.mark.usefixtures("in_town_a")
FORM = "/orienter/"


@pytest.fixture
def visitor(in_town_a: Place) -> Client:
    return client_of(in_town_a)


def filled(**changed: object) -> dict[str, object]:
    """The whole form as a school fills it in."""
    return {
        "form_key": str(uuid4()),
        "who": "outsiders",
        "website": "",
        "referrer_name": "Dominique Fictif",
        "referrer_function": "Directrice",
        "referrer_organisation": "École Fictive",
        "referrer_contact": "direction@exemple.test ou 05 99 00 00 00",
        "stated_first_name": "Lina",
        "stated_last_name": "Démonstration",
        "stated_birth_on": "3/9/2016",
        "source": making.term("referral_source", "ecole", "school").pk,
        "motives": [making.term("motive", "apprentissages", "learning").pk],
        "facts": "Fatigue en classe.",
        "parents_informed": "yes",
        **changed,
    }


def put_off(visitor: Client, **changed: object) -> str:
    """The address of the link that comes back."""
    answer = visitor.post(FORM, filled(later="1", **changed))
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.url)


def written(**stated: object) -> Written:
    return Written(
        {
            "stated_first_name": "Lina",
            "stated_last_name": "Démonstration",
            "referrer_name": "Dominique",
            "source": making.term("referral_source", "ecole", "school"),
            "facts": "Fatigue.",
            **stated,
        },
        [making.term("motive", "apprentissages", "learning")],
    )


def test_a_school_sends_and_is_told_what_happens_next(visitor: Client) -> None:
    assert visitor.get(FORM).status_code == 200
    answer = visitor.post(FORM, filled(), follow=True)
    assert answer.redirect_chain == [("/orienter/merci/", 302)]
    assert "appelle d’abord les parents" in answer.content.decode()
    assert "Lina" not in answer.content.decode()
    referral = Referral.objects.get()
    assert (referral.state, referral.referrer, referral.child) == ("received", None, None)
    assert referral.referrer_organisation == "École Fictive"
    assert not Child.objects.exists()
    assert set(Change.objects.values_list("actor", "actor_label")) == {(None, "personne sans compte")}


@pytest.mark.parametrize(
    "name", ["referrer_name", "referrer_function", "referrer_organisation", "referrer_contact"]
)
def test_who_writes_is_asked_for_and_what_was_typed_stays(visitor: Client, name: str) -> None:
    answer = visitor.post(FORM, filled(**{name: ""}))
    assert answer.status_code == 200
    assert "Fatigue en classe." in answer.content.decode()
    assert not Referral.objects.exists()


def test_the_answer_is_the_same_whether_the_child_is_known_or_not(visitor: Client) -> None:
    unknown = visitor.post(FORM, filled(), follow=True).content
    making.child(first_name="Lina", last_name="Démonstration")
    known = visitor.post(FORM, filled(), follow=True).content
    assert known == unknown
    assert not Referral.objects.exclude(child=None).exists()


def test_a_second_press_sends_once(visitor: Client) -> None:
    form = filled()
    assert visitor.post(FORM, form).status_code == visitor.post(FORM, form).status_code == 302
    assert Referral.objects.count() == 1


def test_a_program_that_fills_in_everything_leaves_nothing_and_a_person_loses_nothing(
    visitor: Client,
) -> None:
    answer = visitor.post(FORM, filled(website="https://ailleurs.invalid", facts="Fatigue depuis mai."))
    assert "automate" in answer.content.decode()
    assert "Fatigue depuis mai." in answer.content.decode()
    assert not Referral.objects.exists()
    assert visitor.post(FORM, filled(facts="Fatigue depuis mai.")).status_code == 302


def test_a_social_security_number_and_endless_texts_are_refused(visitor: Client) -> None:
    refused = visitor.post(FORM, filled(facts="2 84 05 82 121 001 22"))
    assert "numéro de sécurité sociale" in refused.content.decode()
    assert visitor.post(FORM, filled(facts="a" * (LONGEST_TEXT + 1))).status_code == 200
    assert not Referral.objects.exists()


# --- put off and resumed -------------------------------------------------------------------------


def test_put_off_half_written_then_resumed_and_sent(visitor: Client) -> None:
    link = put_off(
        visitor, referrer_function="", facts="À finir.", motives=[], source="", parents_informed=""
    )
    page = visitor.get(link).content.decode()
    assert "À finir." in page
    assert link in page
    assert visitor.post(link, filled(facts="Fini.")).url == "/orienter/merci/"
    referral = Referral.objects.get()
    assert (referral.facts, referral.state, referral.resume_hash) == ("Fini.", "received", "")


def test_a_leaked_link_opens_nothing_after_the_sending(visitor: Client) -> None:
    link = put_off(visitor)
    visitor.post(link, filled())
    for answer in (visitor.get(link), visitor.post(link, filled(facts="Remplacé."))):
        assert answer.status_code == 404
        assert "Lina" not in answer.content.decode()
    assert Referral.objects.get().facts == "Fatigue en classe."


def test_the_link_is_kept_as_a_hash_and_mailed_without_a_name(visitor: Client) -> None:
    link = put_off(visitor)
    token = link.strip("/").rpartition("/")[2]
    assert len(Referral.objects.get().resume_hash) == 64
    assert not Referral.objects.filter(resume_hash=token).exists()
    (letter,) = mail.outbox
    assert letter.to == ["direction@exemple.test"]
    source = f"{letter.subject}{letter.body}"
    assert f"alpha.test{link}" in source
    for name in ("Lina", "monstration", "Dominique", "Fictive"):
        assert name not in source


def test_without_an_address_the_link_is_shown_alone(visitor: Client) -> None:
    link = put_off(visitor, referrer_contact="05 99 00 00 00")
    assert link in visitor.get(link).content.decode()
    assert mail.outbox == []


def test_nobodys_mailbox_is_filled_from_here(visitor: Client) -> None:
    for _ in range(5):
        put_off(visitor)
    assert len(mail.outbox) == 3


def test_a_link_is_worth_fourteen_days(visitor: Client) -> None:
    now = timezone.now()
    kept = outside.keep_draft(written=written(), at=now, key=uuid4())
    assert outside.draft_of(token=kept.token, at=now + timedelta(days=13, hours=23))
    with pytest.raises(LinkClosed):
        outside.draft_of(token=kept.token, at=now + timedelta(days=14, minutes=1))


def test_what_nobody_resumed_is_removed_and_what_was_sent_stays() -> None:
    now = timezone.now()
    kept = outside.keep_draft(written=written(), at=now, key=uuid4())
    outside.send(written=written(), at=now, key=uuid4())
    making.received(None, making.user())
    assert outside.forget_drafts(at=now + timedelta(days=13)) == 0
    assert outside.forget_drafts(at=now + timedelta(days=15)) == 1
    assert set(Referral.objects.values_list("state", flat=True)) == {"received"}
    with pytest.raises(LinkClosed):
        outside.draft_of(token=kept.token, at=now)


def test_a_second_press_on_put_off_keeps_one_draft_and_a_link_that_works() -> None:
    now, key = timezone.now(), uuid4()
    outside.keep_draft(written=written(), at=now, key=key)
    kept = outside.keep_draft(written=written(facts="Plus."), at=now, key=key)
    assert outside.draft_of(token=kept.token, at=now).facts == "Plus."
    assert Referral.objects.count() == 1
    outside.send(written=written(), at=now, key=key)
    with pytest.raises(LinkClosed):
        outside.keep_draft(written=written(facts="Après."), at=now, key=key)
    assert Referral.objects.get().facts == "Fatigue."


def test_what_is_incomplete_is_not_sent_and_leaves_no_trace() -> None:
    with pytest.raises(IncompleteReferral):
        outside.send(written=written(facts=""), at=timezone.now(), key=uuid4())
    assert not Referral.objects.exists()
    assert not Change.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "a" * 40, "\ud7ff:" * 9])
def test_a_made_up_link_opens_nothing(token: str) -> None:
    outside.keep_draft(written=written(), at=timezone.now(), key=uuid4())
    Referral.objects.update(resume_hash="")
    for attempt in (token, tokens.sign("", purpose=outside.PURPOSE), tokens.sign("x", purpose="invitation")):
        with pytest.raises((LinkClosed, BadSignature)):
            outside.draft_of(token=attempt, at=timezone.now())


def test_a_link_of_one_town_is_worth_nothing_in_another(visitor: Client, town_b: Place) -> None:
    link = put_off(visitor)
    assert visitor.get(link).status_code == 200
    with left():
        answer = client_of(town_b).get(link)
    assert answer.status_code == 404
    assert "Lina" not in answer.content.decode()


def test_an_outsiders_link_opens_no_draft_of_the_staff(visitor: Client) -> None:
    kept = outside.keep_draft(written=written(), at=timezone.now(), key=uuid4())
    Referral.objects.update(referrer=making.user())
    with pytest.raises(LinkClosed):
        outside.draft_of(token=kept.token, at=timezone.now())


# --- who may, and how often ----------------------------------------------------------------------


def test_a_flood_is_stopped_and_another_town_goes_on(visitor: Client, town_b: Place) -> None:
    for _ in range(30):
        assert visitor.post(FORM, filled()).status_code == 302
    refused = visitor.post(FORM, filled(facts="Le trente et unième."))
    assert "Beaucoup d’envois" in refused.content.decode()
    assert "Le trente et unième." in refused.content.decode()
    assert Referral.objects.count() == 30
    with left(), entered(town_b):
        form = filled()
    with left():
        assert client_of(town_b).post(FORM, form).status_code == 302


def test_mistakes_in_the_form_close_it_to_nobody(visitor: Client) -> None:
    for _ in range(40):
        visitor.post(FORM, filled(facts=""))
    assert visitor.post(FORM, filled()).status_code == 302


def test_a_flood_from_many_addresses_is_stopped_for_the_town(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(views.SENDING, "outside_referral", "30/h/ip,20/d/key")
    for number in range(20):
        visitor.post(FORM, filled(), REMOTE_ADDR=f"203.0.113.{number}")
    visitor.post(FORM, filled(), REMOTE_ADDR="198.51.100.7")
    assert Referral.objects.count() == 20


@pytest.fixture
def opened_to(in_town_a: Place, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def opened(*who: str) -> None:
        monkeypatch.setattr(outside, "who_may_refer", lambda: frozenset(who))

    return opened


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        (["staff", "partners"], set()),
        (["staff", "outsiders"], {"outsiders"}),
        (["families", "youngsters"], {"families", "youngsters"}),
    ],
)
def test_the_towns_file_says_who_may(in_town_a: Place, listed: list[str], found: set[str]) -> None:
    with entered(replace(in_town_a, config={"entry": {"who_may_refer": listed}}), switching=True):
        assert outside.who_may_refer() == found


def test_where_nobody_may_the_page_gives_a_contact(visitor: Client, opened_to: Callable[..., None]) -> None:
    opened_to()
    for answer in (visitor.get(FORM), visitor.post(FORM, filled())):
        assert "passent par l’équipe" in answer.content.decode()
        assert "mailto:" in answer.content.decode()
    assert not Referral.objects.exists()


def test_a_parent_writes_where_the_town_opens_it_and_nowhere_else(
    visitor: Client, opened_to: Callable[..., None]
) -> None:
    parent = filled(who="families", referrer_function="", referrer_organisation="")
    assert visitor.post(FORM, parent).status_code == 200
    assert not Referral.objects.exists()
    opened_to("outsiders", "families")
    assert visitor.post(FORM, parent).status_code == 302
    assert Referral.objects.get().referrer_function == "Parent ou famille"
