"""No name, no initial, no school leaves: made-up names that nothing else holds go through every message.

Everything that a town writes for others to carry is read back: letters with all their parts and headers,
lines of the application, rows of the outbox, and what was logged meanwhile.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import structlog
from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.test import RequestFactory
from django.utils import timezone

from core.children.models import Enrolment, Guardian, School
from core.children.operations import adults
from core.meetings.operations import planning
from core.notifications.catalogue import CATALOGUE, LETTERS
from core.notifications.enums import Channel
from core.notifications.models import Notice
from core.notifications.operations import digests, reminders, telling
from core.partners.models import Agreement, Organisation
from core.pathways.enums import DecisionKind, Part
from core.pathways.models import Decision, FollowUp, Review
from core.pathways.operations import (
    actions,
    decisions,
    guests,
    home_signing,
    outside,
    places,
    referrals,
    school_words,
)
from core.pathways.operations.decisions import Task
from core.pathways.operations.guests import Asked
from core.pathways.operations.outside import Written
from core.pathways.operations.school_words import Agreed
from core.people.enums import Role
from core.people.operations import charter as charters
from core.people.operations import invitations
from core.privacy.operations import emergency
from tenants import context
from tenants.local.models import OutgoingMail, RefusedAddress
from tenants.models import OutboxRow
from tests.core.meetings.making import Team1
from tests.core.notifications.around import a_survey_is_answered, a_table_is_brought, what_is_written
from tests.core.notifications.endings import pathways_end
from tests.core.notifications.making import read, tell_all
from tests.core.pathways import living, making
from tests.core.pathways.making import NOW, TODAY, Entry

FIRST, LAST, SCHOOL, ADULT = "Zéphyrinette", "Quokkavoix", "École Xylocanari", "Wombatmère"
CANARIES = (FIRST, LAST, SCHOOL, ADULT, "Zephyrinette", "Quokka", "Xylocanari", "Wombat")
INITIALS = re.compile(r"\b(?:Z\.?\s?Q|Q\.?\s?Z|Z\.|Q\.)(?![\w])")


@pytest.fixture
def log() -> Iterator[StringIO]:
    """All that structlog writes, in the product's own shape for machines."""
    written = StringIO()
    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(written),
        cache_logger_on_first_use=False,
    )
    yield written
    structlog.configure(**before)


@pytest.fixture
def entry(in_town_a: Any) -> Entry:
    """A child whose every name is a canary, at a canary school, with a contract to sign."""
    made = Entry()
    made.child.first_name, made.child.last_name = FIRST, LAST
    made.child.fold_names()
    made.child.save()
    made.guardian.first_name, made.guardian.last_name = ADULT, LAST
    made.guardian.fold_names()
    made.guardian.save()
    school = School.objects.create(uai="0820001A", name=SCHOOL, level="elementaire", insee="82121")
    Enrolment.objects.create(child=made.child, school=school, level="ce1", since_on=TODAY)
    return made


def everything_happens(entry: Entry) -> None:
    """Each act and each morning that somebody is told of."""
    boss = making.user(Role.COORDINATOR)
    _entry_acts(entry, boss)
    _letters_with_secrets(entry, boss)
    _meeting_acts(entry)
    what_is_written(entry, FIRST)
    for part in Part:
        entry.sign(part)
    _school_word(entry)
    charters.publish_charter(title="Nouvelle", text="Texte", in_force_on=TODAY, by=None, at=NOW)
    making.user(Role.REFERENT, signed=False)
    emergency.open_emergency(
        by=making.user(Role.SECRETARY),
        at=timezone.now(),
        child=entry.child,
        reason="L’école appelle, urgent.",
    )
    RefusedAddress.objects.create(address="partie@exemple.test", refused_at=NOW)
    organisation = Organisation.objects.create(code="essai", name=SCHOOL, kind="association")
    Agreement.objects.create(
        organisation=organisation, reference=SCHOOL, starts_on=TODAY, ends_on=TODAY + timedelta(days=30)
    )
    _group_acts(boss)
    a_table_is_brought(boss, FIRST, LAST)
    a_survey_is_answered(boss, f"{FIRST} {LAST} à {SCHOOL} ?")
    pathways_end(boss, FIRST, f"{FIRST} {LAST} à {SCHOOL}, dit {ADULT}")
    for days in (14, 75, 345, 385):  # a review is due after 84 days, the end is planned after 365
        reminders.remind(at=NOW + timedelta(days=days))
    tell_all()
    Notice.objects.update(read_at=None)
    for channel in (Channel.DAILY, Channel.WEEKLY):
        digests.send_digests(channel=channel, at=NOW)


