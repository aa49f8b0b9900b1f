"""Locks on files. The kernel drops them with the process, even after kill -9, so none can be stale."""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded_postgres.errors import EmbeddedPostgresError

PATIENCE = 90.0  # seconds: a server may have to recover, or write much before it stops

_mutex = threading.RLock()
_held: dict[Path, int] = {}  # users.lock of the one installation that this process uses


def same_file(descriptor: int, path: Path) -> bool:
    """False when the path was removed or replaced since the file was opened."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    opened = os.fstat(descriptor)
    return (opened.st_dev, opened.st_ino) == (found.st_dev, found.st_ino)


def _acquire(path: Path, kind: int) -> int:
    """Open and lock; waits for PATIENCE. Raises EmbeddedPostgresError when that was not enough."""
    until = time.monotonic() + PATIENCE
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            while True:
                try:
                    fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise EmbeddedPostgresError(
                            f"{path} has been locked by another process for {PATIENCE:.0f} seconds. "
                            f"`fuser -v` on it shows which; end that process and try again."
                        ) from None
                    time.sleep(0.01)
            if same_file(descriptor, path):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Only one process at a time. Raises EmbeddedPostgresError after PATIENCE."""
    descriptor = _acquire(path, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Whether another process holds the lock exclusively; False when the file is not there."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def use(path: Path) -> None:
    """Count this process among the users until it ends.

    A forked child shares the lock: it is gone when the last of the family is gone. A program that is
    executed does not inherit it.
    """
    with _mutex:
        if path in _held and same_file(_held[path], path):
            return
        leave()
        descriptor = _acquire(path, fcntl.LOCK_SH)
        os.utime(descriptor)  # tells the keeper of a user that came and went between two of its looks
        _held[path] = descriptor


def leave() -> None:
    """No longer count this process among the users."""
    with _mutex:
        while _held:
            os.close(_held.popitem()[1])


def in_use(path: Path) -> bool:
    """Whether any process counts among the users, this one included."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
