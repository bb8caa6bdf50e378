"""The pages of a meeting: who opens them, what they show, what they never show."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.journal.models import ReadLine
from core.meetings.models import AgendaItem, Meeting, Presence, Team
from core.people.enums import Role
from core.people.models import User
from tenants.context import Place
from tests.core.meetings.making import Team1
from tests.core.pathways import making

SignIn = Callable[[Client, Place, object], Client]


@pytest.fixture
def team(in_town_a: Place) -> Team1:
    return Team1()


@pytest.fixture
def browse(team: Team1, town_a: Place, sign_in: SignIn) -> Callable[[User], Client]:
    def browse(user: User) -> Client:
        return sign_in(Client(headers={"host": town_a.primary_host}), town_a, user)

    return browse


def url(name: str, *args: int) -> str:
    return reverse(f"meetings:{name}", args=args, urlconf="reussite.urls_town")


def test_the_coordinator_holds_a_meeting_from_end_to_end(
    team: Team1, browse: Callable[[User], Client]
) -> None:
    referral = team.referral(first_name="Zélie", last_name="Unique")
    client = browse(team.coordinator)
    day = timezone.localdate() + timedelta(days=5)
    answer = client.post(
        url("new"),
        {
            "team": team.team.pk,
            "on": f"{day:%d/%m/%Y}",
            "hour": "14h30",
            "place": "Salle 2",
            "lasts": 90,
            "pace": 10,
        },
    )
    meeting = Meeting.objects.order_by("-pk")[0]
    pk = meeting.pk
    assert answer["Location"] == url("detail", pk)
    assert timezone.localtime(meeting.starts_at).hour == 14
    assert "Zélie Unique" in client.get(url("candidates", pk)).content.decode()
    client.post(url("add", pk), {"referral": referral.pk})
    assert "Zélie Unique" in client.get(url("detail", pk)).content.decode()
    client.post(url("item", pk, 1), {"version": 0, "facts": "Lit peu.", "strengths": "Dessine.", "tried": ""})
    client.post(url("convene", pk))
    client.post(url("open", pk), {"jour": "aujourd-hui"})
    present = Presence.objects.get(meeting=meeting, user=team.member)
    client.post(url("presences", pk), {f"presence-{present.pk}": "present"})
    page = client.get(url("live", pk, 1)).content.decode()
    assert "Lit peu." in page
    assert "Dessine." in page
    saved = client.post(
        url("save", pk, 1),
        {
            "version": 1,
            "kind": "entry",
            "reason": "Un soutien.",
            "what_0": "Appeler",
            "who_0": "P1",
            "due_0": "demain",
        },
    )
    assert saved["Location"] == url("live", pk, 1)
    assert "Entrée dans le PRE" in client.get(url("close", pk)).content.decode()
    assert client.post(url("close", pk))["Location"] == url("papers", pk)
    papers = client.get(url("papers", pk)).content.decode()
    assert "Appeler" in papers
    assert "Zélie" in client.get(url("letter", pk, 1)).content.decode()
    assert "Zélie" not in client.get(url("reply", pk, 1)).content.decode()
    client.post(
        url("paper", pk, 1), {"version": 2, "minutes_text": "Relu.", "letter_text": "L", "reply_text": "R"}
    )
    client.post(url("approve", pk))
    meeting.refresh_from_db()
    assert meeting.state == "approved"
    item = AgendaItem.objects.get(meeting=meeting)
    assert item.minutes.text == "Relu."
    for name, args in (("pdf", [pk]), ("child_pdf", [pk, 1])):
        pdf = client.get(url(name, *args))
        assert pdf["Content-Type"] == "application/pdf"
        assert pdf.content.startswith(b"%PDF-")


def test_a_referral_without_agreement_is_refused_by_post_too(
    team: Team1, browse: Callable[[User], Client]
) -> None:
    silent = making.received(making.child(first_name="Zélie", last_name="Unique"), team.coordinator)
    client = browse(team.coordinator)
    assert "Zélie" not in client.get(url("candidates", team.meeting.pk)).content.decode()
    page = client.post(url("add", team.meeting.pk), {"referral": silent.pk}, follow=True).content.decode()
    assert "Sans l’accord des parents" in page
    assert not AgendaItem.objects.exists()
    agreed = team.referral()
    client.post(url("add", team.meeting.pk), {"referral": agreed.pk})
    assert AgendaItem.objects.get().referral == agreed


def test_the_convening_names_no_child(team: Team1) -> None:
    team.item(team.referral(first_name="Zélie", last_name="Unique"))
    team.convene()
    told = {one for sent in mail.outbox for one in sent.to}
    assert told == {team.coordinator.email, team.member.email}
    for sent in mail.outbox:
        message = message_from_bytes(sent.message().as_bytes(), policy=default)
        parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
        parts = [part.decode() if isinstance(part, bytes) else part for part in parts]
        text = "\n".join([str(message["Subject"]), *parts])
        assert url("detail", team.meeting.pk) in text
        assert "Maison du peuple" not in text
        assert "BEGIN:VEVENT" in text
        assert "DTSTART:20261126T090000Z" in text
        assert not re.search("z[eé]lie|unique|situation 1|fatigue", text, re.IGNORECASE)


def test_names_are_hidden_everywhere_on_demand(team: Team1, browse: Callable[[User], Client]) -> None:
    referral = team.referral(first_name="Zélie", last_name="Unique")
    referral.facts = "ZELIE dort en classe ; Madame Unique travaille la nuit."
    referral.save()
    item = team.item(referral)
    team.convene()
    team.open()
    team.draft(item, kind="entry", reason="Zélie lira.")
    client = browse(team.coordinator)
    place = url("live", team.meeting.pk, 1)
    assert "Zélie Unique" in client.get(place).content.decode()
    client.post(url("names", team.meeting.pk), {"montrer": "0", "situation": "1"})
    for user in (team.coordinator, team.member):
        for page in (place, url("detail", team.meeting.pk)):
            text = browse(user).get(page).content.decode()
            assert "Situation\u00a01" in text
            assert not re.search("z[eé]lie|unique", text, re.IGNORECASE)
    # what was shown without names and not touched keeps them
    client.post(
        url("save", team.meeting.pk, 1), {"version": 1, "kind": "more", "reason": "Situation\u00a01 lira."}
    )
    item.refresh_from_db()
    assert (item.draft["kind"], item.draft["reason"]) == ("more", "Zélie lira.")


def test_two_screens_see_each_other(team: Team1, browse: Callable[[User], Client]) -> None:
    item = team.item()
    team.open()
    client = browse(team.coordinator)
    place, script = url("save", team.meeting.pk, 1), {"accept": "application/json"}
    first = client.post(place, {"version": 0, "reason": "Premier."}, headers=script)
    assert json.loads(first.content)["version"] == 1
    late = client.post(place, {"version": 0, "reason": "Second."}, headers=script)
    assert late.status_code == 409
    assert json.loads(late.content)["draft"]["reason"] == "Premier."
    plain = client.post(place, {"version": 0, "reason": "Second."})
    page = plain.content.decode()
    assert "Rien n’a été effacé" in page
    assert "Premier." in page
    assert "Second." in page
    item.refresh_from_db()
    assert item.draft["reason"] == "Premier."
    assert client.post(place, {"version": 1, "reason": "Second."}, headers=script).status_code == 200
    nir = client.post(place, {"version": 2, "reason": "2 85 05 78 006 084 91"}, headers=script)
    assert nir.status_code == 422


def test_a_member_reads_and_writes_nothing(team: Team1, browse: Callable[[User], Client]) -> None:
    item = team.item(team.referral(first_name="Zélie", last_name="Unique"))
    pk = team.meeting.pk
    member = browse(team.member)
    assert member.get(url("detail", pk)).status_code == 404
    team.convene()
    assert "Zélie" in member.get(url("detail", pk)).content.decode()
    page = member.get(url("live", pk, 1)).content.decode()
    assert "Fatigue en classe." in page
    assert "data-live" not in page
    read = ReadLine.objects.filter(actor=team.member, child_id=item.child_id).latest_first()[0]
    assert (read.reason, read.page) == ("team_meeting", "réunion, situation")
    team.open()
    acts = (("save", [pk, 1]), ("names", [pk]), ("add", [pk]), ("close", [pk]), ("approve", [pk]))
    for name, args in acts:
        assert member.post(url(name, *args)).status_code == 403
        assert browse(team.coordinator).post(url(name, *args)).status_code in (200, 302)
    team.meeting.refresh_from_db()
    assert team.meeting.state == "approved"


@pytest.mark.parametrize("role", [Role.STEERING, Role.TOWN_ADMIN, Role.SECRETARY, Role.PARTNER_WORKER])
def test_other_roles_open_nothing(team: Team1, browse: Callable[[User], Client], role: Role) -> None:
    team.item()
    team.convene()
    client = browse(making.user(role))
    for name, args in (("list", []), ("detail", [team.meeting.pk]), ("live", [team.meeting.pk, 1])):
        assert client.get(url(name, *args)).status_code == 403
        assert browse(team.coordinator).get(url(name, *args)).status_code == 200


def test_an_uninvited_member_finds_nothing(team: Team1, browse: Callable[[User], Client]) -> None:
    team.item()
    team.convene()
    outsider = browse(making.user(Role.TEAM_MEMBER))
    for name, args in (("detail", [team.meeting.pk]), ("live", [team.meeting.pk, 1])):
        assert outsider.get(url(name, *args)).status_code == 404
        assert browse(team.member).get(url(name, *args)).status_code == 200


def test_queries_do_not_grow_with_the_agenda(team: Team1, browse: Callable[[User], Client]) -> None:
    client = browse(team.coordinator)
    counts: dict[str, list[int]] = {}
    for more in (2, 6):
        for _ in range(more):
            team.item()
            team.referral()
        for name, args in (("detail", []), ("candidates", []), ("item", [1])):
            client.get(url(name, team.meeting.pk, *args))
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url(name, team.meeting.pk, *args)).status_code == 200
            counts.setdefault(name, []).append(_of_the_page(queries))
    assert {name: seen[1] - seen[0] for name, seen in counts.items()} == dict.fromkeys(counts, 0)


def _of_the_page(queries: CaptureQueriesContext) -> int:
    """Without the registry's own question, which is asked at most once a second."""
    return sum("tenants_" not in query["sql"] for query in queries.captured_queries)


