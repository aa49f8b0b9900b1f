"""System checks: what must be right before the first request."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from incidents.catalogue import CatalogueError, load_catalogue


@register()
def check_catalogue(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The question catalogue can be read; each fault is an error of its own."""
    try:
        load_catalogue()
    except CatalogueError as error:
        return [Error(fault, hint="Mend incidents/questions.toml.", id="incidents.E001") for fault in error.faults]
    return []
