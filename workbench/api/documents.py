"""The documents of a case by program: what was drafted, approved and sent, with digests."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.access import access_incident
from incidents.api.pages import Pages, ReadOnlyModelSerializer
from incidents.api.serializers import PartySerializer
from incidents.api.views import NUMBER, REFUSALS, SLUG, person
from reports.access import visible_documents
from reports.models import Document


class DocumentSerializer(ReadOnlyModelSerializer):
    """One document of a case. `sha256` is that of the file as approved; empty while it is a draft."""

    party = PartySerializer()
    duty = serializers.IntegerField(source="obligation_id", allow_null=True, help_text="Id in the list of duties")

    class Meta:
        model = Document
        fields = (
            "ordinal", "reference", "party", "duty", "kind", "form", "language", "phase", "groups", "state",
            "facts_digest", "sha256", "created_at", "submitted_at", "approved_at", "self_approval", "sent_at",
            "sent_how", "sent_reference", "recorded_as_sent",
        )  # fmt: skip
        read_only_fields = fields


class DocumentList(ListAPIView[Any]):
    """The documents of an incident, newest first."""

    queryset = Document.objects.none()
    serializer_class = DocumentSerializer
    pagination_class = Pages

    def get_queryset(self) -> Any:
        membership, incident = access_incident(person(self.request), self.kwargs["slug"], self.kwargs["number"])
        return visible_documents(membership, incident).select_related("incident", "party__legal_entity")

    @extend_schema(
        operation_id="incidents_documents",
        tags=["incidents"],
        summary="List the documents of an incident",
        parameters=[SLUG, NUMBER],
        responses={200: DocumentSerializer(many=True), **REFUSALS},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)
