"""What PostgreSQL's own files and the process table say about the server of a data directory.

A process number alone proves nothing: it may have been given to another program since. No process is
signalled before `serves` has looked at what runs under its number.
"""

import os
import signal
import socket
import struct
import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class PidFile:
    """data/postmaster.pid: its first line, and whether its last one says that connections are taken."""

    pid: int
    ready: bool


def read_pid_file(data: Path) -> PidFile | None:
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
        return PidFile(int(lines[0]), len(lines) >= 8 and lines[7].strip() == "ready")
    except (FileNotFoundError, NotADirectoryError, IndexError, ValueError):
        return None


def read_socket_lock(socket_path: Path) -> int | None:
    """The process that made the socket, by the lock file beside it."""
    try:
        return int(socket_path.with_name(socket_path.name + ".lock").read_text().split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def listener(socket_path: Path) -> int | None:
    """The process that answers on the socket; 0 where the kernel does not tell; None if nobody does."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(5)
        try:
            probe.connect(str(socket_path))
        except OSError:
            return None
        if not hasattr(socket, "SO_PEERCRED"):
            return 0
        credentials = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        pid: int = struct.unpack("3i", credentials)[0]
        return 0 if pid == os.getpid() else pid  # some sandboxes' kernels name the asking process itself


def is_up(data: Path, socket_path: Path) -> bool:
    """Whether the server of exactly this data directory takes connections on this socket.

    A server whose data were removed still answers; its number is not the one in the pid file. So does one
    whose data were moved here a moment ago, until its keeper sees that and ends it: it is not up. (Nothing
    committed is lost: the next server reads it from the write-ahead log.)
    """
    file = read_pid_file(data)
    if file is None or not file.ready or moved(file.pid, data):
        return False
    answering = listener(socket_path)
    return answering == file.pid or (answering == 0 and read_socket_lock(socket_path) == file.pid)


def directory_of(pid: int) -> Path | None:
    """The data directory that the server with this number was started with; None if it is no server."""
    try:
        words = (PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None
    if Path(os.fsdecode(words[0])).name != "postgres" or b"-D" not in words[:-1]:
        return None
    return Path(os.fsdecode(words[words.index(b"-D") + 1]))


def serves(pid: int, data: Path) -> bool:
    """Whether this process is the server of this data directory, even if that was moved since."""
    started_with = directory_of(pid)
    if started_with is None:
        return False
    try:
        return (PROC / str(pid) / "cwd").samefile(data)
    except OSError:  # root without CAP_SYS_PTRACE, as in most containers, or the directory is gone
        return started_with == data or (data.exists() and not started_with.exists())


def moved(pid: int, data: Path) -> bool:
    """Whether the server was started in a folder that is not this one, or no longer."""
    started_with = directory_of(pid)
    if started_with is None:
        return False
    try:
        return not started_with.samefile(data)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:  # the folder that it was started in is there, but not ours to look at
        return False


def memory_in_use(data: Path) -> bool:
    """Whether processes of the server in the pid file still share its memory.

    Backends outlive a killed server for a moment. PostgreSQL's pid file names the segment, the kernel
    tells how many processes are attached to it.
    """
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
        segment = lines[6].split()[1]
        table = (PROC / "sysvipc" / "shm").read_text().splitlines()
    except (FileNotFoundError, IndexError):
        return False
    names = table[0].split()
    rows = (dict(zip(names, row.split(), strict=False)) for row in table[1:])
    return any(row["shmid"] == segment and row["key"] == lines[6].split()[0] and int(row["nattch"]) for row in rows)


def end(pid: int, kind: signal.Signals, seconds: float) -> bool:
    """Signal a server that `serves` has recognised, and wait. True when it has gone."""
    try:
        os.kill(pid, kind)
    except ProcessLookupError:
        return True
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if directory_of(pid) is None:
            return True
        time.sleep(0.02)
    return False
