"""A guardian signs at home: what the link and its code open, to whom, how often, and for how long."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.children.enums import Authority
from core.children.models import Guardian, Guardianship
from core.journal.models import Change
from core.pathways.enums import AgreementKind, ContactKind, Part
from core.pathways.models import Pathway, Signature, SigningLink
from core.pathways.operations import contracts, home_signing, referrals
from core.pathways.operations.home_signing import CannotSendLink, LinkClosed
from core.people.enums import Role
from core.ui.signatures import Signature as Drawn
from tenants import tokens
from tenants.context import Place, entered
from tenants.context import outside as left
from tests.conftest import client_of
from tests.core.pathways import making
from tests.core.pathways.making import Entry

inside = pytest.mark.usefixtures("in_town_a")
SignIn = Callable[[Client, Place, object], Client]


@pytest.fixture
def visitor(in_town_a: Place) -> Client:
    return client_of(in_town_a)


def confirmed(entry: Entry, adult: Guardian | None = None, email: str = "parent@exemple.test") -> Guardian:
    """The adult with an address that the coordinator confirmed."""
    person = adult or entry.guardian
    person.email, person.email_confirmed_at, person.email_confirmed_by = (
        email,
        timezone.now(),
        entry.coordinator,
    )
    person.save()
    return person


def sent(entry: Entry, adult: Guardian | None = None) -> str:
    """The token of a link that was just mailed."""
    person = confirmed(entry, adult)
    home_signing.make_signing_link(
        contract=entry.contract, guardian=person, by=entry.coordinator, at=timezone.now()
    )
    found = re.search(r"/signer/([^/\s]+)/", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def code_for(token: str) -> str:
    home_signing.ask_code(token=token, at=timezone.now())
    return mailed_code()


def mailed_code() -> str:
    found = re.search(r"\b(\d{6})\b", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def proof_for(token: str) -> str:
    proof = home_signing.enter_code(token=token, code=code_for(token), at=timezone.now())
    assert proof
    return proof


def sign(token: str, proof: str, days: int = 0) -> Signature | None:
    return home_signing.sign_at_home(
        token=token,
        proof=proof,
        signature=Drawn(name=own_name(token)),
        language="français",
        interpreter="",
        at=timezone.now() + timedelta(days=days),
    )


def own_name(token: str) -> str:
    """As the guardian of the link is called; any name where the link opens nothing."""
    link = SigningLink.objects.filter(secret_hash=home_signing._named_by(token)).first()
    return link.guardian.full_name if link else "Personne"


def page_of(token: str) -> str:
    return f"/signer/{token}/"


def closed(answer: object) -> bool:
    return answer.status_code == 404 and "ne marche pas" in answer.content.decode()  # type: ignore[attr-defined]


# --- the way through -----------------------------------------------------------------------------


@inside
def test_a_guardian_reads_and_signs_at_home(visitor: Client) -> None:
    entry = Entry()
    for part in (Part.CHILD, Part.COORDINATOR, Part.REFERENT):
        entry.sign(part)
    address = page_of(sent(entry))
    first = visitor.get(address).content.decode()
    assert "Recevoir mon code" in first
    assert entry.child.first_name not in first
    assert visitor.post(address, {"ask": "1"}).status_code == 302
    assert visitor.post(address, {"code": mailed_code()}).status_code == 302
    text = visitor.get(address).content.decode()
    assert "Lire avec plaisir" in text
    assert entry.contract.sealed_hash in text
    form = {"language": "français", "signature_name": "Adulte Autre", "signature_consent": "on"}
    assert "n’est pas celui de" in visitor.post(address, form).content.decode()
    form["signature_name"] = entry.guardian.full_name
    assert visitor.post(address, form).url == "/signer/merci/"
    signature = Signature.objects.get(part=Part.FAMILY)
    assert (signature.guardian, signature.entered_by, signature.way) == (entry.guardian, None, "screen")
    assert signature.typed_name == entry.guardian.full_name
    assert Pathway.objects.get().child == entry.child
    assert visitor.get("/signer/merci/").status_code == 200


@inside
def test_the_mails_name_no_child_and_no_matter() -> None:
    entry = Entry()
    token = sent(entry)
    code_for(token)
    assert [letter.to for letter in mail.outbox] == [["parent@exemple.test"]] * 2
    for letter in mail.outbox:
        said = f"{letter.subject}{letter.body}"
        for name in (
            entry.child.first_name,
            entry.child.last_name,
            "contrat",
            "enfant",
            "réussite éducative",
        ):
            assert name not in said
    assert f"alpha.test/signer/{token}/" in str(mail.outbox[0].body)
    assert "un document vous attend" in mail.outbox[0].subject


@inside
def test_reading_and_signing_are_logged_with_the_child_and_without_a_name(visitor: Client) -> None:
    entry = Entry()
    token = sent(entry)
    proof = proof_for(token)
    assert home_signing.open_contract(token=token, proof=proof, at=timezone.now())
    sign(token, proof)
    lines = Change.objects.filter(actor_label=home_signing.AT_HOME).order_by("pk")
    assert [line.act.removeprefix("pathways.signing_link_") for line in lines] == [
        "code_sent",
        "read",
        "used",
    ]
    assert {line.child_id for line in lines} == {entry.child.pk}


@inside
def test_only_hashes_are_kept() -> None:
    entry = Entry()
    token = sent(entry)
    code = code_for(token)
    link = SigningLink.objects.get()
    assert tokens.unsign(token, purpose=home_signing.PURPOSE) != link.secret_hash
    assert len(link.secret_hash) == len(link.code_hash) == 64
    assert code not in link.code_hash


# --- to whom a link is sent ----------------------------------------------------------------------


def refuse(entry: Entry, adult: Guardian) -> str:
    with pytest.raises(CannotSendLink) as refusal:
        home_signing.make_signing_link(
            contract=entry.contract, guardian=adult, by=entry.coordinator, at=timezone.now()
        )
    assert mail.outbox == []
    return str(refusal.value)


@inside
def test_an_address_is_confirmed_first() -> None:
    entry = Entry()
    Guardian.objects.filter(pk=entry.guardian.pk).update(email="parent@exemple.test")
    assert "pas confirmée" in refuse(entry, entry.guardian)
    assert sent(entry)


@inside
def test_who_does_not_exercise_authority_gets_no_link() -> None:
    entry = Entry()
    other = making.guardian(entry.child, Authority.AUTHORITY_WITHDRAWN)
    assert "n’exerce pas" in refuse(entry, confirmed(entry, other))
    stranger = making.guardian(making.child())
    assert "n’exerce pas" in refuse(entry, confirmed(entry, stranger))


@inside
def test_a_draft_and_a_signed_part_are_not_sent() -> None:
    draft = Entry(sealed=False)
    assert "pas à signer" in refuse(draft, confirmed(draft))
    entry = Entry()
    entry.sign(Part.FAMILY)
    assert "déjà signé" in refuse(entry, confirmed(entry))


@inside
def test_a_new_link_ends_the_former() -> None:
    entry = Entry()
    former = sent(entry)
    assert home_signing.link_of(former, at=timezone.now())
    latter = sent(entry)
    with pytest.raises(LinkClosed):
        home_signing.link_of(former, at=timezone.now())
    assert home_signing.link_of(latter, at=timezone.now())


# --- attacks -------------------------------------------------------------------------------------


@inside
def test_a_link_that_signed_is_not_replayed(visitor: Client) -> None:
    entry = Entry()
    token = sent(entry)
    proof = proof_for(token)
    assert sign(token, proof)
    with pytest.raises(LinkClosed):
        sign(token, proof)
    with pytest.raises(LinkClosed):
        home_signing.ask_code(token=token, at=timezone.now())
    assert closed(visitor.get(page_of(token)))
    assert Signature.objects.count() == 1


@inside
def test_a_second_press_of_the_one_who_signed_is_thanked(visitor: Client) -> None:
    entry = Entry()
    address = page_of(sent(entry))
    visitor.post(address, {"ask": "1"})
    visitor.post(address, {"code": mailed_code()})
    name = entry.guardian.full_name
    form = {"language": "français", "signature_name": name, "signature_consent": "on"}
    assert [visitor.post(address, form).url for _ in range(2)] == ["/signer/merci/"] * 2
    assert Signature.objects.count() == 1


@inside
def test_five_wrong_codes_cancel_the_link_even_spread_over_several(visitor: Client) -> None:
    token = sent(Entry())
    for _ in range(4):
        wrong = other_than(code_for(token))
        assert home_signing.enter_code(token=token, code=wrong, at=timezone.now()) == ""
    code = code_for(token)
    home_signing.enter_code(token=token, code=other_than(code), at=timezone.now())
    with pytest.raises(LinkClosed):
        home_signing.enter_code(token=token, code=code, at=timezone.now())
    assert SigningLink.objects.get().cancelled_at is not None
    assert closed(visitor.get(page_of(token)))


@inside
def test_the_fifth_wrong_code_on_the_page_answers_as_a_dead_link(visitor: Client) -> None:
    token = sent(Entry())
    wrong = other_than(code_for(token))
    answers = [visitor.post(page_of(token), {"code": wrong}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 404]


@inside
def test_a_right_code_after_four_wrong_ones_still_opens() -> None:
    token = sent(Entry())
    code = code_for(token)
    for _ in range(4):
        home_signing.enter_code(token=token, code=other_than(code), at=timezone.now())
    assert home_signing.enter_code(token=token, code=code, at=timezone.now())


@inside
def test_a_code_is_worth_ten_minutes_and_once() -> None:
    token = sent(Entry())
    code = code_for(token)
    late = timezone.now() + timedelta(minutes=10, seconds=1)
    assert home_signing.enter_code(token=token, code=code, at=late) == ""
    assert SigningLink.objects.get().tries == 0
    assert home_signing.enter_code(token=token, code=code, at=timezone.now())
    assert home_signing.enter_code(token=token, code=code, at=timezone.now()) == ""


@inside
def test_codes_are_not_mailed_without_end(visitor: Client) -> None:
    address = page_of(sent(Entry()))
    answers = [visitor.post(address, {"ask": "1"}).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    assert len(mail.outbox) == 6


@inside
def test_neither_the_code_nor_a_made_up_proof_signs() -> None:
    token = sent(Entry())
    code = code_for(token)
    for proof in ("", code, "x" * 32):
        assert sign(token, proof) is None
        assert home_signing.open_contract(token=token, proof=proof, at=timezone.now()) is None
    assert not Signature.objects.exists()
    assert sign(token, proof_for(token))


@inside
def test_another_browser_with_the_link_reads_nothing(visitor: Client, in_town_a: Place) -> None:
    entry = Entry()
    address = page_of(sent(entry))
    visitor.post(address, {"ask": "1"})
    visitor.post(address, {"code": mailed_code()})
    assert "Lire avec plaisir" in visitor.get(address).content.decode()
    other = client_of(in_town_a)
    assert "Lire avec plaisir" not in other.get(address).content.decode()
    form = {"language": "français", "signature_name": "X Y", "signature_consent": "on"}
    assert "Lire avec plaisir" not in other.post(address, form).content.decode()
    assert not Signature.objects.exists()


@inside
def test_authority_that_ended_since_closes_the_link_of_that_parent_alone(visitor: Client) -> None:
    entry = Entry()
    father = making.guardian(entry.child)
    his, hers = sent(entry, father), sent(entry)
    proof = proof_for(his)
    Guardianship.objects.filter(guardian=father).update(authority=Authority.EXERCISE_WITHDRAWN)
    with pytest.raises(LinkClosed):
        sign(his, proof)
    assert closed(visitor.get(page_of(his)))
    assert not Signature.objects.exists()
    assert sign(hers, proof_for(hers))


@inside
def test_an_opposition_noted_since_closes_the_link() -> None:
    entry = Entry()
    father = making.guardian(entry.child)
    token = sent(entry)
    proof = proof_for(token)
    referrals.record_agreement(
        referral=entry.referral,
        kind=AgreementKind.WITHDRAWN,
        said_on=making.TODAY,
        said_by=father.full_name,
        how=ContactKind.CALL,
        guardian=father,
        by=entry.coordinator,
        at=timezone.now(),
    )
    with pytest.raises(LinkClosed):
        sign(token, proof)
    assert not Signature.objects.exists()


@inside
@pytest.mark.parametrize("email", ["autre@exemple.test", "parent@exemple.test"])
def test_an_address_that_changed_or_is_confirmed_no_more_closes_the_link(email: str) -> None:
    entry = Entry()
    token = sent(entry)
    Guardian.objects.update(email=email, email_confirmed_at=None, email_confirmed_by=None)
    with pytest.raises(LinkClosed):
        home_signing.ask_code(token=token, at=timezone.now())
    confirmed(entry, email=email)
    if email == "parent@exemple.test":
        assert home_signing.link_of(token, at=timezone.now())
    else:
        with pytest.raises(LinkClosed):
            home_signing.link_of(token, at=timezone.now())


@inside
def test_a_contract_given_up_and_made_anew_is_not_signed_by_the_old_link(visitor: Client) -> None:
    entry = Entry()
    token = sent(entry)
    proof = proof_for(token)
    by, now = entry.coordinator, timezone.now()
    contracts.void_contract(contract=entry.contract, reason="Une erreur.", by=by, at=now)
    anew = contracts.draft_contract(
        referral=entry.referral,
        coordinator=by,
        planned_end_on=making.TODAY + timedelta(days=300),
        by=by,
        at=now,
    )
    objective = contracts.Objective(making.domain(), "Autre chose", "child")  # type: ignore[arg-type]
    contracts.correct_contract(contract=anew, objectives=[objective], by=by, at=now)
    entry.contract = contracts.seal_contract(contract=anew, by=by, at=now)
    with pytest.raises(LinkClosed):
        sign(token, proof)
    latter = sent(entry)
    signature = sign(latter, proof_for(latter))
    assert signature is not None
    assert signature.contract_id == anew.pk
    assert closed(visitor.get(page_of(token)))


@inside
def test_two_links_of_two_parents_sign_once() -> None:
    entry = Entry()
    hers, his = sent(entry), sent(entry, making.guardian(entry.child))
    proofs = proof_for(hers), proof_for(his)
    assert sign(hers, proofs[0])
    with pytest.raises(LinkClosed):
        sign(his, proofs[1])
    assert Signature.objects.filter(part=Part.FAMILY).count() == 1


@inside
def test_signed_at_the_office_meanwhile_the_link_signs_nothing() -> None:
    entry = Entry()
    token = sent(entry)
    proof = proof_for(token)
    entry.sign(Part.FAMILY)
    with pytest.raises(LinkClosed):
        sign(token, proof)
    assert Signature.objects.count() == 1


@inside
def test_a_link_is_worth_seven_days() -> None:
    token = sent(Entry())
    now = timezone.now()
    assert home_signing.link_of(token, at=now + timedelta(days=6, hours=23))
    with pytest.raises(LinkClosed):
        home_signing.link_of(token, at=now + timedelta(days=7, minutes=1))


@inside
def test_every_dead_link_gets_the_same_page_and_other_towns_too(visitor: Client, town_b: Place) -> None:
    entry = Entry()
    token = sent(entry)
    forged = visitor.get(page_of("x" * 60)).content
    with left():
        elsewhere = client_of(town_b).get(page_of(token))
    assert closed(elsewhere)
    assert visitor.get(page_of(token)).status_code == 200
    home_signing.cancel_signing_link(link=SigningLink.objects.get(), by=entry.coordinator, at=timezone.now())
    assert visitor.get(page_of(token)).content == forged


@inside
def test_a_token_of_another_purpose_opens_nothing() -> None:
    token = sent(Entry())
    secret = tokens.unsign(token, purpose=home_signing.PURPOSE)
    with pytest.raises(LinkClosed):
        home_signing.link_of(tokens.sign(secret, purpose="outside_referral"), at=timezone.now())


@inside
def test_the_link_opens_nothing_else_of_the_site(visitor: Client) -> None:
    entry = Entry()
    address = page_of(sent(entry))
    visitor.post(address, {"ask": "1"})
    visitor.post(address, {"code": mailed_code()})
    assert visitor.get(address).status_code == 200
    for name in ("", "contrat.pdf", "ecrire/"):
        answer = visitor.get(f"/contrats/{entry.contract.pk}/{name}")
        assert answer.status_code == 302
        assert answer.url.startswith("/connexion/")


def test_two_signings_at_the_same_moment_make_one(fresh_town: Place) -> None:
    with entered(fresh_town):
        token = sent(Entry())
        proof = proof_for(token)
    start = Barrier(2)

    def attempt(_: int) -> str:
        try:
            with entered(fresh_town):
                start.wait(timeout=20)
                return "signed" if sign(token, proof) else "not proven"
        except LinkClosed:
            return "closed"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, range(2))) == ["closed", "signed"]
    with entered(fresh_town):
        assert Signature.objects.count() == 1


# --- the coordinator's page ----------------------------------------------------------------------


@inside
def test_the_coordinator_sends_and_cancels_on_the_contracts_page(in_town_a: Place, sign_in: SignIn) -> None:
    entry = Entry()
    browser = sign_in(client_of(in_town_a), in_town_a, entry.coordinator)
    page = f"/contrats/{entry.contract.pk}/"
    send = f"/contrats/{entry.contract.pk}/lien/{entry.guardian.pk}/"
    assert send not in shown(browser, page)
    confirmed(entry)
    assert send in shown(browser, page)
    assert browser.post(send).url == page
    link = SigningLink.objects.get()
    cancel = f"/contrats/{entry.contract.pk}/lien/{link.pk}/annuler/"
    assert cancel in shown(browser, page)
    assert browser.post(cancel).url == page
    link.refresh_from_db()
    assert link.cancelled_at is not None
    assert cancel not in shown(browser, page)


@inside
def test_others_send_and_cancel_nothing(in_town_a: Place, sign_in: SignIn) -> None:
    entry = Entry()
    confirmed(entry)
    browser = sign_in(client_of(in_town_a), in_town_a, making.user(Role.REFERENT))
    send = f"/contrats/{entry.contract.pk}/lien/{entry.guardian.pk}/"
    assert browser.post(send).status_code == 404
    own = sign_in(client_of(in_town_a), in_town_a, entry.referent)
    assert own.post(send).status_code == 302
    cancel = f"/contrats/{entry.contract.pk}/lien/{SigningLink.objects.get().pk}/annuler/"
    assert browser.post(cancel).status_code == 404
    stranger = confirmed(entry, making.guardian(making.child()))
    foreign = f"/contrats/{entry.contract.pk}/lien/{stranger.pk}/"
    assert own.post(foreign).status_code == 404


def shown(browser: Client, page: str) -> str:
    answer = browser.get(page)
    assert answer.status_code == 200
    return answer.content.decode()
