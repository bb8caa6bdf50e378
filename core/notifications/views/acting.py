"""What is done from « Aujourd’hui » without leaving it: a promise kept, an appointment's end, a call."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget

from core.children.access import Scope
from core.children.opening import open_child, signed_in
from core.journal import operations as journal
from core.journal.reading import reads_children
from core.notifications import today as day
from core.notifications.forms import CallForm
from core.notifications.today import Reader
from core.notifications.views.noting import note_day
from core.notifications.views.today import back
from core.pathways import permissions
from core.pathways.enums import ContactKind, EncounterKind, RelayState, WithWhom
from core.pathways.models import Appointment, Exit, FollowUp, Pathway, Referral
from core.pathways.operations import after_exit, decisions, following, referrals
from core.pathways.operations.following import Told
from core.pathways.operations.transitions import CannotMove
from core.people.access import charter_required, roles_required
from core.people.enums import Role
from core.ui import toasts

working_roles = roles_required(Role.COORDINATOR, Role.REFERENT, Role.SECRETARY, Role.TEAM_MEMBER)
DIARY = (Role.COORDINATOR, Role.REFERENT, Role.SECRETARY)
GROUP, FROM_LIST = "groupe", "liste"


@charter_required
@working_roles
@require_safe
@reads_children
def follow_ups(request: HttpRequest) -> HttpResponse:
    """What one promised in a meeting, one's own alone; the words are those of the meeting."""
    user = signed_in(request)
    mine = FollowUp.objects.filter(user=user, done_on=None).select_related("decision")
    rows = list(mine.order_by("due_on", "pk"))
    journal.read(
        actor=user,
        page="suites à donner",
        at=timezone.now(),
        reason="follow_up",
        why="Suite promise en réunion",
        purpose="Faire ce qui a été décidé",
        shown=[row.decision.child_id for row in rows],
    )
    return render(request, "notifications/follow_ups.html", {"rows": rows})


