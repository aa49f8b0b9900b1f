"""Bringing every stored file under the newest key, and saying how they stand."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from django.core.files.storage import storages

from accounts.sealed.keys import Key, UnknownKeyError, key_named
from accounts.sealed.storage import SealedStorage
from accounts.sealed.stream import SealError

PLAIN = ""
"""Stands for files that are not sealed."""


@dataclass
class Standing:
    """How many files stand under which key (PLAIN: none), and those that cannot be opened, each with its reason."""

    keys: Counter[str] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)
    sealed: int = 0

    def behind(self, key: Key) -> int:
        """How many are plain or under another key than this."""
        return self.keys.total() - self.keys[key.name]


def storage() -> SealedStorage:
    """The storage of all files. Raises TypeError where the settings name another kind."""
    backend = storages["default"]
    if not isinstance(backend, SealedStorage):
        raise TypeError(f"STORAGES['default'] is {type(backend).__name__}; expected SealedStorage")
    return backend


def standing(most: int | None = None) -> Standing:
    """Reads the heads of all files, or of the first `most`."""
    held, found = storage(), Standing()
    for name in islice(held.names(), most):
        try:
            key = held.key_of(name)
            key_named(key or PLAIN)
        except (OSError, SealError, UnknownKeyError) as error:
            found.faults[name] = str(error)
        else:
            found.keys[key or PLAIN] += 1
    return found


def seal_all(key: Key, told: Callable[[str], None]) -> Standing:
    """Seals every file that is plain or under another key. What was done stays done: run it again after a stop.

    `told` is called with the name of each file that was sealed.
    """
    held, found = storage(), Standing()
    for name in held.names():
        try:
            if held.key_of(name) != key.name:
                held.seal_anew(name, key)
                found.sealed += 1
                told(name)
        except FileNotFoundError:
            continue  # deleted meanwhile
        except (OSError, SealError, UnknownKeyError) as error:
            found.faults[name] = str(error)
        else:
            found.keys[key.name] += 1
    return found
