from django.urls import path

from core.national.views import home, running

app_name = "national"
urlpatterns = [
    path("", home.home, name="home"),
    path("exploitation/", running.overview, name="running"),
    path("exploitation/echecs/", running.failures, name="failures"),
    path("exploitation/echecs/rejouer/", running.replay_group, name="replay_group"),
    path("exploitation/echecs/<int:pk>/rejouer/", running.replay, name="replay"),
    path("exploitation/echecs/<int:pk>/garer/", running.park, name="park"),
    path("exploitation/horaires/", running.schedule, name="schedule"),
    path("exploitation/agents/", running.workers, name="workers"),
]
