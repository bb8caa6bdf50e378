from django.urls import path

from core.privacy.views import emergency

app_name = "privacy"
urlpatterns = [
    path("urgence/", emergency.emergency, name="emergency"),
    path("urgence/enfants/<int:pk>/", emergency.emergency_child, name="emergency_child"),
    path("urgence/<int:pk>/terminer/", emergency.close, name="close_emergency"),
    path("urgences/", emergency.emergencies, name="emergencies"),
    path("urgences/<int:pk>/", emergency.review, name="review"),
]
