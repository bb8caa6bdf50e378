from django.urls import path

from core.notifications.views import acting, calendars, messages, today, week

app_name = "notifications"
urlpatterns = [
    path("", today.today, name="today"),
    path("attente/<slug:code>/", today.waiting, name="waiting"),
    path("suites/", acting.follow_ups, name="follow_ups"),
    path("suites/<int:pk>/fait/", acting.follow_up_done, name="follow_up_done"),
    path("rendez-vous/<int:pk>/suite/", acting.outcome, name="outcome"),
    path("parcours/<int:pk>/sortie/reponse/", acting.relay_answer, name="relay_answer"),
    path("appels/orientation/<int:pk>/", acting.call_about_referral, name="call_referral"),
    path("appels/parcours/<int:pk>/", acting.call_about_pathway, name="call_pathway"),
    path("semaine/", week.week, name="week"),
    path("semaine/agenda/", calendars.calendar, name="calendar"),
    path("semaine/agenda/creer/", calendars.make, name="make_calendar"),
    path("semaine/agenda/arreter/", calendars.end, name="end_calendar"),
    path("agenda/<str:token>.ics", calendars.feed_page, name="feed"),
    path("messages/", messages.message_list, name="list"),
    path("messages/lus/", messages.all_read, name="all_read"),
    path("messages/<int:pk>/", messages.open_message, name="open"),
    path("messages/adresses/", messages.refused_addresses, name="refused_addresses"),
    path("messages/arreter/<str:token>/", messages.unsubscribe, name="unsubscribe"),
    path("compte/messages/", messages.preferences, name="preferences"),
]
