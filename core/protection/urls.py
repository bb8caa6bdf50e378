from django.urls import path

from core.protection.views import concerns

app_name = "protection"
urlpatterns = [
    path("proteger/", concerns.home, name="home"),
    path("proteger/ecrire/", concerns.new, name="new"),
    path("enfants/<int:pk>/proteger/", concerns.about, name="about"),
    path("proteger/<int:pk>/", concerns.detail, name="detail"),
    path("proteger/<int:pk>/lettre.pdf", concerns.paper, name="pdf"),
    path("proteger/<int:pk>/reprendre/", concerns.rewrite, name="rewrite"),
    path("proteger/<int:pk>/transmise/", concerns.send, name="send"),
    path("proteger/<int:pk>/recue/", concerns.acknowledge, name="acknowledge"),
    path("proteger/<int:pk>/suite/", concerns.result, name="result"),
    path("proteger/<int:pk>/complement/", concerns.complement, name="complement"),
    path("proteger/<int:pk>/cercle/", concerns.let_in, name="let_in"),
    path("proteger/<int:pk>/cercle/<int:member>/retirer/", concerns.let_out, name="let_out"),
]
