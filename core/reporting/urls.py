from django.urls import path

from core.reporting.views import dashboard, freezing, rows

app_name = "reporting"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("definitions/", dashboard.definitions, name="definitions"),
    path("fichier/<slug:format>/", dashboard.export, name="export"),
    path("lignes/<slug:indicator>/", rows.rows, name="rows"),
    path("arretes/", freezing.snapshot_list, name="snapshots"),
    path("arretes/nouveau/", freezing.freeze, name="freeze"),
    path("arretes/<int:pk>/", freezing.snapshot, name="snapshot"),
]
