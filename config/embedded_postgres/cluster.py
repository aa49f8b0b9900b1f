"""Making a data directory, and judging one that is there."""

import os
import pwd
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import TypedDict

from config.embedded_postgres.binaries import MAJOR
from config.embedded_postgres.errors import EmbeddedPostgresError
from config.embedded_postgres.places import Places, private_folder


class Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def identity(account: pwd.struct_passwd | None) -> Identity:
    """How subprocess runs a program as the account."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def environment() -> dict[str, str]:
    """Nothing of the caller's: no PGDATA, PGPORT or language may reach the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def check(places: Places) -> bool:
    """Whether there is a data directory that these binaries can serve. Raises where there is another."""
    try:
        found = (places.data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        if places.data.exists():
            raise EmbeddedPostgresError(
                f"{places.data} is there but is no data directory of PostgreSQL (it has no PG_VERSION). "
                f"Move it away: mv {shlex.quote(str(places.data))} {shlex.quote(str(places.data) + '.old')}"
            ) from None
        return False
    if found != str(MAJOR):
        raise EmbeddedPostgresError(_other_version(places.data, found))
    owner = places.data.stat().st_uid
    expected = places.account.pw_uid if places.account else os.geteuid()
    if owner != expected:
        raise EmbeddedPostgresError(
            f"{places.data} belongs to account number {owner}, the server would run as number {expected}. "
            "Name the owner in TOCSIN_EMBEDDED_USER (root), work as that account, or use another folder: "
            "TOCSIN_VAR."
        )
    return True


def _other_version(data: Path, found: str) -> str:
    return (
        f"{data} was made by PostgreSQL {found}; this release of Tocsin brings PostgreSQL {MAJOR}, which "
        "cannot read it. To keep the data: with the release that made it, write them out with pg_dumpall; "
        f"then move the folder away (mv {shlex.quote(str(data))} {shlex.quote(f'{data}.{found}')}), start "
        "this release and load them with psql: docs/embedded-database.md, 'Another major version'. "
        "To start with an empty database, only move the folder away."
    )


def make(places: Places, binaries: Path, fsync: bool) -> None:
    """Make the data directory. It gets its name at the end, so that half of one is never taken for it."""
    unfinished = places.base / "data.unfinished"
    if unfinished.exists():
        shutil.rmtree(unfinished)
    private_folder(unfinished, places.account)
    command = [
        str(binaries / "bin" / "initdb"),
        "--username=postgres",
        # The socket lies in a folder that nobody else can enter; there is no other way in.
        "--auth-local=trust",
        "--auth-host=reject",
        "--encoding=UTF8",
        # The same sort order on every machine, whatever its C library.
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        f"--pgdata={unfinished}",
    ]
    if not fsync:
        command += ["--no-sync", "--wal-segsize=1"]  # made often: fast and small
    try:
        done = subprocess.run(
            command,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            cwd="/",
            check=False,
            **identity(places.account),
        )
    except PermissionError as error:
        name = places.account.pw_name if places.account else f"number {os.geteuid()}"
        raise EmbeddedPostgresError(
            f"The account {name} may not execute {command[0]}. Let it enter every folder above (chmod o+x), "
            "or, as root, name another folder than /var/lib/tocsin in TOCSIN_EMBEDDED_HOME."
        ) from error
    if done.returncode:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise EmbeddedPostgresError(
            f"{places.data}: a database could not be made there. PostgreSQL says:\n{done.stderr.strip()}"
        )
    unfinished.rename(places.data)
