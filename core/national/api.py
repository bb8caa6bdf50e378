"""The API of the national site: read-only. Releases for everybody; running aggregates for national readers.

It serves released cells alone (core.national.reading), which hold no hidden count. Running figures too went
through a release « for national readers », or there are none.
"""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle
from rest_framework.views import APIView

from core.exchange.enums import Status
from core.national import exporting
from core.national.enums import Recipient
from core.national.models import Release
from core.national.reading import Reading
from core.people.access import roles_required
from core.people.enums import Role
from core.people.models import User
from core.ui.access import open_to_all

NOTHING_RUNNING = (
    "Aucun chiffre en cours d’année n’est disponible\u00a0: ils paraissent ici après le contrôle qui protège "
    "les enfants, quand une publication pour la lecture nationale a été faite."
)


NUMBER = OpenApiParameter(
    "number",
    {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    OpenApiParameter.PATH,
    description="Numéro de la publication.",
)


class VisitorThrottle(AnonRateThrottle):
    rate = "120/min"


class PersonThrottle(UserRateThrottle):
    rate = "240/min"


class IsNationalReader(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User) and request.user.has_role(Role.NATIONAL_READER)


class CompletenessSerializer(serializers.Serializer[Any]):
    labelled_towns = serializers.IntegerField()
    active_towns = serializers.IntegerField()
    answering_towns = serializers.IntegerField()
    waiting_towns = serializers.IntegerField(
        help_text="Arrivées après une publication de la période\u00a0: dans aucun total."
    )


class ReleaseSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    period = serializers.CharField()
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    published_at = serializers.CharField(allow_null=True)
    fictitious = serializers.BooleanField()
    source = serializers.CharField()
    threshold = serializers.IntegerField()
    completeness = CompletenessSerializer()
    fingerprint = serializers.CharField()
    catalogue = serializers.CharField()


class DocumentSerializer(ReleaseSerializer):
    tables = serializers.ListField(child=serializers.DictField())
    indicators = serializers.DictField()
    dimensions = serializers.DictField()
    places = serializers.DictField()


class CellSerializer(serializers.Serializer[Any]):
    indicator = serializers.CharField()
    place = serializers.CharField()
    breakdown = serializers.DictField(child=serializers.CharField())
    value = serializers.IntegerField(allow_null=True)
    hidden = serializers.BooleanField()


class RunningSerializer(DocumentSerializer):
    cells = CellSerializer(many=True)


class RunningAnswerSerializer(serializers.Serializer[Any]):
    message = serializers.CharField(help_text="Pourquoi il n’y a rien, quand il n’y a rien.")
    release = RunningSerializer(allow_null=True)


class ProblemSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField()


class Open(APIView):
    permission_classes = (AllowAny,)
    throttle_classes = (VisitorThrottle, PersonThrottle)
    renderer_classes = (JSONRenderer,)
    http_method_names = ("get", "head", "options")


class ReleasesView(Open):
    @extend_schema(
        operation_id="releases",
        responses={200: ReleaseSerializer(many=True)},
        description="Les publications parues, la plus récente d’abord.",
    )
    def get(self, request: Request) -> Response:
        found = Release.objects.public().newest_first()
        return Response([exporting.said(release) for release in found])


class ReleaseView(Open):
    @extend_schema(
        operation_id="release",
        parameters=[NUMBER],
        responses={200: DocumentSerializer, 404: ProblemSerializer},
        description="Une publication\u00a0: tableaux, définitions, lieux, combien de villes ont répondu.",
    )
    def get(self, request: Request, number: int) -> Response:
        return Response(
            {key: one for key, one in exporting.document(_public(number)).items() if key != "cells"}
        )


class CellsView(Open):
    @extend_schema(
        operation_id="cells",
        parameters=[
            NUMBER,
            OpenApiParameter("indicator", str, description="Code d’un indicateur, par exemple children."),
            OpenApiParameter("place", str, description="Code d’un lieu\u00a0: FR, R76, D82…"),
        ],
        responses={200: CellSerializer(many=True), 404: ProblemSerializer},
        description="Les effectifs d’une publication. Un effectif masqué n’a pas de valeur.",
    )
    def get(self, request: Request, number: int) -> Response:
        release = _public(number)
        place, indicator = request.query_params.get("place"), request.query_params.get("indicator")
        known = release.document["places"].keys()  # what is no place does not reach the database
        reading = Reading(release, None if place is None else {place} & known)
        lines = [line for line in reading.lines() if indicator is None or line[0] == indicator]
        return Response([exporting.cell_said(*line) for line in lines])


class RunningView(APIView):
    """Running figures that passed disclosure control, for national readers."""

    permission_classes = (IsNationalReader,)
    throttle_classes = (PersonThrottle,)
    renderer_classes = (JSONRenderer,)
    http_method_names = ("get", "head", "options")

    @extend_schema(
        operation_id="running",
        responses={200: RunningAnswerSerializer},
        description="Les chiffres en cours d’année, pour la lecture nationale, après le même contrôle.",
    )
    def get(self, request: Request) -> Response:
        release = (
            Release.objects.published()
            .filter(recipient=Recipient.NATION, source=Status.RUNNING)
            .order_by("-first_on", "-published_at")
            .first()
        )
        told = exporting.document(release) if release else None
        return Response({"message": "" if told else NOTHING_RUNNING, "release": told})


def _public(number: int) -> Release:
    release = Release.objects.public().filter(number=number).first() if number < 2**31 else None
    if release is None:
        raise Http404
    return release


releases = open_to_all(ReleasesView.as_view())
release = open_to_all(ReleaseView.as_view())
cells = open_to_all(CellsView.as_view())
running = roles_required(Role.NATIONAL_READER)(RunningView.as_view())
