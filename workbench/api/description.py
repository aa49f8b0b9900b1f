"""The description of the API: as OpenAPI, and as a page to read.

The page is our own, made from the description on the server: Swagger UI writes inline styles, which the
Content-Security-Policy forbids.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated

METHODS = ("get", "post", "put", "patch", "delete")


class Description(SpectacularAPIView):
    """The OpenAPI description: YAML, or JSON with `?format=json`. For whoever is signed in."""

    permission_classes = (IsAuthenticated,)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the page shows it. A parameter: name, where, whether needed, type, words."""

    id: str
    method: str
    path: str
    summary: str
    words: str
    parameters: tuple[tuple[str, str, bool, str, str], ...]
    answers: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str, str], ...]


@require_GET
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """All operations of the API, to read."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return render(request, "api/docs.html", {"operations": list(operations(schema)), "info": schema["info"]})


def operations(schema: Mapping[str, Any]) -> Iterator[Operation]:
    """The operations of a description, in the order of their paths."""
    shapes = schema.get("components", {}).get("schemas", {})
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                yield _operation(path, method, methods[method], shapes)


def _operation(path: str, method: str, raw: Mapping[str, Any], shapes: Mapping[str, Any]) -> Operation:
    return Operation(
        id=raw["operationId"],
        method=method.upper(),
        path=path,
        summary=raw.get("summary", raw["operationId"]),
        words=raw.get("description", ""),
        parameters=tuple(
            (one["name"], one["in"], bool(one.get("required")), _type(one["schema"]), one.get("description", ""))
            for one in raw.get("parameters", ())
        ),
        answers=tuple((status, answer.get("description", "")) for status, answer in raw["responses"].items()),
        fields=tuple(_fields(raw["responses"].get("200", {}), shapes)),
    )


def _fields(answer: Mapping[str, Any], shapes: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The fields of a successful answer; of a page, those of its rows."""
    shape = _resolved(answer.get("content", {}).get("application/json", {}).get("schema", {}), shapes)
    if "results" in shape.get("properties", {}):
        shape = _resolved(shape["properties"]["results"]["items"], shapes)
    for name, field in shape.get("properties", {}).items():
        yield name, _type(field), _resolved(field, shapes).get("description", field.get("description", ""))


def _resolved(shape: Mapping[str, Any], shapes: Mapping[str, Any]) -> Mapping[str, Any]:
    while True:
        if "$ref" in shape:
            shape = shapes[shape["$ref"].rpartition("/")[2]]
        elif len(shape.get("allOf", ())) == 1:
            shape = {**shape["allOf"][0], **{key: value for key, value in shape.items() if key != "allOf"}}
        else:
            return shape


def _type(shape: Mapping[str, Any]) -> str:
    if "$ref" in shape or "allOf" in shape or "oneOf" in shape:
        return "object" if "enum" not in shape else "string"
    words = str(shape.get("format") or shape.get("type") or "any")
    if "enum" in shape:
        words += f": {', '.join(str(one) for one in shape['enum'])}"
    return f"{words}, or null" if shape.get("nullable") else words
