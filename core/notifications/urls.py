from django.urls import path

from core.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.today, name="today"),
    path("suites/", views.follow_ups, name="follow_ups"),
    path("suites/<int:pk>/fait/", views.follow_up_done, name="follow_up_done"),
]
