"""The storage of all files that people bring or that are made for them: sealed where a key is set.

A file appears under its name whole or not at all. Files that were stored plain, or under an earlier key, stay readable;
`manage.py encrypt_files` seals them under the newest.
"""

import contextlib
import io
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from accounts.sealed.keys import NOBODYS, Key, key_for_writing, key_named
from accounts.sealed.stream import LONGEST_HEAD, MARK, Opened, is_sealed, key_name, seal

BLOCK = 256 * 1024
ASIDE = ".part"
LEFT_OVER = 24 * 3600
"""Seconds after which a file that was never finished is one that a killed process has left."""


@deconstructible(path="accounts.sealed.storage.SealedStorage")
class SealedStorage(FileSystemStorage):
    """Files in a folder, sealed under the first key of settings.FILE_KEYS; plain where there is none."""

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        if mode != "rb":
            raise ValueError(f"mode {mode!r}: expected 'rb'; a stored file is read, and written only as a whole")
        return File(self._content(name))

    def _content(self, name: str) -> IO[bytes]:
        file = Path(self.path(name)).open("rb")  # noqa: SIM115 - closed by the caller, or below
        try:
            start = file.read(len(MARK))
            file.seek(0)
            if not is_sealed(start):
                return file
            opened = Opened(file, self._relative(name), key_named)
        except BaseException:
            file.close()
            raise
        return io.BufferedReader(opened, BLOCK)

    def _save(self, name: str, content: "File[Any]") -> str:
        while True:
            name = self._relative(name)
            path = Path(self.path(name))
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._written_aside(path, _wrapped(content, name)) as aside:
                try:
                    os.link(aside, path)
                except FileExistsError:
                    name = self.get_available_name(name)
                    continue
            _flush(path.parent)
            return name

    def size(self, name: str) -> int:
        """How many bytes the content has, which is less than the sealed file."""
        with self.open(name) as file:
            return int(file.seek(0, io.SEEK_END))

    def key_of(self, name: str) -> str | None:
        """The name of the key under which a file is sealed; None: it is plain. Raises SealError."""
        with Path(self.path(name)).open("rb") as file:
            start = file.read(LONGEST_HEAD)
        return (key_name(start) or None) if is_sealed(start) else None

    def seal_anew(self, name: str, key: Key) -> None:
        """Seals a file under that key, at once or not at all; who reads it meanwhile is not disturbed.

        Raises SealError or UnknownKeyError, and leaves the file as it is, where it cannot be opened.
        """
        path = Path(self.path(name))
        with self._content(name) as plain:
            sealed = seal(iter(lambda: plain.read(BLOCK), b""), key, self._relative(name))
            with self._written_aside(path, sealed) as aside:
                if path.exists():  # else it was deleted meanwhile
                    aside.replace(path)
        _flush(path.parent)

    def names(self) -> Iterator[str]:
        """Every stored file. Removes what killed processes left unfinished."""
        for folder, folders, files in os.walk(self.location):
            folders.sort()
            for one in sorted(files):
                path = Path(folder, one)
                if one.endswith(ASIDE):
                    _remove_left_over(path)
                else:
                    yield path.relative_to(self.location).as_posix()

    def _relative(self, name: str) -> str:
        return Path(self.path(name)).relative_to(self.location).as_posix()

    @contextlib.contextmanager
    def _written_aside(self, path: Path, blocks: Iterable[bytes]) -> Iterator[Path]:
        aside = path.with_name(f".{secrets.token_hex(8)}{ASIDE}")
        mode = self.file_permissions_mode or 0o600
        try:
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                file.writelines(blocks)
                file.flush()
                os.fsync(file.fileno())
            yield aside
        finally:
            aside.unlink(missing_ok=True)


def _wrapped(content: "File[Any]", name: str) -> Iterable[bytes]:
    key = key_for_writing()
    if key is None:
        content.seek(0)
        looks_sealed = is_sealed(content.read(len(MARK)))
        if not looks_sealed:
            return content.chunks(BLOCK)
    return seal(content.chunks(BLOCK), key or NOBODYS, name)


def _flush(folder: Path) -> None:
    """What was written to the folder survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_left_over(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if time.time() - path.stat().st_mtime > LEFT_OVER:
            path.unlink()
