"""System checks of this floor: the keys of stored files."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured

from accounts.sealed.keys import key_for_writing


@register()
def check_file_keys(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The keys of stored files can be read."""
    try:
        key_for_writing()
    except ImproperlyConfigured as error:
        return [Error(str(error), hint="See docs/operations.md, Files at rest.", id="accounts.E001")]
    return []


@register(Tags.security, deploy=True)
def check_files_are_encrypted(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Where others use it, files are encrypted at rest."""
    try:
        key = key_for_writing()
    except ImproperlyConfigured:
        return []  # told above
    if key is not None:
        return []
    hint = "Make a key with manage.py encrypt_files --new-key NAME, and set TOCSIN_FILE_KEYS."
    return [CheckWarning("Stored files are not encrypted: TOCSIN_FILE_KEYS is not set.", hint=hint, id="accounts.W001")]
