"""Processes that use the embedded server, each steered from the test by a pipe.

They are forked from a process that has imported everything, so that one costs a few milliseconds. When
the tests run as root, a person may become an ordinary account, and then uses the server as such.
"""

import multiprocessing
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg

from config.embedded_postgres import binaries, postmaster, server
from config.embedded_postgres.options import Options
from config.embedded_postgres.places import PORT, Places, locate

PATIENCE = 30.0
context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload([__name__])


@dataclass(frozen=True)
class Account:
    """Whom a person works as: None stays who the tests run as. `python` runs the keeper."""

    entry: pwd.struct_passwd | None = None
    python: str = sys.executable
    programs: Path | None = None

    @property
    def uid(self) -> int:
        return self.entry.pw_uid if self.entry else os.geteuid()

    def become(self) -> None:
        if self.entry:
            os.setgroups([])
            os.setgid(self.entry.pw_gid)
            os.setuid(self.entry.pw_uid)
        sys.executable = self.python
        if (programs := self.programs) is not None:
            binaries.installed = lambda: programs


class Asked:
    """What a person can be asked to do. Runs in the person's process."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.places: Places | None = None

    def use(self) -> int:
        self.places = server.ensure(self.options)
        file = postmaster.read_pid_file(self.places.data)
        assert file
        return file.pid

    def sql(self, *statements: str) -> Any:
        """The first column of the last statement's first row."""
        assert self.places
        with psycopg.connect(
            host=str(self.places.socket_dir), port=PORT, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def stop(self) -> bool:
        return server.stop(self.options)

    def socket_dir(self) -> Path:
        """Only the person knows it: the name may have the account's number in it."""
        return server.locate(self.options).socket_dir

    def umask(self, mask: int) -> None:
        os.umask(mask)

    def fork(self) -> int:
        """The number of a child that only sleeps."""
        child = os.fork()
        if child == 0:
            time.sleep(60)
            os._exit(0)
        return child


def live(pipe: Connection, account: Account, options: Options) -> None:
    account.become()
    asked = Asked(options)
    while True:
        try:
            name, arguments = pipe.recv()
        except EOFError:
            return
        try:
            answer = getattr(asked, name)(*arguments)
        except Exception as error:
            pipe.send((None, f"{type(error).__name__}: {error}"))
        else:
            pipe.send((answer, None))


class Person:
    def __init__(self, options: Options, account: Account) -> None:
        self.options, self.account = options, account
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=live, args=(other, account, options))
        self.process.start()
        other.close()

    def begin(self, name: str, *arguments: Any) -> None:
        self.pipe.send((name, arguments))

    def answer(self) -> Any:
        """Raises AssertionError with what went wrong on the other side."""
        assert self.pipe.poll(PATIENCE), "no answer"
        value, fault = self.pipe.recv()
        assert fault is None, fault
        return value

    def fault(self) -> str:
        assert self.pipe.poll(PATIENCE), "no answer"
        value, fault = self.pipe.recv()
        assert fault, f"expected an error, got {value!r}"
        return str(fault)

    def use(self) -> int:
        """The server's process number."""
        return int(self.ask("use"))

    def sql(self, *statements: str) -> Any:
        return self.ask("sql", *statements)

    def ask(self, name: str, *arguments: Any) -> Any:
        self.begin(name, *arguments)
        return self.answer()

    def leave(self) -> None:
        self.pipe.close()
        self.process.join(PATIENCE)

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self.process.kill()
        self.process.join(PATIENCE)


