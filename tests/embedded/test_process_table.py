"""Whom a process number belongs to, also where a container does not let root look at everything."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded_postgres import postmaster


@pytest.fixture
def proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "proc"
    folder.mkdir()
    monkeypatch.setattr(postmaster, "PROC", folder)
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def process(proc: Path, *words: str, cwd: Path | None = None) -> int:
    number = 100 + len(list(proc.iterdir()))
    folder = proc / str(number)
    folder.mkdir()
    (folder / "cmdline").write_bytes(b"".join(word.encode() + b"\0" for word in words))
    if cwd:
        (folder / "cwd").symlink_to(cwd)
    return number


def test_it_knows_a_server_by_the_folder_it_works_in(proc: Path, data: Path, tmp_path: Path) -> None:
    moved = tmp_path / "where-it-was-started"
    assert postmaster.serves(process(proc, "/x/bin/postgres", "-D", str(moved), cwd=data), data)
    assert not postmaster.serves(process(proc, "/x/bin/postgres", "-D", str(data), cwd=tmp_path), data)


def test_it_goes_by_the_command_line_where_the_folder_cannot_be_seen(proc: Path, data: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert postmaster.serves(process(proc, "/x/bin/postgres", "-D", str(data)), data)
    assert postmaster.serves(process(proc, "/x/bin/postgres", "-D", str(tmp_path / "moved-away")), data)
    assert not postmaster.serves(process(proc, "/x/bin/postgres", "-D", str(other)), data)


@pytest.mark.parametrize(
    "words", [("/bin/sleep", "60"), ("postgres: postgres tocsin [local] idle",), ("/x/bin/postgres",), ("",)]
)
def test_it_takes_no_other_program_for_a_server(proc: Path, data: Path, words: tuple[str, ...]) -> None:
    assert not postmaster.serves(process(proc, *words, cwd=data), data)


@pytest.mark.parametrize("text", ["", "\n", "starting\n", "12"])
def test_it_does_not_take_half_a_pid_file_for_readiness(data: Path, text: str) -> None:
    (data / "postmaster.pid").write_text(text)
    file = postmaster.read_pid_file(data)
    assert file is None or not file.ready


@pytest.mark.parametrize(("attached", "in_use"), [("0", False), ("3", True)])
def test_it_sees_backends_that_outlive_their_server(proc: Path, data: Path, attached: str, in_use: bool) -> None:
    (proc / "sysvipc").mkdir()
    (proc / "sysvipc" / "shm").write_text(
        "       key      shmid perms size  cpid  lpid nattch   uid\n"
        f"   1433711          4   600   56  2183  2183      {attached}   101\n"
        "   1597445     360477   600   56 11814 18907      9 65534\n"
    )
    lines = ["2183", str(data), "1795338834", "5432", "/run", "", "  1433711         4", "ready   "]
    (data / "postmaster.pid").write_text("\n".join(lines) + "\n")
    assert postmaster.memory_in_use(data) is in_use


@pytest.fixture
def socket_path() -> Iterator[Path]:
    """A socket on which this very process answers, in a folder with a short name."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        path = Path(folder) / ".s.PGSQL.5432"
        listener.bind(str(path))
        listener.listen()
        yield path


@pytest.mark.parametrize(("made_by", "up"), [("2183", True), ("2184", False)])
def test_it_asks_the_lock_file_where_the_kernel_does_not_tell_who_answers(
    data: Path, socket_path: Path, made_by: str, up: bool
) -> None:
    (data / "postmaster.pid").write_text("\n".join(["2183", "", "", "", "", "", "", "ready   "]) + "\n")
    socket_path.with_name(socket_path.name + ".lock").write_text(f"{made_by}\n{data}\n")
    assert postmaster.is_up(data, socket_path) is up
