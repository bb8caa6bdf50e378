from django.urls import path

from core.notifications.views import messages, today

app_name = "notifications"
urlpatterns = [
    path("", today.today, name="today"),
    path("suites/", today.follow_ups, name="follow_ups"),
    path("suites/<int:pk>/fait/", today.follow_up_done, name="follow_up_done"),
    path("messages/", messages.message_list, name="list"),
    path("messages/lus/", messages.all_read, name="all_read"),
    path("messages/<int:pk>/", messages.open_message, name="open"),
    path("messages/adresses/", messages.refused_addresses, name="refused_addresses"),
    path("messages/arreter/<str:token>/", messages.unsubscribe, name="unsubscribe"),
    path("compte/messages/", messages.preferences, name="preferences"),
]