class Town:
    """A folder of installations and everybody who works in them; leaves nothing behind."""

    def __init__(self, account: Account, seeds: "Seeds") -> None:
        self.account = account
        self.seeds = seeds
        self.root = open_folder_for_all()
        self.home = self.root / "home"
        self.people: list[Person] = []
        self.bases: set[Path] = set()

    def options(self, name: str = "checkout", *, account: Account | None = None, linger: int = 0) -> Options:
        """An installation whose var/ belongs to the account."""
        account = account or self.account
        checkout = self.root / name
        checkout.mkdir(parents=True, exist_ok=True)
        if account.entry:
            os.chown(checkout, account.entry.pw_uid, account.entry.pw_gid)
        return Options(var=checkout / "var", home=self.home, fsync=False, linger=linger)

    def seeded(self, name: str = "checkout", *, linger: int = 0) -> Options:
        """The same, with a data directory made earlier, to save the time of making one."""
        options = self.options(name, linger=linger)
        self.seeds.plant(self.places(options), self.account)
        return options

    def places(self, options: Options, account: Account | None = None) -> Places:
        """Where the account has its data for these options."""
        if (account or self.account).entry:
            found = Places(options.var / "postgres-nosync", None, options.home)
        else:
            found = locate(options)
        self.bases.add(found.base)
        return found

    def person(self, options: Options, account: Account | None = None) -> Person:
        self.places(options, account)
        person = Person(options, account or self.account)
        self.people.append(person)
        return person

    def close(self) -> None:
        for person in self.people:
            person.process.kill()
        for person in self.people:
            person.process.join(PATIENCE)
        for pid in servers_below(self.root):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)
            assert gone(pid), f"server {pid} does not end"
        shutil.rmtree(self.root)


class Seeds:
    """One data directory for each account, made once and copied."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.made: dict[int, Path] = {}

    def plant(self, places: Places, account: Account) -> None:
        owner = places.account.pw_uid if places.account else account.uid
        if owner not in self.made:
            self.made[owner] = self.make(owner, account)
        places.base.mkdir(parents=True, exist_ok=True)
        places.base.chmod(0o711)
        shutil.copytree(self.made[owner], places.data, copy_function=shutil.copy)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", str(owner), places.data], check=True)
            if account.entry:
                subprocess.run(["chown", str(owner), places.base.parent, places.base], check=True)
        places.data.chmod(0o700)

    def make(self, owner: int, account: Account) -> Path:
        folder = self.root / str(owner)
        folder.mkdir()
        folder.chmod(0o711)
        home = self.root / "home"
        options = Options(var=folder, home=home, fsync=False)
        if account.entry:
            os.chown(folder, account.entry.pw_uid, account.entry.pw_gid)
        person = Person(replace(options, linger=0), account)
        pid = person.use()
        # A third of the files to copy, and nothing needs it.
        person.sql("UPDATE pg_database SET datistemplate = false WHERE datname = 'template0'")
        person.sql("DROP DATABASE template0")
        person.leave()
        assert gone(pid)
        found = Places(folder / "postgres-nosync", None, home) if account.entry else locate(options)
        return found.data


def open_folder_for_all() -> Path:
    """Not pytest's own folder, which another account could not enter; in memory where there is room."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2 * 1024**3
    fits = roomy and not os.statvfs(memory).f_flag & os.ST_NOEXEC
    folder = Path(tempfile.mkdtemp(prefix="tocsin-embedded-", dir=memory if fits else None)).resolve()
    folder.chmod(0o755)
    return folder


def servers_below(root: Path) -> list[int]:
    found = []
    for entry in postmaster.PROC.glob("[0-9]*"):
        directory = postmaster.directory_of(int(entry.name))
        if directory and directory.is_relative_to(root):
            found.append(int(entry.name))
    return found


def gone(pid: int, seconds: float = PATIENCE) -> bool:
    """Whether the process ends within the time."""
    return until(lambda: not runs(pid), seconds)


def runs(pid: int) -> bool:
    try:
        return (postmaster.PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def keeper_of(places: Places) -> int | None:
    """The process of the keeper of this installation."""
    for entry in postmaster.PROC.glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if b"keeper.py" in words and os.fsencode(f'"{places.keeper_lock}"') in words:
            return int(entry.name)
    return None


@contextmanager
def sleeper(account: pwd.struct_passwd | None) -> Iterator[int]:
    """A harmless program of the account, whose process number ends up in a stale file."""
    identity = {"user": account.pw_uid, "group": account.pw_gid} if account else {}
    with subprocess.Popen(["sleep", "60"], cwd="/", **identity) as process:
        try:
            yield process.pid
        finally:
            process.kill()
