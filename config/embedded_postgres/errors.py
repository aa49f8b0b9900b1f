"""The one error of the embedded server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class EmbeddedPostgresError(Exception):
    """The embedded server cannot run. The message says where, why, and how to mend it."""


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """An error of the file system, in words that say what to do."""
    try:
        yield
    except PermissionError as error:
        raise EmbeddedPostgresError(
            f"{error.filename or folder}: the account number {os.geteuid()} may not do that "
            f"({error.strerror}). The embedded PostgreSQL keeps its data in {folder}. Work as "
            "the account that owns it, name a folder of your own in TOCSIN_VAR, or a server of your own "
            "in DATABASE_URL."
        ) from error
    except OSError as error:
        raise EmbeddedPostgresError(
            f"{error.filename or folder}: {error.strerror or error}. The embedded PostgreSQL keeps its "
            f"data in {folder}. Mend that, or name a server of your own in DATABASE_URL."
        ) from error
