"""The keys under which files are sealed: read from settings.FILE_KEYS, the first for what is written from now on.

The text is `name:key name:key ...`, on one line or on several; a key is 32 random bytes in base64. Faults are told by
position and never with the text itself, which is secret.
"""

import base64
import binascii
import re
import secrets
from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NAME = re.compile(r"[A-Za-z0-9._-]{1,32}")
SIZE = 32


class UnknownKeyError(Exception):
    """A file names a key that is not among the settings."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"sealed under the key {name!r}, which is not set: put it back into TOCSIN_FILE_KEYS, after the newer ones"
        )


@dataclass(frozen=True, slots=True)
class Key:
    """A key with the name that files bear in their head."""

    name: str
    secret: bytes = field(repr=False)


NOBODYS = Key("", bytes(SIZE))
"""Known to everybody. Where no key is set, it wraps a plain file that looks like a sealed one, so that none is
mistaken."""


def new_key(name: str) -> str:
    """A fresh key as settings.FILE_KEYS takes it. Raises ValueError for a name that cannot be one."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r}: expected 1 to 32 letters, digits, dots, hyphens or underscores")
    return f"{name}:{base64.b64encode(secrets.token_bytes(SIZE)).decode()}"


def key_for_writing() -> Key | None:
    """The first key; None where none is set, and files stay plain."""
    return next(iter(_read(settings.FILE_KEYS).values()), None)


def key_named(name: str) -> Key:
    """The key that a file names. Raises UnknownKeyError."""
    if name == NOBODYS.name:
        return NOBODYS
    try:
        return _read(settings.FILE_KEYS)[name]
    except KeyError:
        raise UnknownKeyError(name) from None


@lru_cache(maxsize=4)
def _read(text: str) -> dict[str, Key]:
    found: dict[str, Key] = {}
    for place, word in enumerate(re.split(r"[\s,]+", text.strip()) if text.strip() else (), 1):
        name, colon, value = word.partition(":")
        if not colon or not NAME.fullmatch(name):
            raise ImproperlyConfigured(
                f"TOCSIN_FILE_KEYS, key {place}: expected name:key; the name has 1 to 32 letters, digits, dots, "
                "hyphens or underscores"
            )
        if name in found:
            raise ImproperlyConfigured(f"TOCSIN_FILE_KEYS, key {place}: the name {name!r} stands there twice")
        found[name] = Key(name, _bytes(value, place, name))
    return found


def _bytes(value: str, place: int, name: str) -> bytes:
    try:
        secret = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != SIZE:
        raise ImproperlyConfigured(
            f"TOCSIN_FILE_KEYS, key {place} ({name}): expected {SIZE} bytes in base64; make one with "
            "manage.py encrypt_files --new-key NAME"
        )
    return secret
