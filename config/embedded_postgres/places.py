"""Where the data, the socket and the locks of one installation lie.

An ordinary account has them in var/postgres. PostgreSQL refuses to run as root, so for root the server
runs as an unprivileged account; that account may not be able to enter the checkout, so the data lie in
/var/lib/tocsin/<key>. The file var/postgres.cluster names the key: who removes var/ starts afresh, and
the earlier database stays where it was until `python -m config.embedded_postgres prune`.
"""

import hashlib
import logging
import os
import pwd
import re
import secrets
import shlex
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from config.embedded_postgres import locks
from config.embedded_postgres.errors import EmbeddedPostgresError, explained
from config.embedded_postgres.options import Options

log = logging.getLogger(__name__)

PORT = 5432  # only part of the socket's name: the server listens on no network address
SOCKET_NAME = f".s.PGSQL.{PORT}"
# The kernel's limit for a socket's path: 107 bytes on Linux, 103 on macOS. PostgreSQL's clients
# also split a host at commas.
SOCKET_LIMIT = 103
PLAIN = re.compile(r"[^,\"'\\\n]+")
KEY = re.compile(r"[0-9a-f]{12}")
MARKER = "postgres.cluster"
NOSYNC = "-nosync"


@dataclass(frozen=True)
class Places:
    """`account` is whom the server runs as, None for the account of this process."""

    base: Path
    account: pwd.struct_passwd | None
    home: Path

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def log(self) -> Path:
        return self.base / "log"

    @property
    def users_lock(self) -> Path:
        return self.base / "users.lock"

    @property
    def start_lock(self) -> Path:
        return self.base / "start.lock"

    @property
    def keeper_lock(self) -> Path:
        return self.base / "keeper.lock"

    @property
    def stay(self) -> Path:
        """Holds the process number of a server that is to stay up when nobody uses it."""
        return self.base / "stay"

    @property
    def socket_dir(self) -> Path:
        """In the base where the path is short and plain enough, else in a private folder of /tmp.

        /tmp and not TMPDIR: two processes of one installation must find the same folder.
        """
        own = self.base / "socket"
        path = str(own / SOCKET_NAME)
        if len(os.fsencode(path)) <= SOCKET_LIMIT and PLAIN.fullmatch(path):
            return own
        digest = hashlib.sha256(os.fsencode(self.base)).hexdigest()[:16]
        return Path("/tmp") / f"tocsin-{os.geteuid()}-{digest}"  # noqa: S108 private_folder() guards it


def locate(options: Options) -> Places:
    """The places of the installation in `options.var`. Starts nothing; for root it may choose a key."""
    suffix = "" if options.fsync else NOSYNC
    if os.geteuid() != 0:
        return Places(options.var / f"postgres{suffix}", None, options.home)
    with explained(options.home):
        key = _key(options)
    return Places(options.home / f"{key}{suffix}", unprivileged(options.account), options.home)


def unprivileged(name: str) -> pwd.struct_passwd:
    try:
        account = pwd.getpwnam(name)
    except KeyError:
        account = None
    if account is None or account.pw_uid == 0:
        raise EmbeddedPostgresError(
            f"PostgreSQL does not run as root, and {name!r} is not an unprivileged account of this machine. "
            "Name one in TOCSIN_EMBEDDED_USER, or a server of your own in DATABASE_URL."
        )
    return account


def _key(options: Options) -> str:
    """The key in var/postgres.cluster, chosen anew where there is none or where it was copied."""
    marker = options.var / MARKER
    key = read_key(marker)
    if key and _recorded(options.home / key) == options.var:
        return key
    open_folder(options.home, 0o755)
    options.var.mkdir(parents=True, exist_ok=True)
    with locks.exclusive(options.home / "keys.lock"):
        key = read_key(marker)
        recorded = _recorded(options.home / key) if key else None
        if key is None or (recorded and _is_copy(marker, recorded / MARKER, key)):
            for earlier in left_behind(options.home):
                if earlier.name.endswith(NOSYNC):
                    remove(earlier)  # of a test run: nobody will miss it
                elif _recorded(earlier) == options.var:
                    log.warning(
                        "The earlier database of %s is kept in %s: `python -m config.embedded_postgres "
                        "prune --yes` removes it.",
                        options.var,
                        earlier,
                    )
            key = secrets.token_hex(6)
            _write(marker, key)
        _write(options.home / f"{key}.var", str(options.var))
    return key


def left_behind(home: Path) -> list[Path]:
    """Data under `home` that no var/postgres.cluster names any longer, in the order of their names."""
    found = []
    for record in sorted(home.glob("*.var")):
        key = record.stem
        var = _recorded(home / key)
        if var and not _names(var / MARKER, key):
            found += [path for path in (home / key, home / f"{key}{NOSYNC}") if path.exists()]
    return found


def remove(base: Path) -> bool:
    """Remove data that left_behind() found. False while their server runs."""
    if locks.is_locked(base / "keeper.lock"):
        return False
    shutil.rmtree(base)
    key = base.name.removesuffix(NOSYNC)
    if not any(base.with_name(name).exists() for name in (key, f"{key}{NOSYNC}")):
        base.with_name(f"{key}.var").unlink(missing_ok=True)
    return True


def _is_copy(marker: Path, other: Path, key: str) -> bool:
    """Whether `other` is a second file with the same key, not this one moved or seen by another path."""
    return _names(other, key) and not marker.samefile(other)


def _names(marker: Path, key: str) -> bool:
    try:
        return read_key(marker) == key
    except EmbeddedPostgresError:
        return False


def read_key(marker: Path) -> str | None:
    try:
        text = marker.read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not KEY.fullmatch(text):
        raise EmbeddedPostgresError(
            f"{marker}: {text[:40]!r} is no key of a database (12 hexadecimal digits). "
            "Remove the file to start with an empty database."
        )
    return text


def _recorded(base: Path) -> Path | None:
    """The var/ folder that a database was made for."""
    key = base.name.removesuffix(NOSYNC)
    try:
        return Path(os.fsdecode((base.parent / f"{key}.var").read_bytes()))
    except FileNotFoundError:
        return None


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a reader never sees half a key."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.write_bytes(os.fsencode(text))
    unfinished.rename(path)


def open_folder(path: Path, mode: int) -> None:
    """Make a folder with this mode whatever the umask is; one that is there stays as its owner made it."""
    if not path.exists():
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)


def private_folder(path: Path, account: pwd.struct_passwd | None) -> None:
    """Make `path` a folder that only `account` (or this process's own) may enter, or raise."""
    owner = account.pw_uid if account else os.geteuid()
    try:
        path.mkdir(mode=0o700)
        if account:
            _give(path, account)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
            raise EmbeddedPostgresError(
                f"{path} is there already and is not a folder of account number {owner}. "
                f"Look at it, then remove it: rm -r {shlex.quote(str(path))}"
            ) from None
    path.chmod(0o700)


def _give(path: Path, account: pwd.struct_passwd) -> None:
    try:
        os.chown(path, account.pw_uid, account.pw_gid)
    except OSError as error:  # a container whose root has no such account number to give
        path.rmdir()
        raise EmbeddedPostgresError(
            f"{path} cannot be given to the account {account.pw_name} (number {account.pw_uid}): "
            f"{error.strerror}. Name another account in TOCSIN_EMBEDDED_USER, or a server of your own in "
            "DATABASE_URL."
        ) from error
