from django.urls import path

from core.meetings.views import agenda, live, papers, planning, presences, teams

app_name = "meetings"
urlpatterns = [
    path("", planning.meeting_list, name="list"),
    path("nouvelle/", planning.new, name="new"),
    path("equipes/", teams.team_list, name="teams"),
    path("equipes/<int:pk>/", teams.detail, name="team"),
    path("equipes/<int:pk>/membres/<int:membership>/terminer/", teams.end_membership, name="end_membership"),
    path("<int:pk>/", planning.detail, name="detail"),
    path("<int:pk>/modifier/", planning.change, name="change"),
    path("<int:pk>/convoquer/", planning.convene, name="convene"),
    path("<int:pk>/inviter/", planning.invite, name="invite"),
    path("<int:pk>/annuler/", planning.cancel, name="cancel"),
    path("<int:pk>/ordre-du-jour/", agenda.candidates, name="candidates"),
    path("<int:pk>/ordre-du-jour/ajouter/", agenda.add, name="add"),
    path("<int:pk>/situations/<int:number>/", agenda.correct, name="item"),
    path("<int:pk>/situations/<int:number>/retirer/", agenda.take_off, name="take_off"),
    path("<int:pk>/ouvrir/", live.start, name="open"),
    path("<int:pk>/noms/", live.names, name="names"),
    path("<int:pk>/seance/<int:number>/", live.situation, name="live"),
    path("<int:pk>/seance/<int:number>/enregistrer/", live.save, name="save"),
    path("<int:pk>/presences/", presences.attendance, name="presences"),
    path("<int:pk>/presences/arrivee/", presences.newcomer, name="newcomer"),
    path("<int:pk>/presences/<int:presence>/charte/", presences.charter, name="door_charter"),
    path("<int:pk>/presences/membres/<int:membership>/", presences.member, name="door_member"),
    path("<int:pk>/presences/<int:presence>/retirer/", presences.withdraw, name="uninvite"),
    path("<int:pk>/clore/", papers.close, name="close"),
    path("<int:pk>/papiers/", papers.overview, name="papers"),
    path("<int:pk>/papiers/<int:number>/", papers.correct, name="paper"),
    path("<int:pk>/papiers/<int:number>/lettre/", papers.letter, name="letter"),
    path("<int:pk>/papiers/<int:number>/reponse/", papers.reply, name="reply"),
    path("<int:pk>/approuver/", papers.approve, name="approve"),
    path("<int:pk>/compte-rendu.pdf", papers.whole_pdf, name="pdf"),
    path("<int:pk>/situations/<int:number>/compte-rendu.pdf", papers.child_pdf, name="child_pdf"),
]