def test_teams_are_made_and_filled(team: Team1, browse: Callable[[User], Client]) -> None:
    client = browse(team.coordinator)
    client.post(url("teams"), {"name": "Équipe du collège"})
    made = Team.objects.get(name="Équipe du collège")
    client.post(url("team", made.pk), {"user": team.member.pk, "since_on": "1/9/2026"})
    page = client.get(url("team", made.pk)).content.decode()
    assert team.member.full_name in page
    seat = made.memberships.get()
    client.post(url("end_membership", made.pk, seat.pk))
    seat.refresh_from_db()
    assert seat.until_on is not None
    assert browse(team.member).get(url("teams")).status_code == 403


def test_the_newcomers_charter_is_asked_at_the_door(team: Team1, browse: Callable[[User], Client]) -> None:
    team.convene()
    team.open()
    client = browse(team.coordinator)
    place = url("newcomer", team.meeting.pk)
    refused = client.post(
        place, {"name": "Personne Nouvelle", "organisation": "Mission locale", "signed_on": ""}
    )
    assert "avant d’entrer" in refused.content.decode()
    assert not Presence.objects.filter(user=None).exists()
    client.post(
        place, {"name": "Personne Nouvelle", "organisation": "Mission locale", "signed_on": "aujourd’hui"}
    )
    assert Presence.objects.get(user=None).organisation == "Mission locale"


def test_a_cancelled_or_moved_meeting_is_told(team: Team1, browse: Callable[[User], Client]) -> None:
    team.convene()
    client = browse(team.coordinator)
    day = timezone.localdate() + timedelta(days=9)
    client.post(
        url("change", team.meeting.pk),
        {"on": f"{day:%d/%m/%Y}", "hour": "9 h", "place": "Salle 9", "lasts": 90, "pace": 10},
    )
    assert len(mail.outbox) == 4
    client.post(url("cancel", team.meeting.pk))
    assert len(mail.outbox) == 6
    assert "METHOD:CANCEL" in mail.outbox[-1].attachments[0][1]
    team.meeting.refresh_from_db()
    assert (team.meeting.state, team.meeting.sequence) == ("cancelled", 2)
