"""Teams and their members."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from core.meetings import queries
from core.meetings.forms.planning import MemberForm, TeamForm
from core.meetings.models import Team, TeamMembership
from core.meetings.operations import teams
from core.meetings.operations.moving import CannotMeet
from core.meetings.views.fetching import preparing, user_of
from core.ui import toasts


@preparing
def team_list(request: HttpRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)
    if form.is_valid():
        team = teams.create_team(name=form.cleaned_data["name"], by=user_of(request), at=timezone.now())
        toasts.done(request, "L’équipe est créée. Ajoutez ses membres.")
        return redirect("meetings:team", team.pk)
    rows = Team.objects.order_by("name", "pk")
    return render(request, "meetings/team_list.html", {"teams": rows, "form": form})


@preparing
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    team = get_object_or_404(Team, pk=pk)
    at = timezone.now()
    form = MemberForm(request.POST or None, team=team)
    if form.is_valid():
        try:
            teams.add_member(team=team, by=user_of(request), at=at, **form.cleaned_data)
        except CannotMeet as refusal:
            form.add_error(None, str(refusal))
        else:
            toasts.done(request, f"{form.cleaned_data['user'].full_name} siège dans l’équipe.")
            return redirect("meetings:team", pk)
    seats = queries.seats(team, at=at)
    return render(request, "meetings/team.html", {"team": team, "seats": seats, "form": form})


@preparing
@require_POST
def end_membership(request: HttpRequest, pk: int, membership: int) -> HttpResponse:
    seat = get_object_or_404(TeamMembership, pk=membership, team=pk)
    teams.end_membership(membership=seat, by=user_of(request), at=timezone.now())
    toasts.done(request, "Cette personne ne sera plus convoquée.")
    return redirect("meetings:team", pk)
