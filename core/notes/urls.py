from django.urls import path

from core.notes.views import circle, files, letters, notes

app_name = "notes"
urlpatterns = [
    path("enfants/<int:pk>/notes/", notes.around, name="child"),
    path("enfants/<int:pk>/notes/ecrire/", notes.write, name="write"),
    path("notes/les-miennes/", notes.mine, name="mine"),
    path("notes/<int:pk>/reprendre/", notes.rewrite, name="rewrite"),
    path("notes/<int:pk>/corriger/", notes.correct, name="correct"),
    path("notes/<int:pk>/barrer/", notes.strike, name="strike"),
    path("notes/<int:pk>/effacer/", notes.remove_private, name="remove_private"),
    path("enfants/<int:pk>/documents/ajouter/", files.attach, name="attach"),
    path("documents/<int:pk>/", files.open_file, name="open_file"),
    path("documents/<int:pk>/retirer/", files.remove, name="remove_file"),
    path("enfants/<int:pk>/autour/ajouter/", circle.add, name="add_person"),
    path("autour/<int:pk>/fin/", circle.end, name="end_person"),
    path("personnes/professions/", circle.profession_list, name="professions"),
    path("personnes/professions/<int:pk>/", circle.set_profession, name="set_profession"),
    path("enfants/<int:pk>/courriers/", letters.letter_list, name="letters"),
    path("enfants/<int:pk>/courriers/<slug:code>/", letters.write, name="write_letter"),
    path("courriers/<int:pk>/courrier.pdf", letters.paper, name="letter_pdf"),
    path("courriers/<int:pk>/retour/", letters.note_return, name="letter_return"),
]
