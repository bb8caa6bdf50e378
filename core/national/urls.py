from django.urls import path

from core.national import views

app_name = "national"
urlpatterns = [path("", views.home, name="home")]
