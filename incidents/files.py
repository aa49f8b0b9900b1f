"""Evidence files on disk: typed by their first bytes, hashed as they are written, stored under their digest."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts.sealed.keys import UnknownKeyError
from accounts.sealed.stream import SealError

HEAD = 8192
BLOCK = 256 * 1024
TEXT, UNKNOWN = "text/plain", "application/octet-stream"
OLE, OLE_HEAD = "application/x-ole-storage", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Older Office files and saved messages: which of them cannot be told from the first bytes."""

TEXT_NAMES = frozenset(
    "txt log csv tsv json jsonl xml html htm eml md yaml yml toml ini conf cfg sql".split()
    + "py sh ps1 js css svg ics vcf pem".split()
)
"""Endings of files whose content is text: which kind of text cannot be told from the first bytes."""

CONTAINERS = {
    # What the first bytes show, and the endings that such a file may honestly bear beside its own.
    "application/zip": frozenset("zip docx xlsx pptx odt ods odp jar apk epub kmz xpi ipa vsdx whl".split()),
    OLE: frozenset("doc xls ppt msg msi vsd pub".split()),
    "application/gzip": frozenset("gz tgz".split()),
    "image/jpeg": frozenset("jpg jpeg jpe jfif".split()),
    "image/tiff": frozenset("tif tiff dng nef".split()),
    "image/heic": frozenset("heic heif".split()),
    "video/mp4": frozenset("mp4 m4v m4a mov".split()),
    "audio/mp4": frozenset("m4a mp4".split()),
    "video/quicktime": frozenset("mov qt".split()),
    "audio/mpeg": frozenset("mp3 mpga".split()),
    "video/x-ms-asf": frozenset("wmv wma asf".split()),
    "application/x-sqlite3": frozenset("sqlite sqlite3 db".split()),
    "application/x-msdownload": frozenset("exe dll sys scr".split()),
    "application/x-executable": frozenset("elf so o bin".split()),
}
WORDS = {
    OLE: "Office", "application/pdf": "PDF", "application/zip": "ZIP",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that stands in the storage."""

    path: str
    sha256: str
    size: int
    kind: str


def kind_of(head: bytes) -> str:
    """The media type that the first bytes show; text where they read as text, else unknown."""
    import filetype  # only who adds a file pays for it

    if head.startswith(OLE_HEAD):
        return OLE
    found = filetype.guess_mime(head)
    if found:
        return str(found)
    return TEXT if head and _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in head:
        return False
    for cut in range(4):  # a character may be cut at the end of the block
        try:
            head[: len(head) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return True
    return False


def ending_of(name: str) -> str:
    """The ending of a file name in small letters, without the dot."""
    return PurePath(name).suffix.lower().lstrip(".")


def ending_for(kind: str) -> str:
    """The ending that a content of that type bears; empty where none is known."""
    import filetype

    if kind == TEXT:
        return "txt"
    return next((one.extension for one in filetype.TYPES if one.mime == kind), "")


def kind_words(kind: str) -> str:
    """A type in words for people: PDF, PNG, text."""
    if kind == TEXT:
        return _("text")
    if kind == UNKNOWN:
        return _("unknown type")
    return WORDS.get(kind) or ending_for(kind).upper() or kind


def disguise(name: str, kind: str) -> str:
    """What the ending of the name claims, where the content shows another type; empty where they agree.

    A content of unknown type contradicts only a name whose type would be recognised.
    """
    ending = ending_of(name)
    if not ending or ending in _endings(kind):
        return ""
    if kind == UNKNOWN:
        return ending.upper() if ending in _recognised() or ending in TEXT_NAMES else ""
    if kind == TEXT and ending not in _recognised():
        return ""
    return ending.upper()


def _endings(kind: str) -> frozenset[str]:
    if kind == TEXT:
        return TEXT_NAMES
    return CONTAINERS.get(kind, frozenset()) | {ending_for(kind)}


def _recognised() -> frozenset[str]:
    import filetype

    return frozenset(one.extension for one in filetype.TYPES)


def store(upload: "UploadedFile[Any]", workspace_id: int) -> Stored:
    """Writes a file below its SHA-256, in blocks. The same content in a workspace stands there once."""
    digest, size, head = hashlib.sha256(), 0, b""
    for block in upload.chunks(BLOCK):
        head = head or block[:HEAD]
        digest.update(block)
        size += len(block)
    name = digest.hexdigest()
    path = f"evidence/{workspace_id}/{name[:2]}/{name}"
    if not is_whole(path, name):
        # Missing, or broken since: this is the same content again.
        default_storage.delete(path)
        upload.seek(0)
        saved = default_storage.save(path, File(upload))
        if saved != path:  # somebody stored the same in this moment
            default_storage.delete(saved)
    return Stored(path, name, size, kind_of(head))


def blocks(path: str) -> Iterator[bytes]:
    """The content of a stored file, block by block.

    FileNotFoundError where it is gone, SealError where it was changed on disk, UnknownKeyError where no key is set
    for it.
    """
    with default_storage.open(path, "rb") as file:
        while block := file.read(BLOCK):
            yield block


class Fault(StrEnum):
    """Why a stored file cannot be handed out."""

    CHANGED = "The stored file is missing or was changed."
    NO_KEY = "The stored file is encrypted under a key that is not set."


def fault_of(path: str, sha256: str) -> Fault | None:
    """Reads the stored file whole. None where it has its digest."""
    digest = hashlib.sha256()
    try:
        for block in blocks(path):
            digest.update(block)
    except UnknownKeyError:
        return Fault.NO_KEY
    except (OSError, SealError):
        return Fault.CHANGED
    return None if digest.hexdigest() == sha256 else Fault.CHANGED


def fault_words(fault: Fault) -> str:
    """For people, with the mend."""
    if fault is Fault.NO_KEY:
        return _("The stored file is encrypted under a key that is not set. Ask whoever runs Tocsin to put it back.")
    return _("The stored file is missing or was changed. Restore it from the backup; its SHA-256 stands below.")


def is_whole(path: str, sha256: str) -> bool:
    """Whether the stored file still has its digest. False also where it is gone or cannot be opened."""
    return fault_of(path, sha256) is None


def opened(path: str) -> IO[bytes]:
    """The stored file, to be read and closed by the caller."""
    return default_storage.open(path, "rb")
