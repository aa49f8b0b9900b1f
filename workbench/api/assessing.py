"""POST /api/v1/assess: facts in, findings out, nothing stored. The same as `manage.py assess`."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents.api.views import REFUSALS
from law.assess import assess
from law.facts import FactsError, Fault, parse_facts
from law.rulebook import load_rulebook
from workbench.facts_text import MOST_CHARACTERS, BadInputError, decode, instant


class FaultSerializer(serializers.Serializer[Any]):
    """One fault of the input: where (a JSON pointer), what stands there, what was expected."""

    path = serializers.CharField(allow_blank=True)
    value = serializers.JSONField(allow_null=True)
    expected = serializers.CharField()


class FaultsSerializer(serializers.Serializer[Any]):
    """Everything that is wrong with the input, all at once."""

    faults = FaultSerializer(many=True)


class BadFacts(APIException):
    """400 with every fault."""

    status_code = 400

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__()
        said = [{"path": one.path, "value": _plain(one.value), "expected": one.expected} for one in faults]
        self.detail: Any = {"faults": said}


def _plain(value: object) -> object:
    """The value as JSON can carry it; anything else in words."""
    return json.loads(json.dumps(value, default=str))


class FactsParser(BaseParser):
    """JSON as `manage.py assess` reads it: a key that stands twice is a fault and not a silent loss."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        raw = stream.read(4 * MOST_CHARACTERS + 1)
        try:
            return decode(raw.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise BadFacts([Fault("", None, f"JSON in UTF-8 (byte {error.start} is none)")]) from None
        except BadInputError as error:
            raise BadFacts([Fault("", None, f"a facts document in JSON; {error}")]) from None


class Assess(APIView):
    """Which duties follow from a facts document."""

    parser_classes = (FactsParser,)

    @extend_schema(
        operation_id="assess",
        tags=["assess"],
        summary="Assess a facts document; nothing is stored",
        description=(
            "The body is a document of contract tocsin.facts/1, the answer one of tocsin.assessment/1; both are"
            " described in docs/law/contract.md. The same facts, rulebook and as_of give the same answer."
        ),
        parameters=[
            OpenApiParameter(
                "as_of", OpenApiTypes.DATETIME, description="The instant of the look, RFC 3339 with offset; else now"
            )
        ],
        request={"application/json": OpenApiTypes.OBJECT},
        responses={
            200: OpenApiResponse(OpenApiTypes.OBJECT, "The assessment"),
            400: OpenApiResponse(FaultsSerializer, "The input has faults, each with path, value and what was expected"),
            401: REFUSALS[401],
            403: OpenApiResponse(REFUSALS[403].response, "A session without its CSRF token"),
            415: OpenApiResponse(REFUSALS[403].response, "The body is not application/json"),
        },
    )
    def post(self, request: Request) -> Response:
        try:
            text = request.query_params.get("as_of", "")
            as_of = instant(text, "as_of") if text else timezone.now()
        except BadInputError as error:
            expected = str(error).partition("expected ")[2]
            raise BadFacts([Fault("as_of", text, expected)]) from None
        try:
            answer = assess(load_rulebook(), parse_facts(request.data), as_of)
        except FactsError as error:
            raise BadFacts(error.faults) from None
        return Response(answer.to_json())
