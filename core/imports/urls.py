from django.urls import path

from core.imports.views import following, lines, mapping, sending

app_name = "imports"
urlpatterns = [
    path("reprises/", sending.home, name="list"),
    path("reprises/modele/<str:format>/", sending.template, name="template"),
    path("reprises/<int:pk>/", following.detail, name="detail"),
    path("reprises/<int:pk>/avancement/", following.progress, name="progress"),
    path("reprises/<int:pk>/feuille/", mapping.sheet, name="sheet"),
    path("reprises/<int:pk>/colonnes/", mapping.columns, name="columns"),
    path("reprises/<int:pk>/mots/", mapping.words, name="words"),
    path("reprises/<int:pk>/lignes/<int:number>/", lines.row, name="row"),
    path("reprises/<int:pk>/lignes/<int:number>/qui/", lines.decide, name="decide"),
    path("reprises/<int:pk>/lignes/<int:number>/de-cote/", lines.aside, name="aside"),
    path("reprises/<int:pk>/lancer/", following.run, name="run"),
    path("reprises/<int:pk>/abandonner/", following.give_up, name="give_up"),
    path("reprises/<int:pk>/retirer/", following.undo, name="undo"),
    path("reprises/<int:pk>/laissees/", following.left_out, name="left_out"),
]
