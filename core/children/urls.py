from django.urls import path

from core.children.views import adults, files, homes, lists, logs, september, twins

app_name = "children"
urlpatterns = [
    path("enfants/", lists.child_list, name="list"),
    path("enfants/nouveau/", files.create, name="new"),
    path("enfants/rentree/", september.september, name="september"),
    path("enfants/rentree/<int:pk>/annuler/", september.undo, name="undo_september"),
    path("enfants/doublons/", twins.twin_list, name="twins"),
    path("enfants/doublons/<int:pk>/", twins.compare, name="compare"),
    path("enfants/doublons/<int:pk>/differents/", twins.distinct, name="distinct"),
    path("enfants/reunions/<int:pk>/separer/", twins.separate, name="separate"),
    path("enfants/<int:pk>/", files.file, name="file"),
    path("enfants/<int:pk>/modifier/", files.edit, name="edit"),
    path("enfants/<int:pk>/famille/", files.family, name="family"),
    path("enfants/<int:pk>/adresse/", homes.child_address, name="address"),
    path("enfants/<int:pk>/scolarite/", homes.schooling, name="schooling"),
    path("enfants/<int:pk>/adultes/ajouter/", adults.add, name="add_adult"),
    path("enfants/<int:pk>/adultes/<int:ship_pk>/", adults.rights, name="rights"),
    path("enfants/<int:pk>/adultes/<int:ship_pk>/coordonnees/", adults.details, name="adult_details"),
    path("enfants/<int:pk>/adultes/<int:ship_pk>/adresse/", homes.adult_address, name="adult_address"),
    path("enfants/<int:pk>/adultes/<int:ship_pk>/fin/", adults.end, name="end_rights"),
    path("enfants/<int:pk>/adultes/<int:ship_pk>/e-mail/", adults.confirm_email, name="confirm_email"),
    path("enfants/<int:pk>/acces/", logs.access_log, name="access_log"),
    path("enfants/<int:pk>/acces/imprimer/", logs.print_access_log, name="print_access_log"),
]
