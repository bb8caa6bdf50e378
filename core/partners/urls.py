from django.urls import path

from core.partners.views import agreements, directory, offers, organisations

app_name = "partners"
urlpatterns = [
    path("reseau/", directory.directory, name="directory"),
    path("reseau/image/", directory.picture, name="picture"),
    path("reseau/structures/", directory.organisation_list, name="organisations"),
    path("reseau/structures/nouvelle/", organisations.create, name="new"),
    path("reseau/structures/<int:pk>/", organisations.organisation, name="organisation"),
    path("reseau/structures/<int:pk>/modifier/", organisations.edit, name="edit"),
    path("reseau/structures/<int:pk>/sortir/", organisations.close, name="close"),
    path("reseau/structures/<int:pk>/remettre/", organisations.reopen, name="reopen"),
    path("reseau/structures/<int:pk>/contacts/nouveau/", organisations.add_contact, name="add_contact"),
    path("reseau/structures/<int:pk>/offres/nouvelle/", offers.add_offer, name="add_offer"),
    path("reseau/structures/<int:pk>/conventions/nouvelle/", agreements.sign, name="sign_agreement"),
    path("reseau/contacts/<int:pk>/modifier/", organisations.edit_contact, name="edit_contact"),
    path("reseau/contacts/<int:pk>/retirer/", organisations.close_contact, name="close_contact"),
    path("reseau/contacts/<int:pk>/remettre/", organisations.reopen_contact, name="reopen_contact"),
    path("reseau/offres/<int:pk>/modifier/", offers.edit_offer, name="edit_offer"),
    path("reseau/offres/<int:pk>/places/", offers.tell_places, name="places"),
    path("reseau/offres/<int:pk>/retirer/", offers.close_offer, name="close_offer"),
    path("reseau/offres/<int:pk>/remettre/", offers.reopen_offer, name="reopen_offer"),
    path("reseau/conventions/<int:pk>/modifier/", agreements.edit, name="edit_agreement"),
    path("reseau/conventions/<int:pk>/arreter/", agreements.end, name="end_agreement"),
]
