"""Start, stop and status of the server of this installation."""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from config.embedded_postgres import binaries, cluster, keeper, locks, postmaster
from config.embedded_postgres.errors import EmbeddedPostgresError, explained
from config.embedded_postgres.options import Options, from_environment
from config.embedded_postgres.places import PORT, SOCKET_NAME, Places, locate, open_folder, private_folder

log = logging.getLogger(__name__)

START_SECONDS = 60  # recovery after a crash may take a while
LOG_LIMIT = 5_000_000  # bytes; beyond it the log of before is kept once as log.1


@dataclass(frozen=True)
class Status:
    """`pid` is None when the server does not run."""

    places: Places
    pid: int | None
    in_use: bool
    stays: bool


def data_dir(options: Options | None = None) -> Path:
    """The folder with the data, whether or not a server runs or ever ran."""
    return locate(options or from_environment()).data


def url(name: str = "tocsin", options: Options | None = None) -> str:
    """What DATABASE_URL would be for the database `name`. Starts nothing."""
    places = locate(options or from_environment())
    return f"postgresql://postgres@/{quote(name)}?host={quote(str(places.socket_dir), safe='')}"


def ensure(options: Options | None = None) -> Places:
    """Have a server, and count this process among its users until it ends.

    Less than a millisecond when it is up. Raises EmbeddedPostgresError when it cannot be started.
    """
    options = options or from_environment()
    places = locate(options)
    with explained(places.base):
        open_folder(places.base, 0o711 if places.account else 0o700)
        locks.use(places.users_lock)
        if not _up(places):
            with locks.exclusive(places.start_lock):
                if not _up(places):
                    _start(places, options)
        elif not locks.is_locked(places.keeper_lock):
            with locks.exclusive(places.start_lock):
                _adopt(places, options)
    return places


def stop(options: Options | None = None) -> bool:
    """Stop the server now, whoever uses it. False when none ran."""
    places = locate(options or from_environment())
    if not places.base.exists():
        return False
    with explained(places.base), locks.exclusive(places.start_lock):
        places.stay.unlink(missing_ok=True)
        file = postmaster.read_pid_file(places.data)
        if file is None or not postmaster.serves(file.pid, places.data):
            return False
        if not postmaster.end(file.pid, signal.SIGINT, 60) and not postmaster.end(file.pid, signal.SIGQUIT, 10):
            raise EmbeddedPostgresError(f"the server (process {file.pid}) does not stop: see {places.log}")
    return True


def stay(options: Options | None = None) -> Places:
    """Have a server that stays up when nobody uses it, until stop()."""
    places = ensure(options)
    file = postmaster.read_pid_file(places.data)
    if file:
        places.stay.write_text(f"{file.pid}\n")
    return places


def status(options: Options | None = None) -> Status:
    """Looks only, starts nothing."""
    places = locate(options or from_environment())
    with explained(places.base):
        file = postmaster.read_pid_file(places.data)
        pid = file.pid if file and _up(places) else None
        stays = places.stay.exists() and places.stay.read_text().strip() == str(pid)
        return Status(places, pid, locks.in_use(places.users_lock), stays)


def _up(places: Places) -> bool:
    return postmaster.is_up(places.data, places.socket_dir / SOCKET_NAME)


def _start(places: Places, options: Options) -> None:
    """Called with start.lock held and nothing answering."""
    whole = cluster.check(places)
    _make_room(places)
    if _up(places):  # it was only slow
        return
    where = binaries.readable_copy(places.home) if places.account else binaries.installed()
    private_folder(places.socket_dir, places.account)
    if not whole:
        cluster.make(places, where, options.fsync)
    if places.log.exists() and places.log.stat().st_size > LOG_LIMIT:
        places.log.replace(places.log.with_name("log.1"))
    chosen = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": '"' + str(places.socket_dir).replace('"', '""') + '"',
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
    }
    if not options.fsync:
        chosen |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    command = [str(where / "bin" / "postgres"), "-D", str(places.data)]
    for name, value in chosen.items():
        command += ["-c", f"{name}={value}"]
    _run_keeper(places, options, {"adopt": 0, "command": command})


