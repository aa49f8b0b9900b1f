"""A rulebook that was installed beside the shipped one: newer law without new code.

The newer of the two is in use, by the day of the rulebook; of two of the same day the installed one. So an upgrade
of Tocsin that brings a newer library is not held back by a bundle that was installed before.
"""

import os
import tempfile
from functools import lru_cache
from pathlib import Path

from law.bundle import BundleError, unpack
from law.rulebook import Rulebook, RulebookError, ask_instead, read_folder


def use_from(place: Path) -> None:
    """Let load_rulebook() look for an installed bundle at `place`, a file that need not exist."""
    ask_instead(lambda: in_use(place))


def in_use(place: Path) -> Rulebook:
    """The installed rulebook if there is one that is not older than the shipped one, else that.

    A process notices a bundle that is installed while it runs. Raises RulebookError where it cannot be read.
    """
    shipped = read_folder()
    try:
        seen = place.stat()
    except OSError:
        return shipped
    found = _read(place, seen.st_mtime_ns, seen.st_size)
    return found if found.date >= shipped.date else shipped


@lru_cache(maxsize=2)
def _read(place: Path, mtime: int, size: int) -> Rulebook:
    try:
        return unpack(place.read_bytes()).rulebook()
    except BundleError as error:
        raise RulebookError([f"{place.name}: {error}; remove it with `law remove`, or install a sound one"]) from None


def install(data: bytes, place: Path) -> None:
    """Puts a checked bundle at `place` in one step: a reader finds the old one or the new one, whole."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".rulebook-", delete=False) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh = Path(file.name)
    fresh.chmod(0o644)
    fresh.replace(place)


def remove(place: Path) -> bool:
    """Back to the shipped rulebook. False when none was installed."""
    try:
        place.unlink()
    except FileNotFoundError:
        return False
    return True
