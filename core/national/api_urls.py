"""Addresses of the API, and of what describes it. The schema is made from this module alone."""

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView

from core.national import api
from core.national.views import releases
from core.ui.access import open_to_all

schema = SpectacularJSONAPIView.as_view(
    urlconf="core.national.api_urls",
    throttle_classes=[api.VisitorThrottle, api.PersonThrottle],
    custom_settings={
        "TITLE": "Réussite, publications nationales",
        "DESCRIPTION": "Lecture seule. Aucun effectif de un à dix enfants, ni ce qui le ferait voir.",
        "VERSION": "1",
        "OAS_VERSION": "3.1.0",
    },
)
urlpatterns = [
    path("api/", releases.api_page, name="api"),
    path("api/schema/", open_to_all(schema), name="api_schema"),
    path("api/publications/", api.releases, name="api_releases"),
    path("api/publications/<int:number>/", api.release, name="api_release"),
    path("api/publications/<int:number>/cellules/", api.cells, name="api_cells"),
    path("api/en-cours/", api.running, name="api_running"),
]
