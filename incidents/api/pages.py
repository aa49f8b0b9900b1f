"""What all lists of the API have in common."""

from typing import Any

from django.db import models
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """Pages by number: `?page=2&page_size=100`. The answer names the pages before and after."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class InstantField(serializers.DateTimeField):
    """An instant, RFC 3339 in UTC: "2026-11-22T07:00:00Z"."""

    def __init__(self, **kwargs: Any) -> None:
        from datetime import UTC

        super().__init__(default_timezone=UTC, **kwargs)


class ReadOnlyModelSerializer(serializers.ModelSerializer[models.Model]):
    """A row to be read. Every instant leaves in UTC, whatever zone the pages use."""

    serializer_field_mapping = {  # noqa: RUF012 - DRF declares it so
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: InstantField,
    }
