"""The form of a sealed file: read and written in pieces, so that a file of any size takes the memory of one piece.

Head: the mark, the length of the key's name and the name, 32 random bytes. Then pieces of 64 KiB, each encrypted by
AES-256-GCM with its tag. The key of a file is derived (HKDF, SHA-256) from the named key and the random bytes, so that
the counter of the pieces can be the nonce; the last piece is marked in it (the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizár, 2015): a piece that was changed, moved, repeated or cut off does not open. The tags
also cover the head and the name of the file in the storage, so that one file cannot stand in for another.
"""

import io
import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import IO, TYPE_CHECKING

from accounts.sealed.keys import Key

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = b"\x89TOCSIN\x01"
SALT = 32
PIECE = 64 * 1024
TAG = 16
LONGEST_HEAD = len(MARK) + 1 + 32 + SALT


class SealError(Exception):
    """A sealed file was changed or cut off, or stands under a name that is not its own."""


def seal(blocks: Iterable[bytes], key: Key, name: str) -> Iterator[bytes]:
    """A sealed file, piece by piece, of the content in `blocks`."""
    salt = secrets.token_bytes(SALT)
    word = key.name.encode("ascii")
    head = MARK + bytes([len(word)]) + word + salt
    cipher, bound = _cipher(key, salt), _bound(head, name)
    yield head
    number, held = 0, bytearray()
    for block in blocks:
        held += block
        # A full piece waits until more comes: it might be the last.
        while len(held) > PIECE:
            yield cipher.encrypt(_nonce(number, last=False), bytes(held[:PIECE]), bound)
            del held[:PIECE]
            number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(held), bound)


def is_sealed(start: bytes) -> bool:
    """Whether a file that begins so is a sealed one."""
    return start.startswith(MARK)


def key_name(start: bytes) -> str:
    """The name of the key under which the file is sealed that begins so. Raises SealError."""
    length = start[len(MARK)] if is_sealed(start) and len(start) > len(MARK) else -1
    word = start[len(MARK) + 1 : len(MARK) + 1 + length]
    if length < 0 or len(word) != length:
        raise SealError("the head of the file is cut off")
    try:
        return word.decode("ascii")
    except UnicodeDecodeError:
        raise SealError("the head of the file was changed") from None


class Opened(io.RawIOBase):
    """The content of a sealed file, to be read from any place. Raises SealError where a piece does not open.

    Closes the file that it reads from. `find` gives the key of a name.
    """

    def __init__(self, file: IO[bytes], name: str, find: Callable[[str], Key]) -> None:
        super().__init__()
        self._file = file
        start = file.read(LONGEST_HEAD)
        key = find(key_name(start))
        self._begin = len(MARK) + 1 + len(key.name) + SALT
        head = start[: self._begin]
        whole = file.seek(0, io.SEEK_END) - self._begin
        if len(head) < self._begin or whole < TAG:
            raise SealError("the file is cut off")
        self._cipher, self._bound = _cipher(key, head[-SALT:]), _bound(head, name)
        self._last = max(0, -(-whole // (PIECE + TAG)) - 1)
        self.size = whole - TAG * (self._last + 1)
        self._place, self._number, self._piece = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError(f"seek to {base + offset}: expected no place before the start")
        self._place = base + offset
        return self._place

    def readinto(self, buffer: "WriteableBuffer") -> int:
        number, start = divmod(self._place, PIECE)
        if self._place >= self.size and self._number >= 0:
            return 0
        # An empty file has one piece too, which must open.
        piece = self._opened(min(number, self._last))
        part = piece[start : start + len(memoryview(buffer))] if number <= self._last else b""
        memoryview(buffer)[: len(part)] = part
        self._place += len(part)
        return len(part)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _opened(self, number: int) -> bytes:
        from cryptography.exceptions import InvalidTag

        if number != self._number:
            self._file.seek(self._begin + number * (PIECE + TAG))
            sealed = self._file.read(PIECE + TAG)
            try:
                nonce = _nonce(number, last=number == self._last)
                self._piece, self._number = self._cipher.decrypt(nonce, sealed, self._bound), number
            except InvalidTag:
                raise SealError(f"piece {number + 1} of {self._last + 1} was changed, moved or cut off") from None
        return self._piece


def _cipher(key: Key, salt: bytes) -> "AESGCM":
    # Loaded by who reads or writes a file, not at every start.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESGCM(HKDF(SHA256(), 32, salt, b"tocsin sealed file 1").derive(key.secret))


def _bound(head: bytes, name: str) -> bytes:
    return head + name.encode()


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