def _group_acts(boss: Any) -> None:
    """A roll-call is missing, a place is asked for, and one that is freed is proposed."""
    action = living.group(boss, title=f"Atelier de {FIRST}", places=1, worker=boss, venue=SCHOOL)
    there = living.guest(action, boss, first_name=FIRST, last_name=LAST)
    living.session(action, boss)
    asked = Asked(
        first_name=FIRST,
        last_name=LAST,
        birth_on=None,
        authorised_by=ADULT,
        authorised_on=TODAY,
        safety=SCHOOL,
    )
    guests.ask_place(action=action, asked=asked, by=making.user(Role.REFERENT), at=NOW)
    waits = {"child": making.child(first_name=FIRST), "authorised_by": ADULT, "authorised_on": TODAY}
    places.wait(action=action, by=boss, at=NOW, **waits)  # type: ignore[arg-type]
    actions.leave(participation=there, on=TODAY, by=boss, at=NOW)


def _entry_acts(entry: Entry, boss: Any) -> None:
    worker = making.user(Role.PARTNER_WORKER)
    referral = making.received(making.child(first_name=FIRST, last_name=LAST), worker)
    referrals.charge_first_contact(referral=referral, person=making.user(Role.SECRETARY), by=boss, at=NOW)
    reminders.remind(at=NOW + timedelta(days=14))
    tell_all()  # while the contract waits for signatures, and a family's answer is awaited


def _letters_with_secrets(entry: Entry, boss: Any) -> None:
    Guardian.objects.filter(pk=entry.guardian.pk).update(email="parent@exemple.test")
    adults.confirm_email(by=boss, at=NOW, guardian=entry.guardian, email="parent@exemple.test")
    entry.guardian.refresh_from_db()
    now = timezone.now()
    home_signing.make_signing_link(contract=entry.contract, guardian=entry.guardian, by=boss, at=now)
    link = re.search(r"/signer/([^/\s]+)/", _last_text())
    assert link is not None
    home_signing.ask_code(token=link[1], at=now)
    stated = {"stated_first_name": FIRST, "stated_last_name": LAST, "stated_school": SCHOOL}
    kept = outside.keep_draft(written=Written(stated), at=now)
    outside.send_link(kept=kept, to="dehors@exemple.test")
    invitations.invite(
        email="nouvelle@exemple.test", first_name="Nouvelle", last_name="Personne", roles=[Role.REFERENT],
        by=boss, at=now,
    )  # fmt: skip
    request = RequestFactory().get("/", headers={"host": context.require().primary_host})
    with request_context(request):
        values = {"code": "123456", "user": boss, "email": boss.email}
        get_adapter(request).send_mail("account/email/password_reset_code", boss.email, values)


def _school_word(entry: Entry) -> None:
    """The school is asked by mail before the first review, and answers with names."""
    now = timezone.now()
    asked = school_words.ask_school(
        review=Review.objects.get(pathway__child=entry.child),
        email="ecole@essai.invalid",
        agreed=Agreed(entry.guardian, TODAY),
        by=entry.coordinator,
        at=now,
    )
    token = asked.address.rstrip("/").rpartition("/")[2]
    proof = school_words.enter_code(token=token, code=asked.code, at=now)
    said = {"goes_well": f"{FIRST} aime {SCHOOL}."}
    school_words.answer(token=token, proof=proof, teacher=ADULT, answers=said, at=now)


