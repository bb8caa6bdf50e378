"""One page with three queries, the same for both."""

from django.http import HttpRequest, JsonResponse
from django.urls import path

from core.partners.models import Offer, Organisation


def three_queries(request: HttpRequest) -> JsonResponse:
    return JsonResponse(
        {
            "organisations": Organisation.objects.count(),
            "names": list(Organisation.objects.order_by("name", "id").values_list("name", flat=True)[:20]),
            "offers": Offer.objects.filter(active=True).count(),
        }
    )


urlpatterns = [path("", three_queries)]
