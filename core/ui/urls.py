from django.urls import path

from core.ui import views

app_name = "ui"
urlpatterns = [
    path("apparence.css", views.appearance, name="appearance"),
    path("logo", views.logo, name="logo"),
    path("composants/", views.components, name="components"),
]
