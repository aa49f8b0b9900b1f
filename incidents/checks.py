"""System checks: what must be right before the first request."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from incidents.catalogue import CatalogueError, load_catalogue
from law.rulebook import RulebookError, load_rulebook


@register()
def check_catalogue(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The question catalogue can be read; each fault is an error of its own."""
    try:
        load_catalogue()
    except CatalogueError as error:
        return [Error(fault, hint="Mend incidents/questions.toml.", id="incidents.E001") for fault in error.faults]
    return []


@register()
def check_rulebook(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every law file can be read; each fault is an error of its own, with file, duty, key and mend."""
    try:
        load_rulebook()
    except RulebookError as error:
        return [Error(fault, hint="Mend the file in law/.", id="incidents.E002") for fault in error.faults]
    return []