def _meeting_acts(entry: Entry) -> None:
    around = Team1(entry.coordinator)
    item = around.item(around.referral(first_name=FIRST, last_name=LAST))
    type(around.team).objects.update(name=f"Équipe {SCHOOL}")
    around.team.refresh_from_db()
    around.meeting.refresh_from_db()
    around.convene()
    planning.change_meeting(
        meeting=around.meeting, place=f"Chez {ADULT}, {SCHOOL}", by=entry.coordinator, at=NOW
    )
    seat = around.meeting.presences.get(user=around.member)
    planning.uninvite(presence=seat, by=entry.coordinator, at=NOW)
    decisions.decide_on_referral(
        referral=item.referral,
        kind=DecisionKind.MORE,
        decided_on=TODAY,
        reason=f"Voir {FIRST} à {SCHOOL}",
        by=entry.coordinator,
        at=NOW,
        tasks=[Task(f"Appeler {ADULT}", "Moi", TODAY, around.member)],
    )
    FollowUp.objects.create(
        decision=Decision.objects.latest("pk"), what=FIRST, who="Moi", user=around.member, due_on=TODAY
    )
    planning.cancel(meeting=around.meeting, by=entry.coordinator, at=NOW)


def _last_text() -> str:
    return said(bytes(OutgoingMail.objects.latest("pk").source))


def said(source: bytes) -> str:
    """Headers and every part of a letter, as its reader's program decodes them."""
    message = read(source)
    headers = "\n".join(f"{name}: {value}" for name, value in message.items())
    parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
    return "\n".join([headers, *(one if isinstance(one, str) else one.decode() for one in parts)])


def found_in(text: str) -> list[str]:
    folded = text.casefold()
    return [name for name in CANARIES if name.casefold() in folded] + INITIALS.findall(text)


def test_nothing_that_leaves_names_a_child_an_adult_or_a_school(entry: Entry, log: StringIO) -> None:
    everything_happens(entry)
    for mail in OutgoingMail.objects.order_by("pk"):
        assert found_in(said(bytes(mail.source))) == [], mail.kind
    for row in OutboxRow.objects.order_by("pk"):
        assert found_in(f"{row.key} {row.payload} {row.error}") == []
    for notice in Notice.objects.order_by("pk"):
        message = CATALOGUE[notice.event]
        words = " ".join([message.line, message.label, message.action, message.url(notice.about), notice.key])
        assert found_in(words) == []
    assert found_in(log.getvalue()) == []


def test_every_message_and_every_letter_went_through(entry: Entry) -> None:
    """The test above reads what there is: here is what makes it all of them."""
    everything_happens(entry)
    assert set(Notice.objects.values_list("event", flat=True)) == set(CATALOGUE)
    kinds = {kind.partition(":")[0] for kind in OutgoingMail.objects.values_list("kind", flat=True)}
    assert kinds == {*LETTERS, "notice", "digest"}


def test_what_is_urgent_goes_before_all_that_can_wait(entry: Entry) -> None:
    """The event, then the letter: as the catalogue says of it."""
    everything_happens(entry)
    rows = list(OutboxRow.objects.filter(kind="event"))
    by_event = {row.payload["event"]: row.urgency for row in rows}
    urgent = {event for event in by_event if CATALOGUE[event].urgent}
    assert {event for event, urgency in by_event.items() if urgency == 1} == urgent
    assert len(urgent) == len([message for message in CATALOGUE.values() if message.urgent])
    for row in OutboxRow.objects.filter(kind="mail", payload__what__startswith="notice:"):
        event = row.payload["what"].partition(":")[2]
        assert row.urgency == (1 if CATALOGUE[event].urgent else 4), event


def test_a_name_that_left_would_be_found(entry: Entry) -> None:
    assert found_in(f"Bonjour {FIRST}") != []
    assert found_in("La situation de Z. Q.") != []
    assert found_in("Une situation vous attend") == []


def test_kinds_of_mail_are_those_that_settings_know(settings: Any) -> None:
    assert set(settings.MAIL_KINDS) == {*LETTERS, "notice", "digest"}


@pytest.mark.usefixtures("in_town_a")
def test_an_unknown_event_leaves_nothing_but_its_code() -> None:
    with pytest.raises(Exception, match="unknown_event") as caught:
        telling.tell(event=f"x.{LAST}", about=1, key="x", at=NOW)
    assert found_in(str(caught.value)) == []
