"""Files of a form that could not be taken: kept sealed for as long as the form, and taken along when it is sent again.

Sealed under a key that follows from the name that only the author's browser holds, so that what lies in the storage
by itself opens for nobody. Only files of somebody who was signed in are kept, and not without end.
"""

import io
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts.sealed.keys import Key
from accounts.sealed.stream import Opened, seal

BLOCK = 256 * 1024
MOST_FILES = 5
SALT = "accounts.kept.uploads"


@dataclass(frozen=True, slots=True)
class Upload:
    """A kept file: the field of the form, its name and claimed type, where it is stored, its size in bytes."""

    field: str
    name: str
    kind: str
    stored: str
    size: int


class TakenAlong(UploadedFile):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A file that was kept before and came back with its form."""


def ask_to_keep(request: HttpRequest) -> None:
    """Said by a view that shows a form again for a fault elsewhere: its files need not be chosen twice."""
    request.keeps_uploads = True  # type: ignore[attr-defined]


def is_asked_to_keep(request: HttpRequest) -> bool:
    return bool(getattr(request, "keeps_uploads", False))


def keep_uploads(request: HttpRequest, browser: str, taken: int) -> list[Upload]:
    """Keeps the files of this request: all of them, or none where they are too many or too large.

    `taken`: bytes that are kept for this browser already.
    """
    files = list(_chosen(request))
    sizes = [file.size or 0 for _, file in files]
    # A file beyond the limit was cut while it came in.
    if len(files) > MOST_FILES or max(sizes, default=0) > settings.EVIDENCE_MAX_BYTES:
        return []
    if taken + sum(sizes) > 2 * settings.EVIDENCE_MAX_BYTES:
        return []
    return [_keep(field, file, browser) for field, file in files]


def _chosen(request: HttpRequest) -> Iterator[tuple[str, "UploadedFile[Any]"]]:
    """The files that the person has chosen in this form, each with its field."""
    for field, held in request.FILES.lists():
        yield from ((field, file) for file in held if file.name and not isinstance(file, TakenAlong))


def has_chosen(request: HttpRequest, field: str) -> bool:
    return any(name == field for name, _ in _chosen(request))


def names_chosen(request: HttpRequest) -> list[str]:
    return [str(file.name) for _, file in _chosen(request)]


def _keep(field: str, file: "UploadedFile[Any]", browser: str) -> Upload:
    name = f"kept/{secrets.token_hex(16)}"
    with tempfile.TemporaryFile() as sealed:
        sealed.writelines(seal(file.chunks(BLOCK), _key(browser), name))
        sealed.seek(0)
        stored = default_storage.save(name, File(sealed, name))
    return Upload(field, str(file.name), str(file.content_type or ""), stored, file.size or 0)


def take_along(request: HttpRequest, uploads: Iterable[Upload], browser: str) -> None:
    """Puts kept files into the request, where the person has chosen no other in their place."""
    chosen = {field for field, _ in _chosen(request)}
    for one in uploads:
        if one.field not in chosen and default_storage.exists(one.stored):
            opened = Opened(default_storage.open(one.stored, "rb"), one.stored, lambda name: _key(browser))
            file = io.BufferedReader(opened, BLOCK)
            request.FILES.appendlist(one.field, TakenAlong(file, one.name, one.kind, one.size))


def delete_uploads(stored: Iterable[str]) -> None:
    """What was kept is not needed any more."""
    for name in stored:
        default_storage.delete(name)


def names_by_field(uploads: Iterable[Upload]) -> Mapping[str, list[str]]:
    """The names of kept files, by the field that they stand in."""
    found: dict[str, list[str]] = {}
    for one in uploads:
        found.setdefault(one.field, []).append(one.name)
    return found


def _key(browser: str) -> Key:
    return Key("form", salted_hmac(SALT, browser, algorithm="sha256").digest())
