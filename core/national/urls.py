from django.urls import include, path

from core.national.views import home, making, releases, running

app_name = "national"
urlpatterns = [
    path("", home.home, name="home"),
    path("publications/", releases.releases, name="releases"),
    path("publications/preparation/", making.drawer, name="drawer"),
    path("publications/preparation/nouvelle/", making.prepare, name="prepare"),
    path("publications/preparation/<int:number>/", making.control, name="control"),
    path("publications/preparation/<int:number>/publier/", making.publish, name="publish"),
    path("publications/preparation/<int:number>/ecarter/", making.discard, name="discard"),
    path("publications/<int:number>/", releases.release, name="release"),
    path("publications/<int:number>/methode/", releases.definitions, name="definitions"),
    path("publications/<int:number>/fichier/<slug:format>/", releases.download, name="download"),
    path("", include("core.national.api_urls")),
    path("exploitation/", running.overview, name="running"),
    path("exploitation/echecs/", running.failures, name="failures"),
    path("exploitation/echecs/rejouer/", running.replay_group, name="replay_group"),
    path("exploitation/echecs/<int:pk>/rejouer/", running.replay, name="replay"),
    path("exploitation/echecs/<int:pk>/garer/", running.park, name="park"),
    path("exploitation/horaires/", running.schedule, name="schedule"),
    path("exploitation/agents/", running.workers, name="workers"),
]
