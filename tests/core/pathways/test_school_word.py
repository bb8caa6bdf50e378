"""« Le mot de l’école »: by what right a school is asked, and what its link and its code open, to whom."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse, set_urlconf
from django.utils import timezone

from core.children.enums import Authority, Level
from core.children.models import Guardian, School
from core.children.operations import schooling
from core.children.operations.schooling import Schooling
from core.journal.models import Change
from core.partners.models import Organisation
from core.pathways.enums import AgreementKind, ContactKind, Part
from core.pathways.models import ParentalAgreement, SchoolWord
from core.pathways.operations import amendments, contracts, reviews, school_words
from core.pathways.operations.school_words import Agreed, AskedWord, WordClosed
from core.pathways.operations.transitions import CannotMove
from core.people.enums import Role
from tenants import tokens
from tenants.context import Place, entered
from tenants.models import OutboxRow
from tests.conftest import client_of
from tests.core.partners import making as partners
from tests.core.pathways import making
from tests.core.pathways.living import Life, end
from tests.core.pathways.making import TODAY
from tests.core.pathways.reviewing import held, planned

inside = pytest.mark.usefixtures("in_town_a")
SignIn = Callable[[Client, Place, object], Client]
UAI = "0829901S"
ANSWER = {"goes_well": "Elle lève la main.", "class_work": "Elle finit.", "teacher": "M. Dupin, professeur"}


@pytest.fixture
def visitor(in_town_a: Place) -> Client:
    return client_of(in_town_a)


def school() -> School:
    return School.objects.get_or_create(
        uai=UAI, defaults={"name": "École des Lilas", "level": "elementaire", "insee": "82121"}
    )[0]


def partner() -> Organisation:
    return partners.organisation(name="Éc. élém. Lilas", kind="education_nationale", uai=UAI)


def at_school(life: Life) -> Life:
    schooling.enrol(
        by=life.coordinator,
        at=timezone.now(),
        child=life.child,
        schooling=Schooling(level=Level.CE2, school=school()),
        since=TODAY - timedelta(days=60),
    )
    return life


def named() -> Life:
    """The contract names the school."""
    return at_school(Life(shared=[partner()]))


def unnamed() -> Life:
    return at_school(Life())


def ask(life: Life, *, email: str = "", agreed: Agreed | None = None) -> AskedWord:
    set_urlconf("reussite.urls_town")  # which a request before this one has taken away
    return school_words.ask_school(
        review=planned(life.pathway), email=email, agreed=agreed, by=life.referent, at=timezone.now()
    )


def yes(life: Life, adult: Guardian | None = None, days: int = 0) -> Agreed:
    """As `ask`, by the clock."""
    return Agreed(adult or life.guardian, timezone.localdate() + timedelta(days=days))


def token_of(asked: AskedWord) -> str:
    found = re.search(r"/ecole/([^/\s]+)/", asked.address)
    assert found is not None
    return found[1]


def page_of(asked: AskedWord) -> str:
    return f"/ecole/{token_of(asked)}/"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def prove(asked: AskedWord) -> str:
    return school_words.enter_code(token=token_of(asked), code=asked.code, at=timezone.now())


def closed(answer: object) -> bool:
    return answer.status_code == 404 and "ne marche pas" in answer.content.decode()  # type: ignore[attr-defined]


# --- the way through -------------------------------------------------------------------------------


@inside
def test_a_teacher_answers_once_with_link_and_code(visitor: Client) -> None:
    life = named()
    asked = ask(life)
    first = visitor.get(page_of(asked)).content.decode()
    for hidden in (life.child.first_name, life.child.last_name, "École des Lilas", life.referent.last_name):
        assert hidden not in first
    assert visitor.post(page_of(asked), {"code": asked.code}).status_code == 302
    page = visitor.get(page_of(asked)).content.decode()
    assert life.child.first_name in page
    assert life.child.last_name not in page
    assert "Lire avec plaisir" not in page
    assert visitor.post(page_of(asked), ANSWER).url == "/ecole/merci/"
    word = SchoolWord.objects.get()
    assert (word.goes_well, word.would_help, word.teacher) == (
        "Elle lève la main.",
        "",
        "M. Dupin, professeur",
    )
    assert visitor.post(page_of(asked), ANSWER).url == "/ecole/merci/"  # pressed twice: thanked, nothing more
    assert closed(client_of_same(visitor).get(page_of(asked)))
    assert visitor.get("/ecole/merci/").status_code == 200


def client_of_same(visitor: Client) -> Client:
    """Another browser, of the same town."""
    other = Client(**visitor.defaults)
    return other


@inside
def test_the_answer_is_read_in_the_review_and_told_without_a_name(
    visitor: Client, sign_in: SignIn, town_a: Place
) -> None:
    life = named()
    asked = ask(life)
    school_words.answer(
        token=token_of(asked), proof=prove(asked), teacher="M. Dupin", answers=ANSWER, at=timezone.now()
    )
    client = sign_in(client_of(town_a), town_a, life.referent)
    review = planned(life.pathway)
    address = reverse("pathways:review", args=[review.pk], urlconf="reussite.urls_town")
    assert "Elle lève la main." in client.get(address).content.decode()
    held(life)
    assert "Elle lève la main." in client.get(address).content.decode()
    told = OutboxRow.objects.get(payload__event="pathways.school_word_received")
    assert told.payload["about"] == review.pk
    assert life.child.first_name not in str(told.payload)


@inside
def test_the_mail_names_no_child_no_school_no_code_and_nobody() -> None:
    life = named()
    asked = ask(life, email="m.dupin@ac-exemple.test")
    letter = mail.outbox[0]
    assert letter.to == ["m.dupin@ac-exemple.test"]
    said = f"{letter.subject}{letter.body}"
    assert asked.address in said
    for name in (
        *(life.child.first_name, life.child.last_name, "Lilas", asked.code),
        *(life.referent.last_name, life.guardian.last_name, "enfant", "élève"),
    ):
        assert name not in said


@inside
def test_only_hashes_are_kept_and_each_act_has_its_line_without_a_name(visitor: Client) -> None:
    life = named()
    asked = ask(life)
    word = SchoolWord.objects.get()
    secret = str(tokens.unsign(token_of(asked), purpose=school_words.PURPOSE))
    assert secret not in (word.secret_hash, word.code_hash)
    assert asked.code not in word.code_hash
    visitor.post(page_of(asked), {"code": asked.code})
    visitor.post(page_of(asked), ANSWER)
    lines = Change.objects.of(word).order_by("pk")
    assert [line.act.removeprefix("pathways.school_word_") for line in lines] == [
        "asked",
        "opened",
        "answered",
    ]
    assert [line.actor_label for line in lines] == ["", school_words.AT_SCHOOL, school_words.AT_SCHOOL]
    assert {line.child_id for line in lines} == {life.child.pk}


@inside
def test_an_hour_later_the_code_is_asked_again_and_the_text_is_there(visitor: Client) -> None:
    asked = ask(named())
    visitor.post(page_of(asked), {"code": asked.code})
    SchoolWord.objects.update(proof_expires_at=timezone.now() - timedelta(seconds=1))
    page = visitor.post(page_of(asked), ANSWER).content.decode()
    assert "redonnez le code" in page
    assert 'value="Elle lève la main."' in page
    page = visitor.post(page_of(asked), {"code": asked.code, **ANSWER}).content.decode()
    assert "Elle lève la main.</textarea>" in page
    assert SchoolWord.objects.get().answered_at is None
    assert visitor.post(page_of(asked), ANSWER).status_code == 302
    assert SchoolWord.objects.get().answered_at is not None


@inside
def test_a_number_that_may_not_be_kept_is_refused_and_nothing_says_nothing(visitor: Client) -> None:
    asked = ask(named())
    visitor.post(page_of(asked), {"code": asked.code})
    for bad in (
        {**ANSWER, "would_help": "Son numéro : 1 84 12 76 451 089 46"},
        {"teacher": "M. Dupin"},
        {"goes_well": "Elle lit."},
    ):
        assert visitor.post(page_of(asked), bad).status_code == 200
    assert SchoolWord.objects.get().answered_at is None


# --- by what right ---------------------------------------------------------------------------------


@inside
def test_a_school_out_of_the_contract_is_asked_with_the_family_s_yes_alone() -> None:
    life = unnamed()
    with pytest.raises(CannotMove, match="n’est pas nommé dans le contrat"):
        ask(life)
    assert not SchoolWord.objects.exists()
    word = ask(life, agreed=yes(life)).word
    assert (word.may_ask, word.agreed_by, word.organisation) == ("agreement", life.guardian.full_name, None)
    assert ask(named()).word.may_ask == "contract"


@inside
def test_the_yes_is_of_who_exercises_authority_and_of_a_day_that_has_come() -> None:
    life = unnamed()
    other = making.guardian(life.child, Authority.AUTHORITY_WITHDRAWN)
    stranger = making.guardian(making.child())
    for adult in (other, stranger):
        with pytest.raises(CannotMove, match="autorité parentale"):
            ask(life, agreed=yes(life, adult))
    with pytest.raises(CannotMove, match="à venir"):
        ask(life, agreed=yes(life, days=3))
    assert ask(life, agreed=yes(life)).code


@inside
def test_a_parent_who_objects_stops_the_asking() -> None:
    life = named()
    record_objection(life)
    with pytest.raises(CannotMove, match="s’oppose"):
        ask(life)


def record_objection(life: Life) -> None:
    ParentalAgreement.objects.create(
        referral=life.referral,
        kind=AgreementKind.WITHDRAWN,
        said_on=TODAY,
        said_by=life.guardian.full_name,
        guardian=life.guardian,
        how=ContactKind.CALL,
        noted_by=life.coordinator,
        noted_at=making.NOW,
    )


@inside
@pytest.mark.parametrize("email", ["prof@gmail.com", "PARENT@exemple.test"])
def test_neither_a_private_address_nor_a_parent_s_is_written_to(email: str) -> None:
    life = named()
    Guardian.objects.filter(pk=life.guardian.pk).update(email="parent@exemple.test")
    with pytest.raises(CannotMove, match="adresse"):
        ask(life, email=email)
    assert mail.outbox == []
    assert ask(life, email="prof@ac-exemple.test").word.email


@inside
def test_a_child_without_a_school_asks_nobody() -> None:
    with pytest.raises(CannotMove, match="établissement"):
        ask(Life())


# --- a leaked link ---------------------------------------------------------------------------------


@inside
def test_five_wrong_codes_close_the_link_for_good(visitor: Client) -> None:
    life = named()
    asked = ask(life)
    for left_over in (4, 3, 2, 1):
        page = visitor.post(page_of(asked), {"code": wrong(asked.code)}).content.decode()
        assert f"{left_over}\u00a0essai" in page
        assert life.child.first_name not in page
    assert closed(visitor.post(page_of(asked), {"code": wrong(asked.code)}))
    assert closed(visitor.post(page_of(asked), {"code": asked.code}))
    assert SchoolWord.objects.get().cancelled_at is not None
    assert "tried_too_often" in Change.objects.of(SchoolWord.objects.get()).latest("pk").act


@inside
def test_the_link_alone_answers_nothing_and_another_browser_s_proof_neither(visitor: Client) -> None:
    asked = ask(named())
    assert "Le code" in visitor.post(page_of(asked), ANSWER).content.decode()
    visitor.post(page_of(asked), {"code": asked.code})
    second = client_of_same(visitor)
    assert "Le code" in second.post(page_of(asked), ANSWER).content.decode()
    second.post(page_of(asked), {"code": asked.code})  # the one who typed last holds it
    assert "Le code" in visitor.post(page_of(asked), ANSWER).content.decode()
    assert SchoolWord.objects.get().answered_at is None
    with pytest.raises(WordClosed):
        school_words.word_of("forgé", at=timezone.now())


@inside
def test_a_code_of_one_link_opens_no_other(visitor: Client) -> None:
    mine, other = ask(named()), ask(at_school(Life(shared=[Organisation.objects.get(uai=UAI)])))
    if mine.code == other.code:
        return
    assert school_words.enter_code(token=token_of(other), code=mine.code, at=timezone.now()) == ""
    assert prove(other)


@inside
def test_time_a_new_link_a_held_review_an_end_and_a_cancel_close_it(visitor: Client) -> None:
    life = named()
    late = ask(life)
    SchoolWord.objects.update(expires_at=timezone.now())
    assert closed(visitor.get(page_of(late)))
    first, second = ask(life), ask(life)
    assert closed(visitor.get(page_of(first)))
    assert visitor.get(page_of(second)).status_code == 200
    school_words.cancel_word(word=second.word, by=life.referent, at=timezone.now())
    assert closed(visitor.get(page_of(second)))
    third = ask(life)
    proof = prove(third)
    held(life, at=timezone.now())
    with pytest.raises(WordClosed):
        school_words.answer(
            token=token_of(third), proof=proof, teacher="x", answers=ANSWER, at=timezone.now()
        )
    ended = named_again()
    fourth = ask(ended)
    reviews.cancel_planned(pathway=ended.pathway, because="Fin.", by=ended.referent, at=timezone.now())
    end(ended.pathway)
    assert closed(visitor.get(page_of(fourth)))


def named_again() -> Life:
    return at_school(Life(shared=[Organisation.objects.get(uai=UAI)]))


@inside
def test_it_dies_when_the_child_changes_school_or_the_contract_no_longer_names_it(visitor: Client) -> None:
    life = named()
    asked = ask(life)
    other = School.objects.create(uai="0829902T", name="École du Port", level="elementaire", insee="82121")
    schooling.enrol(
        by=life.coordinator,
        at=timezone.now(),
        child=life.child,
        schooling=Schooling(level=Level.CE2, school=other),
        since=timezone.localdate(),
    )
    assert closed(visitor.get(page_of(asked)))
    again = named_again()
    asked = ask(again)
    assert visitor.get(page_of(asked)).status_code == 200
    contracts_without_school(again)
    assert closed(visitor.get(page_of(asked)))


def contracts_without_school(life: Life) -> None:
    """An amendment that all four sign takes the school out of the perimeter."""
    draft = amendments.propose_amendment(pathway=life.pathway, by=life.coordinator, at=making.NOW)
    contracts.correct_contract(contract=draft, sharings=[], by=life.coordinator, at=making.NOW)
    life.contract = contracts.seal_contract(contract=draft, by=life.coordinator, at=making.NOW)
    for part in Part:
        life.sign(part)


def test_a_link_of_another_town_is_no_link(town_a: Place, town_b: Place) -> None:
    with entered(town_a):
        asked = ask(named())
        assert client_of(town_a).get(page_of(asked)).status_code == 200
    with entered(town_b):
        ask(named())
    assert closed(client_of(town_b).get(page_of(asked)))
    assert closed(client_of(town_b).post(page_of(asked), {"code": asked.code}))


@inside
def test_an_answer_never_changes_and_is_never_asked_for_a_past_review() -> None:
    life = named()
    asked = ask(life)
    school_words.answer(
        token=token_of(asked), proof=prove(asked), teacher="M. Dupin", answers=ANSWER, at=timezone.now()
    )
    for attempt in (
        lambda: SchoolWord.objects.update(goes_well="Rien."),
        lambda: SchoolWord.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="ne change plus"), transaction.atomic():
            attempt()
    review = held(life, at=timezone.now())
    with pytest.raises(CannotMove, match="plus à faire"):
        school_words.ask_school(review=review, by=life.referent, at=timezone.now())


@inside
@pytest.mark.parametrize("role", [Role.SECRETARY, Role.REFERENT, Role.PARTNER_WORKER, Role.STEERING])
def test_a_curious_colleague_neither_asks_nor_reads_nor_cancels(
    sign_in: SignIn, town_a: Place, role: Role
) -> None:
    life = named()
    asked = ask(life)
    client = sign_in(client_of(town_a), town_a, making.user(role))
    for name, pk in (("ask_school", planned(life.pathway).pk), ("cancel_school_word", asked.word.pk)):
        url = reverse(f"pathways:{name}", args=[pk], urlconf="reussite.urls_town")
        assert client.post(url, {"email": ""}).status_code in (403, 404)
    assert SchoolWord.objects.get().cancelled_at is None
    assert not SchoolWord.objects.visible_to(making.user(role)).exists()


@inside
def test_the_referent_asks_from_the_page_and_the_code_is_shown_once(sign_in: SignIn, town_a: Place) -> None:
    life = unnamed()
    client = sign_in(client_of(town_a), town_a, life.referent)
    url = reverse("pathways:ask_school", args=[planned(life.pathway).pk], urlconf="reussite.urls_town")
    assert "n’est pas nommé dans le contrat" in client.get(url).content.decode()
    assert client.post(url, {"email": ""}).status_code == 200
    assert not SchoolWord.objects.exists()
    sent = {"email": "", "guardian": str(life.guardian.pk), "agreed_on": "24/11/2026"}
    page = client.post(url, sent).content.decode()
    code = re.search(r'code-once">(\d{6})<', page)
    assert code is not None
    assert "/ecole/" in page
    assert life.child.first_name not in page  # it is printed, and handed over
    address = reverse("pathways:review", args=[planned(life.pathway).pk], urlconf="reussite.urls_town")
    again = client.get(address).content.decode()
    assert code[1] not in again
    assert "Demandé à École des Lilas" in again


@inside
def test_opening_is_rate_limited(visitor: Client, settings: object) -> None:
    asked = ask(named())
    statuses = [visitor.get(page_of(asked)).status_code for _ in range(125)]
    assert statuses[0] == 200
    assert 429 in statuses
