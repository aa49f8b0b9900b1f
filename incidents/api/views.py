"""Reading cases by program. The doors are those of the pages: outsiders get 404, whatever they ask."""

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import Permission, access_workspace, require
from accounts.models import User
from incidents.access import access_incident
from incidents.api.pages import Pages
from incidents.api.serializers import DutySerializer, FactsSerializer, IncidentSerializer
from incidents.models import FactsRevision, Incident, Obligation
from incidents.selectors import duties_grouped
from incidents.selectors.worklist import Filter, WorkRows, work_row

SLUG = OpenApiParameter("slug", OpenApiTypes.STR, OpenApiParameter.PATH, description="The workspace")
NUMBER = OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH, description="The incident")


class RefusalSerializer(serializers.Serializer[Any]):
    """Why a request was refused, in words."""

    detail = serializers.CharField()


REFUSALS: dict[Any, Any] = {
    401: OpenApiResponse(RefusalSerializer, "Neither a token nor a session"),
    403: OpenApiResponse(RefusalSerializer, "The role in this workspace does not allow it"),
    404: OpenApiResponse(RefusalSerializer, "No such workspace or incident, or not for you"),
}


def person(request: Request) -> User:
    """Who asks: a person, by a session or by a token of hers."""
    return cast(User, request.user)


@extend_schema(tags=["incidents"])
class IncidentList(ListAPIView[Any]):
    """The incidents of a workspace that the asking member may see."""

    queryset = Incident.objects.none()
    serializer_class = IncidentSerializer
    pagination_class = Pages

    def get_queryset(self) -> Any:
        membership = access_workspace(person(self.request), self.kwargs["slug"])
        require(membership, Permission.VIEW_CASE)
        asked = self.request.query_params.get("show", Filter.OPEN)
        if asked not in list(Filter):
            known = ", ".join(Filter)
            raise serializers.ValidationError({"show": f"{asked!r}: expected one of {known}"})
        return WorkRows(membership, Filter(asked), search=self.request.query_params.get("search", "")[:200])

    @extend_schema(
        operation_id="incidents_list",
        summary="List incidents, next deadline first",
        parameters=[
            SLUG,
            OpenApiParameter("show", OpenApiTypes.STR, enum=[chip.value for chip in Filter], description="Which ones"),
            OpenApiParameter("search", OpenApiTypes.STR, description="Words in title, reference, company or owner"),
        ],
        responses={
            200: IncidentSerializer(many=True),
            400: OpenApiResponse(OpenApiTypes.OBJECT, "A parameter is wrong: its name and what was expected"),
            **REFUSALS,
        },
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


@extend_schema(tags=["incidents"])
class IncidentDetail(APIView):
    """One incident."""

    @extend_schema(
        operation_id="incidents_read",
        summary="Read one incident",
        parameters=[SLUG, NUMBER],
        responses={200: IncidentSerializer, **REFUSALS},
    )
    def get(self, request: Request, slug: str, number: int) -> Response:
        _, incident = access_incident(person(request), slug, number)
        return Response(IncidentSerializer(work_row(incident)).data)


@extend_schema(tags=["incidents"])
class DutyList(ListAPIView[Any]):
    """The duties of an incident, earliest clock first: required, depending, then not required."""

    queryset = Obligation.objects.none()
    serializer_class = DutySerializer
    pagination_class = Pages

    def get_queryset(self) -> Any:
        _, incident = access_incident(person(self.request), self.kwargs["slug"], self.kwargs["number"])
        found = duties_grouped(incident, incident.now(timezone.now()))
        return [*found.required, *found.depends, *found.not_required]

    @extend_schema(
        operation_id="incidents_duties",
        summary="List the duties of an incident",
        parameters=[SLUG, NUMBER],
        responses={200: DutySerializer(many=True), **REFUSALS},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


@extend_schema(tags=["incidents"])
class FactsList(ListAPIView[Any]):
    """The newest facts document of each party of an incident."""

    queryset = FactsRevision.objects.none()
    serializer_class = FactsSerializer
    pagination_class = Pages

    def get_queryset(self) -> Any:
        _, incident = access_incident(person(self.request), self.kwargs["slug"], self.kwargs["number"])
        return list(
            FactsRevision.objects.filter(party__incident=incident)
            .order_by("party_id", "-number")
            .distinct("party_id")
            .select_related("party__legal_entity", "author")
        )

    @extend_schema(
        operation_id="incidents_facts",
        summary="Read the newest facts of each party",
        parameters=[SLUG, NUMBER],
        responses={200: FactsSerializer(many=True), **REFUSALS},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)
