"""Addresses of a town's site."""

from django.urls import include, path

from reussite.urls_unknown import handler400, handler403, handler404, handler500  # noqa: F401

urlpatterns = [
    path("", include("core.ui.urls")),
    path("", include("core.people.sign_in_urls")),
    path("", include("core.people.urls")),
    path("", include("core.partners.urls")),
    path("", include("core.children.urls")),
    path("", include("core.privacy.urls")),
    path("", include("core.pathways.urls")),
    path("", include("core.exports.urls")),
    path("", include("core.imports.urls")),
    path("", include("core.notes.urls")),
    path("", include("core.protection.urls")),
    path("", include("core.funding.urls")),
    path("", include("core.notifications.urls")),
    path("reunions/", include("core.meetings.urls")),
    path("chiffres/", include("core.reporting.urls")),
    path("", include("core.returns.urls")),
]