def _adopt(places: Places, options: Options) -> None:
    """Give a keeper to a server whose keeper was killed. Called with start.lock held."""
    file = postmaster.read_pid_file(places.data)
    orphan = file and not locks.is_locked(places.keeper_lock) and postmaster.serves(file.pid, places.data)
    if file and orphan and hasattr(os, "pidfd_open"):
        try:
            _run_keeper(places, options, {"adopt": file.pid, "command": []})
        except EmbeddedPostgresError as error:  # the server works; only nobody will stop it
            log.warning("%s", error)


def _run_keeper(places: Places, options: Options, what: dict[str, object]) -> None:
    order = what | {
        "environment": cluster.environment(),
        "identity": cluster.identity(places.account),
        "data": str(places.data),
        "log": str(places.log),
        "users_lock": str(places.users_lock),
        "keeper_lock": str(places.keeper_lock),
        "stay": str(places.stay),
        "remove": "" if places.socket_dir.is_relative_to(places.base) else str(places.socket_dir),
        "linger": options.linger,
        "seconds": START_SECONDS,
    }
    python = sys.executable or shutil.which("python3") or "python3"
    # -I -S: nothing of the caller's environment, nothing but the standard library.
    done = subprocess.run(
        [python, "-I", "-S", keeper.__file__, json.dumps(order)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        cwd="/",
        check=False,
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        raise EmbeddedPostgresError(
            f"The embedded PostgreSQL in {places.data} does not start. It says:\n{said}\n"
            f"Its log is {places.log}. A server of your own can be named in DATABASE_URL."
        )


def _make_room(places: Places) -> None:
    """Nothing answers: wait for a server that comes or goes, end one that is deaf, clear what is stale."""
    socket_path = places.socket_dir / SOCKET_NAME
    file = postmaster.read_pid_file(places.data)
    if file and postmaster.serves(file.pid, places.data):
        patience = 2.0 if file.ready else START_SECONDS
        until = time.monotonic() + patience
        while time.monotonic() < until and postmaster.serves(file.pid, places.data):
            if _up(places):
                return
            time.sleep(0.02)
        if postmaster.serves(file.pid, places.data) and not postmaster.end(file.pid, signal.SIGINT, 10):
            postmaster.end(file.pid, signal.SIGQUIT, 10)
    elif file and _alive(file.pid):
        _drop_pid_file(places.data, file.pid)
    made_by = postmaster.read_socket_lock(socket_path)
    if made_by is None:
        return
    if postmaster.directory_of(made_by) == places.data:
        # A server of this path that the pid file does not name: its data were removed under it.
        postmaster.end(made_by, signal.SIGQUIT, 10)
    if postmaster.directory_of(made_by) != places.data:
        socket_path.unlink(missing_ok=True)
        socket_path.with_name(SOCKET_NAME + ".lock").unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _drop_pid_file(data: Path, pid: int) -> None:
    """The number in it belongs to another program now, which PostgreSQL would take for its server.

    The file also guards against backends that outlived a killed server, so these must be gone first. (In
    a copy of a running server's folder, file and memory are those of the original, which is well.)
    Where there is no /proc to look at, PostgreSQL's own judgement stands.
    """
    if not postmaster.PROC.exists():
        return
    until = time.monotonic() + keeper.RETRY
    while postmaster.directory_of(pid) is None and postmaster.memory_in_use(data):
        if time.monotonic() > until:
            raise EmbeddedPostgresError(
                f"Processes of an earlier server still work in {data}: `ps -ef` lists them as 'postgres: ...'. "
                "End them and try again."
            )
        time.sleep(0.05)
    (data / "postmaster.pid").unlink(missing_ok=True)
