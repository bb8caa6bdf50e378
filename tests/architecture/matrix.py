"""What the URL × role matrix needs to know of each address: an object for each id in it.

A new view with an id in its address adds a line to OBJECTS: the route's name (or `app:*`), and for
each argument an attribute of World. Its rule is declared on the view itself (core.people.access).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from django.utils import timezone

from core.children.models import Child, DuplicateCheck, Merge, MoveUp
from core.exchange.models import Campaign
from core.funding.models import Convention, Expense, InKind
from core.imports.models import Import
from core.meetings.models import Meeting, Presence, Team, TeamMembership
from core.meetings.operations import closing
from core.national.models import Release
from core.notes.models import Attachment, Letter, Note, OutsidePerson, PrivateNote
from core.notes.operations import circle, private
from core.notifications.models import Notice
from core.partners.models import Agreement, ContactPerson, Offer, Organisation
from core.pathways.enums import Part, Way, WithWhom
from core.pathways.models import (
    Action,
    AfterExit,
    Appointment,
    Contract,
    Decision,
    FollowUp,
    HandOver,
    Objective,
    ParentParticipation,
    Participation,
    Pathway,
    PlaceRequest,
    Referral,
    Review,
    SchoolWord,
    Signature,
    SigningLink,
    Solution,
    WaitingLine,
)
from core.pathways.models import (
    Session as HeldSession,
)
from core.pathways.operations import following, guests, objectives, parents, places
from core.pathways.operations.guests import Asked
from core.people.enums import Role
from core.people.models import User
from core.privacy.models import EmergencyAccess
from core.privacy.operations import emergency
from core.protection.models import Concern, ConcernMember
from core.protection.operations import concerns
from core.reporting import indicators
from core.reporting.enums import Purpose
from core.reporting.models import Report, ReportIssue, Snapshot
from core.reporting.operations import freezing
from core.returns.models import Submission
from tenants.models import OutboxRow
from tests.core.children import factories as children
from tests.core.funding import making as accounts
from tests.core.imports import making as importing
from tests.core.meetings.making import Team1
from tests.core.national import making as nation
from tests.core.notes import making as noting
from tests.core.partners import making as partners
from tests.core.pathways import ends, living, making
from tests.core.pathways.living import Life
from tests.core.protection import making as protecting
from tests.core.reporting import reports_made as reporting
from tests.core.returns import making as surveying

# "argument of the address": "attribute.of.World"; a text in quotes stands for itself.
OBJECTS: dict[str, dict[str, str]] = {
    "mfa_edit_webauthn": {"pk": "passkey.pk"},
    "mfa_remove_webauthn": {"pk": "passkey.pk"},
    "people:*": {"pk": "person.pk", "assignment_pk": "person_role.pk", "token": "'nothing'"},
    "people:end_session": {"pk": "session.pk"},
    "people:mail": {"name": "'nothing'"},
    "children:*": {"pk": "child.pk", "ship_pk": "ship.pk"},
    "children:undo_september": {"pk": "move_up.pk"},
    "children:compare": {"pk": "twins.pk"},
    "children:distinct": {"pk": "twins.pk"},
    "children:separate": {"pk": "merge.pk"},
    "partners:*": {"pk": "organisation.pk"},
    "partners:edit_contact": {"pk": "contact_person.pk"},
    "partners:close_contact": {"pk": "contact_person.pk"},
    "partners:reopen_contact": {"pk": "contact_person.pk"},
    "partners:edit_offer": {"pk": "offer.pk"},
    "partners:places": {"pk": "offer.pk"},
    "partners:close_offer": {"pk": "offer.pk"},
    "partners:reopen_offer": {"pk": "offer.pk"},
    "partners:edit_agreement": {"pk": "agreement.pk"},
    "partners:end_agreement": {"pk": "agreement.pk"},
    "privacy:emergency_child": {"pk": "child.pk"},
    "privacy:close_emergency": {"pk": "emergency.pk"},
    "privacy:review": {"pk": "emergency.pk"},
    "pathways:*": {"pk": "referral.pk", "token": "'nothing'"},
    "pathways:refer_child": {"pk": "child.pk"},
    "pathways:family_visit": {"pk": "child.pk"},
    "pathways:family_agreement": {"pk": "child.pk"},
    "pathways:family_signing": {"pk": "child.pk"},
    "pathways:contract": {"pk": "contract.pk"},
    "pathways:write_contract": {"pk": "contract.pk"},
    "pathways:seal_contract": {"pk": "contract.pk"},
    "pathways:amend_contract": {"pk": "contract.pk"},
    "pathways:sign_contract": {"pk": "contract.pk", "part": "'family'", "way": "'screen'"},
    "pathways:refuse_contract": {"pk": "contract.pk", "part": "'family'"},
    "pathways:contract_pdf": {"pk": "contract.pk"},
    "pathways:signature_scan": {"pk": "contract.pk", "signature": "signature.pk"},
    "pathways:send_signing_link": {"pk": "contract.pk", "guardian": "guardian.pk"},
    "pathways:cancel_signing_link": {"pk": "contract.pk", "link": "signing_link.pk"},
    "national:*": {"pk": "effect.pk", "number": "release.number", "format": "'csv'"},
    "returns:*": {"campaign": "campaign.pk", "number": "sent_return.number", "format": "'ods'"},
    **{
        f"national:{name}": {"campaign": "campaign.pk", "town": "'alpha'"}
        for name in ("campaign", "close_campaign", "remind_towns", "questions", "campaign_town", "ask_town")
    },
    **{
        f"national:{name}": {"campaign": "campaign.pk", "town": "'alpha'"}
        for name in ("accept_return", "send_back_return")
    },
    **{
        f"national:{name}": {"campaign": "prepared.pk", "code": "'equipe'"}
        for name in ("edit_campaign", "open_campaign", "new_question", "question", "remove_question")
    },
    "imports:*": {"pk": "imported.pk", "number": "'2'", "format": "'csv'"},
    "reporting:rows": {"indicator": "'children'"},
    "reporting:export": {"format": "'csv'"},
    "reporting:snapshot": {"pk": "snapshot.pk"},
    **{
        f"reporting:{name}": {"pk": "report.pk"}
        for name in ("report", "add_text", "preview_report", "reopen_report", "draft_pdf")
    },
    "reporting:issue": {"pk": "issue.pk"},
    "reporting:issue_file": {"pk": "issue.pk", "format": "'ods'"},
    **{f"pathways:{name}": {"pk": "pathway.pk"} for name in ("pathway", "log_encounter", "new_appointment")},
    **{f"pathways:{name}": {"pk": "pathway.pk"} for name in ("departure", "prepare_review", "summary_pdf")},
    **{
        f"pathways:{name}": {"pk": "review.pk"}
        for name in ("review", "save_review", "review_note", "review_pdf", "ask_school")
    },
    "pathways:cancel_school_word": {"pk": "school_word.pk"},
    "pathways:appointment": {"pk": "appointment.pk"},
    **{
        f"pathways:{name}": {"pk": "pathway.pk"}
        for name in ("exit", "withdraw_pathway", "note_death", "suspend_pathway", "resume_pathway")
    },
    **{
        f"pathways:{name}": {"pk": "ended.pathway.pk"}
        for name in ("correct_exit", "undo_exit", "note_relay", "exit_pdf")
    },
    "pathways:after_exit": {"pk": "look.pk"},
    "pathways:hand_over_child": {"pk": "ended.child.pk"},
    "pathways:hand_over_from": {"pk": "person.pk"},
    "pathways:cancel_hand_over": {"pk": "hand_over.pk"},
    "pathways:hand_over_read": {"pk": "hand_over.pk"},
    **{
        f"pathways:{name}": {"pk": "objective.pk"}
        for name in ("objective_search", "objective_standing", "nothing_exists", "new_action", "join_action")
    },
    **{
        f"pathways:{name}": {"pk": "solution.pk"}
        for name in ("contact_solution", "settle_solution", "look_again")
    },
    **{
        f"pathways:{name}": {"pk": "action.pk"}
        for name in ("action", "plan_session", "start_action", "finish_action", "stop_action")
    },
    **{
        f"pathways:{name}": {"pk": "action.pk"}
        for name in ("plan_series", "set_places", "series_sheet", "welcome_parent")
    },
    "pathways:ask_place": {"pk": "led.pk"},
    "pathways:enrol_guest": {"pk": "action.pk"},
    "pathways:note_permission": {"pk": "participation.pk"},
    "pathways:refer_guest": {"pk": "participation.pk"},
    "pathways:parent_leaves": {"pk": "parent.pk"},
    "pathways:take_place": {"pk": "waiting.pk"},
    "pathways:settle_waiting": {"pk": "waiting.pk", "way": "'retirer'"},
    "pathways:accept_request": {"pk": "place_request.pk"},
    "pathways:decline_request": {"pk": "place_request.pk"},
    "pathways:keep_practice": {"pk": "action.pk"},
    "pathways:leave_action": {"pk": "participation.pk"},
    **{
        f"pathways:{name}": {"pk": "held.pk"}
        for name in ("roll", "cancel_session", "service_done", "withdraw_service", "session_sheet")
    },
    "notes:*": {"pk": "child.pk", "code": "'rendez_vous'"},
    **{f"notes:{name}": {"pk": "note.pk"} for name in ("rewrite", "correct", "strike")},
    "notes:remove_private": {"pk": "private_note.pk"},
    "notes:open_file": {"pk": "attachment.pk"},
    "notes:remove_file": {"pk": "attachment.pk"},
    "notes:end_person": {"pk": "outside_person.pk"},
    "notes:set_profession": {"pk": "person.pk"},
    "notes:letter_pdf": {"pk": "letter.pk"},
    "notes:letter_return": {"pk": "letter.pk"},
    "funding:*": {"pk": "expense.pk"},
    **{
        f"funding:{name}": {"pk": "convention.pk"}
        for name in ("convention", "withdraw_convention", "restore_convention")
    },
    **{
        f"funding:{name}": {"pk": "in_kind.pk"} for name in ("in_kind", "withdraw_in_kind", "restore_in_kind")
    },
    "funding:new_aid": {"pk": "child.pk"},
    "funding:aid": {"pk": "aid.pk"},
    "protection:*": {"pk": "concern.pk", "member": "concern_member.pk"},
    "protection:about": {"pk": "child.pk"},
    "notifications:follow_up_done": {"pk": "follow_up.pk"},
    "notifications:open": {"pk": "notice.pk"},
    "notifications:waiting": {"code": "'familles'"},
    "notifications:outcome": {"pk": "appointment.pk"},
    "notifications:relay_answer": {"pk": "ended.pathway.pk"},
    "notifications:call_referral": {"pk": "referral.pk"},
    "notifications:call_pathway": {"pk": "pathway.pk"},
    "notifications:feed": {"token": "'nothing'"},
    "notifications:unsubscribe": {"token": "'nothing'"},
    "meetings:*": {"pk": "meeting.pk", "number": "'1'", "presence": "presence.pk"},
    "meetings:door_member": {"pk": "meeting.pk", "membership": "membership.pk"},
    **{
        f"meetings:{name}": {"pk": "closed.pk", "number": "'1'"}
        for name in ("papers", "paper", "letter", "reply", "pdf", "child_pdf")
    },
    "meetings:team": {"pk": "team.pk"},
    "meetings:end_membership": {"pk": "team.pk", "membership": "membership.pk"},
}


@dataclass(frozen=True)
class Route:
    """One address of a site, with its view."""

    site: str  # "town" or "national"
    name: str
    pattern: str
    view: Any
    arguments: frozenset[str]

    @property
    def roles(self) -> frozenset[Role]:
        return getattr(self.view, "required_roles", frozenset())

    @property
    def is_open(self) -> bool:
        return getattr(self.view, "open_to_all", False)

    @property
    def objects(self) -> dict[str, str]:
        """What stands for each argument. Raises LookupError when the table says nothing of it."""
        app = f"{self.name.partition(':')[0]}:*" if ":" in self.name else ""
        known = {**OBJECTS.get(app, {}), **OBJECTS.get(self.name, {})}
        if missing := self.arguments - known.keys():
            raise LookupError(f"{self.name}: add {sorted(missing)} to tests/architecture/matrix.py")
        return {argument: known[argument] for argument in sorted(self.arguments)}


def routes(site: str) -> list[Route]:
    """All addresses of a site, from its URLconf."""
    return list(_walk(site, get_resolver(f"reussite.urls_{site}").url_patterns, "", ""))


def _walk(site: str, patterns: Any, prefix: str, namespace: str) -> Iterator[Route]:
    for pattern in patterns:
        text = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(site, pattern.url_patterns, text, pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern):
            name = f"{namespace}:{pattern.name}" if namespace else str(pattern.name)
            yield Route(site, name, text, pattern.callback, frozenset(pattern.pattern.converters))


class World:
    """Objects of one place, each made when it is first asked for. Its `manager` made them all."""

    def __init__(self, site: str = "town") -> None:
        self.site = site

    @property
    def manager(self) -> User:
        return self.coordinator if self.site == "town" else self.operator

    @cached_property
    def coordinator(self) -> User:
        return self.entry.coordinator

    @cached_property
    def operator(self) -> User:
        return making.user(Role.OPERATOR)

    @cached_property
    def entry(self) -> making.Entry:
        return making.Entry()

    def of(self, role: Role) -> User:
        mine = {Role.COORDINATOR: "coordinator", Role.OPERATOR: "operator"}
        if role == Role.PARTNER_WORKER and "led" in self.__dict__:
            return self.leader
        return getattr(self, mine[role]) if role in mine else making.user(role)

    @cached_property
    def led(self) -> Action:
        """A group that the partner's worker of this world leads."""
        organisation = living.association()
        User.objects.filter(pk=self.leader.pk).update(organisation_code=organisation.code)
        self.leader.refresh_from_db()
        return living.group(self.coordinator, organisation=organisation)

    @cached_property
    def leader(self) -> User:
        return making.user(Role.PARTNER_WORKER)

    @cached_property
    def person(self) -> User:
        return making.user(Role.SECRETARY)

    @cached_property
    def person_role(self) -> Any:
        return self.person.assignments.get()

    @cached_property
    def passkey(self) -> Authenticator:
        return Authenticator.objects.create(
            user=self.manager, type=Authenticator.Type.WEBAUTHN, data={"name": "Clé", "credential": {}}
        )

    @cached_property
    def session(self) -> UserSession:
        day = timezone.now() + timedelta(days=1)
        kept = Session.objects.create(session_key="k" * 32, session_data="x", expire_date=day)
        return UserSession.objects.create(
            user=self.manager, ip="127.0.0.1", user_agent="x", session_key=kept.session_key
        )

    @cached_property
    def child(self) -> Child:
        return self.entry.child

    @cached_property
    def ship(self) -> Any:
        return self.child.guardianships.get()

    @cached_property
    def guardian(self) -> Any:
        return self.entry.guardian

    @cached_property
    def twins(self) -> DuplicateCheck:
        return DuplicateCheck.objects.create(
            child=making.child(last_name="Double"),
            other=making.child(last_name="Double"),
            found_at=making.NOW,
        )

    @cached_property
    def merge(self) -> Merge:
        return Merge.objects.create(
            kept=making.child(),
            merged=making.child(),
            reason="Essai",
            done_at=making.NOW,
            done_by=self.coordinator,
        )

    @cached_property
    def move_up(self) -> MoveUp:
        return MoveUp.objects.create(
            school_year=2026,
            starts_on=making.TODAY.replace(month=9, day=1),
            applied_at=making.NOW,
            applied_by=self.coordinator,
        )

    @cached_property
    def organisation(self) -> Organisation:
        return partners.organisation()

    @cached_property
    def contact_person(self) -> ContactPerson:
        return partners.contact()

    @cached_property
    def offer(self) -> Offer:
        return partners.offer()

    @cached_property
    def agreement(self) -> Agreement:
        return partners.agreement()

    @cached_property
    def emergency(self) -> EmergencyAccess:
        reader = children.professional(Role.SECRETARY, email="urgence@essai.invalid")
        return emergency.open_emergency(
            by=reader, at=timezone.now(), child=making.child(), reason="La famille est injoignable."
        )

    @cached_property
    def referral(self) -> Referral:
        return self.entry.referral

    @cached_property
    def contract(self) -> Contract:
        return self.entry.contract

    @cached_property
    def signature(self) -> Signature:
        return self.entry.sign(Part.FAMILY, way=Way.PAPER, scan=ContentFile(b"%PDF-", "papier.pdf"))

    @cached_property
    def signing_link(self) -> SigningLink:
        return SigningLink.objects.create(
            contract=self.contract,
            guardian=self.guardian,
            email="parent@essai.invalid",
            secret_hash="0" * 64,
            expires_at=making.NOW + timedelta(days=1),
            made_by=self.coordinator,
            made_at=making.NOW,
        )

    @cached_property
    def follow_up(self) -> FollowUp:
        decision = Decision.objects.order_by("pk").filter(referral=self.referral)[0]
        return FollowUp.objects.create(decision=decision, what="Appeler", who="Moi", user=self.coordinator)

    @cached_property
    def imported(self) -> Import:
        """A table that is checked, with a line to mend."""
        return importing.checked([{**importing.CHILD, "birth_on": "?"}], self.coordinator)

    @cached_property
    def snapshot(self) -> Snapshot:
        at = timezone.now()
        last_year = indicators.school_year(timezone.localdate(at).year - 2)
        return freezing.freeze(period=last_year, purpose=Purpose.STEERING, by=self.coordinator, at=at)

    @cached_property
    def report(self) -> Report:
        return reporting.report(self.coordinator)

    @cached_property
    def issue(self) -> ReportIssue:
        return reporting.issue(self.coordinator)

    @cached_property
    def convention(self) -> Convention:
        return accounts.convention(self.coordinator)

    @cached_property
    def expense(self) -> Expense:
        return accounts.expense(self.coordinator)

    @cached_property
    def aid(self) -> Expense:
        return accounts.aid(self.coordinator, self.child)

    @cached_property
    def in_kind(self) -> InKind:
        return accounts.in_kind(self.coordinator)

    @cached_property
    def campaign(self) -> Campaign:
        return surveying.opened()

    @cached_property
    def prepared(self) -> Campaign:
        return surveying.prepared()

    @cached_property
    def sent_return(self) -> Submission:
        return surveying.sent(self.campaign, self.coordinator)

    @cached_property
    def release(self) -> Release:
        return nation.bare_release()

    @cached_property
    def effect(self) -> OutboxRow:
        return OutboxRow(pk=1)

    @cached_property
    def notice(self) -> Notice:
        return Notice.objects.create(
            user=self.coordinator,
            event="pathways.referral_received",
            about=self.referral.pk,
            key="essai",
            made_at=making.NOW,
        )

    @cached_property
    def life(self) -> Life:
        """A pathway that lives, of the same coordinator; the other roles hold no link to its child."""
        return Life(coordinator=self.coordinator)

    @cached_property
    def pathway(self) -> Pathway:
        return self.life.pathway

    @cached_property
    def objective(self) -> Objective:
        return self.life.objective

    @cached_property
    def review(self) -> Review:
        return self.pathway.reviews.get()

    @cached_property
    def school_word(self) -> SchoolWord:
        return SchoolWord.objects.create(
            review=self.review,
            school_name="École des Lilas",
            may_ask="agreement",
            agreed_by="La mère",
            agreed_on=making.TODAY,
            secret_hash="1" * 64,
            code_hash="2" * 64,
            expires_at=making.NOW + timedelta(days=1),
            asked_by=self.coordinator,
            asked_at=making.NOW,
        )

    @cached_property
    def solution(self) -> Solution:
        return objectives.consider(
            objective=self.objective, told="Une voisine", by=self.coordinator, at=making.NOW
        )

    @cached_property
    def ended(self) -> Life:
        life = Life()
        ends.close(life)
        return life

    @cached_property
    def look(self) -> AfterExit:
        return AfterExit.objects.filter(exit__pathway=self.ended.pathway).order_by("months")[0]

    @cached_property
    def hand_over(self) -> HandOver:
        return ends.hand_over(self.life.child, making.user(Role.REFERENT), by=self.coordinator)

    @cached_property
    def appointment(self) -> Appointment:
        return following.plan_appointment(
            pathway=self.pathway,
            when=making.NOW,
            venue="Au CCAS",
            with_whom=WithWhom.FAMILY,
            user=self.coordinator,
            by=self.coordinator,
            at=making.NOW,
        )

    @cached_property
    def action(self) -> Action:
        return living.group(self.coordinator, worker=self.coordinator)

    @cached_property
    def participation(self) -> Participation:
        return living.guest(self.action, self.coordinator)

    @cached_property
    def held(self) -> HeldSession:
        return living.session(self.action, self.coordinator)

    @cached_property
    def note(self) -> Note:
        return noting.note(self.child, self.coordinator, at=timezone.now())

    @cached_property
    def private_note(self) -> PrivateNote:
        return private.write_private(child=self.child, text="Un mot.", by=self.coordinator, at=timezone.now())

    @cached_property
    def attachment(self) -> Attachment:
        return noting.attachment(self.child, self.coordinator)

    @cached_property
    def outside_person(self) -> OutsidePerson:
        return circle.add_person(
            child=self.child, kind="cmp", name="Une psychologue", by=self.coordinator, at=making.NOW
        )

    @cached_property
    def letter(self) -> Letter:
        return noting.letter(self.child, self.guardian, self.coordinator)

    @cached_property
    def concern(self) -> Concern:
        return protecting.concern(self.coordinator, child=self.child)

    @cached_property
    def concern_member(self) -> ConcernMember:
        return concerns.let_in(
            concern=self.concern, user=self.person, why="Accompagne.", by=self.coordinator, at=making.NOW
        )

    @cached_property
    def waiting(self) -> WaitingLine:
        full = living.group(self.coordinator, worker=self.coordinator, places=1)
        living.guest(full, self.coordinator)
        return places.wait(
            action=full,
            child=making.child(),
            authorised_by="Le père",
            authorised_on=making.TODAY,
            by=self.coordinator,
            at=making.NOW,
        )

    @cached_property
    def place_request(self) -> PlaceRequest:
        values = {"first_name": "Lou", "last_name": "Fictif", "birth_on": None, "authorised_by": "La mère"}
        asked = Asked(authorised_on=making.TODAY, **values)  # type: ignore[arg-type]
        return guests.ask_place(action=self.action, asked=asked, by=self.coordinator, at=making.NOW)

    @cached_property
    def parent(self) -> ParentParticipation:
        return parents.welcome_parent(
            action=self.action, first_name="Ana", on=making.TODAY, by=self.coordinator, at=making.NOW
        )

    @cached_property
    def around(self) -> Team1:
        """A convened meeting with one situation."""
        made = Team1(self.coordinator)
        made.item()
        made.convene()
        return made

    @cached_property
    def meeting(self) -> Meeting:
        return self.around.meeting

    @cached_property
    def closed(self) -> Meeting:
        """Its papers are there, to be read over."""
        made = Team1(self.coordinator)
        item = made.item()
        made.convene()
        made.open()
        made.draft(item, kind="more")
        return closing.close_meeting(meeting=made.meeting, by=made.coordinator, at=making.NOW)

    @cached_property
    def presence(self) -> Presence:
        return Presence.objects.filter(meeting=self.meeting).order_by("pk")[0]

    @cached_property
    def team(self) -> Team:
        return self.around.team

    @cached_property
    def membership(self) -> TeamMembership:
        return TeamMembership.objects.filter(team=self.team).order_by("pk")[0]
