"""Addresses of a host that is nobody's: none. The middleware answers before any is looked up."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

# Every site's; allauth looks for the last one here, in the root.
handler400 = "core.ui.views.bad_request"
handler403 = "core.ui.views.permission_denied"
handler404 = "core.ui.views.page_not_found"
handler429 = "core.ui.views.too_many_requests"
handler500 = "core.ui.views.server_error"