@charter_required
@working_roles
@require_POST
def follow_up_done(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    row = get_object_or_404(FollowUp, pk=pk, user=user)

    def run() -> str:
        decisions.finish_follow_up(follow_up=row, by=user, at=timezone.now())
        return "C’est noté comme fait."

    return _press(request, run)


@charter_required
@roles_required(*DIARY)
@require_POST
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """« A eu lieu » or « Personne n’est venu »: for who follows the child, and for who keeps the diary."""
    user = signed_in(request)
    rows = Appointment.objects.visible_to(user).select_related("pathway__child")
    found = get_object_or_404(rows, pk=pk)
    if not permissions.can_note_outcome(user, found):
        raise PermissionDenied
    name = "miss" if request.POST.get("suite") == "miss" else "keep"

    def run() -> str:
        following.close_appointment(appointment=found, name=name, outcome="", by=user, at=timezone.now())
        return "C’est noté : personne n’est venu." if name == "miss" else "C’est noté : il a eu lieu."

    return _press(request, run)


@charter_required
@roles_required(Role.COORDINATOR)
@require_POST
def relay_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """« Accepté » or « Refusé », today, to a relay that was proposed when the pathway `pk` ended."""
    user, at = signed_in(request), timezone.now()
    found = get_object_or_404(Exit.objects.visible_to(user), pathway=pk)
    accepted = request.POST.get("reponse") == RelayState.ACCEPTED
    state = RelayState.ACCEPTED if accepted else RelayState.DECLINED

    def run() -> str:
        after_exit.note_relay(ending=found, state=state, on=timezone.localdate(at), by=user, at=at)
        return "C’est noté : le relais est accepté." if accepted else "C’est noté : le relais est refusé."

    return _press(request, run)


@dataclass(frozen=True, slots=True)
class Call:
    """Whom it is about, and how it is written down; `facts` must be told where somebody answered."""

    name: str
    url: str
    place: str  # where on « Aujourd’hui » its form stands
    needs_facts: bool
    log: Callable[[bool, str], Model]


@charter_required
@working_roles
@require_http_methods(["GET", "HEAD", "POST"])
@reads_children
def call_about_referral(request: HttpRequest, pk: int) -> HttpResponse:
    """A call to the family of an orientation: whether somebody answered, and one line."""
    return _call(request, _of_referral(request, pk))


@charter_required
@working_roles
@require_http_methods(["GET", "HEAD", "POST"])
@reads_children
def call_about_pathway(request: HttpRequest, pk: int) -> HttpResponse:
    """The same to a family that is accompanied."""
    return _call(request, _of_pathway(request, pk))


def _call(request: HttpRequest, call: Call) -> HttpResponse:
    form = CallForm(request.POST or None, needs_facts=call.needs_facts)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def run() -> str:
            journal.once(
                key=data["form_key"],
                at=timezone.now(),
                make=lambda: call.log(data["reached"], data["facts"]),
            )
            return "L’appel est noté."

        return _press(request, run)
    code = request.POST.get(GROUP) or request.GET.get(GROUP, "")
    inside = bool(request.htmx)  # type: ignore[attr-defined]
    page = {"form": form, "call": call, "code": code if day.find(code) else "", "inside": inside}
    if not inside:
        return render(request, "notifications/call.html", page)
    answer = render(request, "notifications/partials/_call.html", page)
    if request.method == "POST":  # what is missing is said where it was typed
        return reswap(retarget(answer, f"#{call.place}"), "innerHTML")
    return answer


def _named(row: Referral) -> str:
    return row.child.full_name if row.child else row.stated_name


def _call_url(pk: int) -> str:
    return reverse("notifications:call_referral", args=[pk])


def _of_referral(request: HttpRequest, pk: int) -> Call:
    user, at = signed_in(request), timezone.now()
    row = get_object_or_404(Referral.objects.visible_to(user).select_related("child"), pk=pk)
    if not permissions.can_handle(user, row):
        raise PermissionDenied
    if request.method != "POST":
        coordinates = user.has_role(Role.COORDINATOR)
        journal.read(
            actor=user,
            page=request.resolver_match.view_name if request.resolver_match else "",
            at=at,
            reason="coordinator" if coordinates else "first_contact",
            why="Coordination du PRE" if coordinates else "Premier contact",
            purpose="Joindre la famille",
            child_id=row.child_id,
        )

    def log(reached: bool, facts: str) -> Model:
        return referrals.log_contact(
            referral=row,
            kind=ContactKind.CALL,
            on=timezone.localdate(at),
            reached=reached,
            note=facts,
            by=user,
            at=at,
        )

    return Call(_named(row), _call_url(pk), f"appel-orientation-{pk}", False, log)


def _of_pathway(request: HttpRequest, pk: int) -> Call:
    rows = Pathway.objects.visible_to(signed_in(request)).select_related("child")
    row = get_object_or_404(rows, pk=pk)
    opened = open_child(
        request,
        row.child_id,
        scope=Scope.FILE,
        may=lambda opened: permissions.can_follow(opened.reasons),
    )

    def log(reached: bool, facts: str) -> Model:
        told = Told(
            kind=EncounterKind.CALL,
            with_whom=WithWhom.FAMILY,
            on=timezone.localdate(opened.at),
            facts=facts or "Pas de réponse.",
            reached=reached,
        )
        return following.log_encounter(pathway=row, told=told, by=opened.user, at=opened.at)

    url = reverse("notifications:call_pathway", args=[pk])
    return Call(opened.child.full_name, url, f"appel-parcours-{pk}", True, log)


def _press(request: HttpRequest, run: Callable[[], str]) -> HttpResponse:
    """Do it, and answer with the group from which it was done, or lead back to it."""
    refused = False
    try:
        said = run()
    except CannotMove as refusal:
        said, refused = str(refusal), True
    code = request.POST.get(GROUP, "")
    source = day.find(code)
    if request.htmx and source is not None:  # type: ignore[attr-defined]
        reader = Reader(signed_in(request), timezone.now())
        group = day.group_of(source, reader, said=said, refused=refused)
        if group is not None:
            note_day(request, reader, group.child_ids)
            return render(request, "notifications/partials/_group.html", {"group": group, "fresh": True})
    (toasts.refused if refused else toasts.done)(request, said)
    return back(code, to_list=source is not None and FROM_LIST in request.POST)
