"""The small process that owns a server. Run as a program of its own, with nothing but the standard library.

It starts PostgreSQL, says whether that worked, and then waits until nobody holds a lock on users.lock.
Because the kernel drops a lock with its process, a user that was killed is a user that has left: no exit
handler is needed and no server is left over. It also ends a server whose data directory was removed.
It is started anew for a server whose keeper was killed ("adopt").

The order comes as JSON in the first argument; the answer goes to standard output: "ready", or what went
wrong. The program that called it gets that answer, while the keeper goes on in the background.
"""

import contextlib
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Protocol

LOOK = 0.2  # seconds between two looks
# What PostgreSQL says while remains of a killed server are still going away.
PASSING = ("already exists", "still in use", "Is another postmaster", "Address already in use")
RETRY = 10.0


class Server(Protocol):
    pid: int

    def runs(self) -> bool: ...

    def signal(self, kind: signal.Signals) -> None: ...


class Child:
    """A server that this keeper started."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self.pid = process.pid

    def runs(self) -> bool:
        return self.process.poll() is None

    def signal(self, kind: signal.Signals) -> None:
        self.process.send_signal(kind)


class Adopted:
    """A server that an earlier keeper started. The descriptor means this process and no later one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.descriptor = os.pidfd_open(pid)

    def runs(self) -> bool:
        return not select.select([self.descriptor], [], [], 0)[0]

    def signal(self, kind: signal.Signals) -> None:
        signal.pidfd_send_signal(self.descriptor, kind)


def main() -> int:
    order: dict[str, Any] = json.loads(sys.argv[1])
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        with os.fdopen(reader) as answer:
            text = answer.read()
        sys.stdout.write(text)
        return 0 if text == "ready" else 1
    os.close(reader)
    os.setsid()
    os.chdir("/")
    os.umask(0o077)  # the log may quote what was sent to the database
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    with os.fdopen(writer, "w") as answer:
        try:
            lock = _lock(order["keeper_lock"])
            server: Server = Adopted(order["adopt"]) if order["adopt"] else _start(order)
        except Exception as error:
            answer.write(str(error))
            return 1
        answer.write("ready")
    _watch(server, order)
    os.close(lock)
    return 0


def _lock(path: str) -> int:
    """One keeper for each data directory. The earlier one leaves when it sees that its server is gone."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    until = time.monotonic() + RETRY
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise RuntimeError(f"{path} is held by another keeper") from None
            time.sleep(0.02)
        else:
            return descriptor


def _start(order: dict[str, Any]) -> Child:
    retry_until = time.monotonic() + RETRY
    while True:
        with Path(order["log"]).open("ab") as log:
            before = log.tell()
            process = subprocess.Popen(
                order["command"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=order["environment"],
                cwd="/",
                start_new_session=True,
                **order["identity"],
            )
        child = Child(process)
        if _becomes_ready(child, order):
            return child
        with Path(order["log"]).open("rb") as log:
            log.seek(before)
            said = log.read().decode(errors="replace").strip()
        if time.monotonic() > retry_until or not any(words in said for words in PASSING):
            raise RuntimeError(said[-2000:] or f"exit status {process.returncode}, and nothing was logged")
        time.sleep(0.2)


def _becomes_ready(child: Child, order: dict[str, Any]) -> bool:
    pid_file = Path(order["data"], "postmaster.pid")
    until = time.monotonic() + order["seconds"]
    while child.runs():
        try:
            lines = pid_file.read_text(errors="replace").splitlines()
        except FileNotFoundError:
            lines = []
        if len(lines) >= 8 and lines[0] == str(child.pid) and lines[7].strip() == "ready":
            return True
        if time.monotonic() > until:
            _stop(child, signal.SIGINT)
            raise RuntimeError(f"not ready after {order['seconds']} seconds")
        time.sleep(0.01)
    return False


def _watch(server: Server, order: dict[str, Any]) -> None:
    """Return when the server is gone: because nobody uses it, or because it was ended by others."""
    path = Path(order["users_lock"])
    users = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    last_use = time.time()
    while server.runs():
        if not _same_file(users, path) or not Path(order["data"]).exists():
            _stop(server, signal.SIGQUIT)  # the data are gone: there is nothing to write them to
            break
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            last_use = time.time()
        else:
            last_use = max(last_use, os.fstat(users).st_mtime)
            if time.time() - last_use >= order["linger"] and not _stays(server, order):
                _stop(server, signal.SIGINT)  # who comes now waits for the lock, then starts it again
                break
            fcntl.flock(users, fcntl.LOCK_UN)
        time.sleep(LOOK)
    _remove_socket_dir(order, users, path)
    os.close(users)


def _remove_socket_dir(order: dict[str, Any], users: int, path: Path) -> None:
    """Where it lies outside the data's folder. Not while somebody may be starting the next server."""
    if not order["remove"]:
        return
    if _same_file(users, path):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
    elif path.parent.exists():
        return
    with contextlib.suppress(OSError):
        Path(order["remove"]).rmdir()


def _same_file(descriptor: int, path: Path) -> bool:
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    opened = os.fstat(descriptor)
    return (opened.st_dev, opened.st_ino) == (found.st_dev, found.st_ino)


def _stays(server: Server, order: dict[str, Any]) -> bool:
    try:
        return Path(order["stay"]).read_text().strip() == str(server.pid)
    except FileNotFoundError:
        return False


def _stop(server: Server, first: signal.Signals) -> None:
    for kind, seconds in ((first, 60), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
        try:
            server.signal(kind)
        except ProcessLookupError:
            return
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not server.runs():
                return
            time.sleep(0.02)


if __name__ == "__main__":
    sys.exit(main())
