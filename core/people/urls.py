from django.conf import settings
from django.urls import path

from core.people import views

app_name = "people"
urlpatterns = [
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("invitation/<str:token>/cle/", views.passkey_options, name="invitation_passkey"),
    path("compte/", views.account, name="account"),
    path("compte/second-facteur/", views.second_factor, name="second_factor"),
    path("compte/sessions/<int:pk>/fermer/", views.end_session, name="end_session"),
    path("charte/", views.charter, name="charter"),
    path("charte/imprimer/", views.print_charter, name="print_charter"),
    path("charte/signatures/", views.signatures, name="signatures"),
    path("personnes/", views.person_list, name="list"),
    path("personnes/inviter/", views.invite, name="invite"),
    path("personnes/<int:pk>/", views.person, name="person"),
    path("personnes/<int:pk>/coordonnees/", views.person_details, name="details"),
    path("personnes/<int:pk>/roles/", views.give_role, name="give_role"),
    path("personnes/<int:pk>/roles/<int:assignment_pk>/fin/", views.end_role, name="end_role"),
    path("personnes/<int:pk>/depart/", views.person_left, name="left"),
    path("personnes/<int:pk>/suspendre/", views.suspend, name="suspend"),
    path("personnes/<int:pk>/rouvrir/", views.resume, name="resume"),
    path("personnes/<int:pk>/inviter-encore/", views.invite_again, name="invite_again"),
    path("personnes/<int:pk>/annuler-invitation/", views.revoke_invitation, name="revoke_invitation"),
    path("personnes/<int:pk>/charte-papier/", views.paper_charter, name="paper_charter"),
]
if settings.DEMO:
    from core.people.views import mailbox

    urlpatterns += [
        path("boite-aux-lettres/", mailbox.mailbox, name="mailbox"),
        path("boite-aux-lettres/<str:name>/", mailbox.message, name="mail"),
    ]
