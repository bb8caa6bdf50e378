from django.urls import path

from core.exports import views

app_name = "exports"
urlpatterns = [
    path("exports/", views.log, name="log"),
    path("exports/nouveau/", views.new, name="new"),
]
