"""python -m config.embedded_postgres."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from pytest_django import Settings

from config.embedded_postgres import binaries, locks
from config.embedded_postgres.__main__ import main
from config.embedded_postgres.options import Options
from tests.embedded.people import Town

pytestmark = pytest.mark.processes
Command = Callable[..., tuple[int, str]]


@pytest.fixture
def options(town: Town, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Options:
    """An installation that the command line takes for its own."""
    options = town.seeded()
    settings.VAR_DIR = options.var
    monkeypatch.setattr(locks, "_held", {})  # leave() must not let go of the server that the other tests use
    monkeypatch.setenv("TOCSIN_EMBEDDED_HOME", str(options.home))
    monkeypatch.setenv("TOCSIN_EMBEDDED_FSYNC", "off")
    monkeypatch.setenv("TOCSIN_EMBEDDED_LINGER", "0")
    return options


@pytest.fixture
def command(options: Options, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """Runs a command as a program would, which has left by the time it is done."""

    def run(*words: str) -> tuple[int, str]:
        try:
            code = main(list(words))
        finally:
            locks.leave()
        said = capsys.readouterr()
        return code, said.out + said.err

    yield run
    locks.leave()


def test_it_starts_shows_and_stops(command: Command) -> None:
    assert command("status")[0] == 1
    assert command("start")[0] == 0
    code, shown = command("status")
    assert code == 0
    assert "stays until stop" in shown
    with psycopg.connect(command("url", "postgres")[1].strip()) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
        assert row
        assert row[0] in shown
    assert command("stop") == (0, "stopped\n")
    assert command("stop") == (0, "was not running\n")


def test_it_gives_the_address_and_the_programs_for_a_backup(command: Command) -> None:
    command("start")
    url = command("url", "postgres")[1].strip()
    programs = binaries.installed() / "bin"
    assert str(programs) in command("status")[1]
    for program, expected in (
        ([programs / "pg_dump", "--schema-only", url], "PostgreSQL database dump complete"),
        ([programs / "pg_dumpall", f"--database={url}"], "CREATE ROLE postgres"),
    ):
        done = subprocess.run(program, capture_output=True, text=True, check=False)
        assert expected in done.stdout, done.stderr


def test_it_asks_before_it_cuts_others_off(command: Command, town: Town, options: Options) -> None:
    person = town.person(options)
    person.use()
    code, said = command("stop")
    assert code == 1
    assert "--now" in said
    assert person.sql("SELECT 1") == 1
    assert command("stop", "--now") == (0, "stopped\n")


def test_it_says_what_is_wrong_and_no_more(command: Command, town: Town, options: Options) -> None:
    (town.places(options).data / "PG_VERSION").write_text("16\n")
    code, said = command("start")
    assert code == 1
    assert "PostgreSQL 16" in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("root")
def test_it_lists_what_was_left_behind_and_removes_it_when_told(command: Command, town: Town) -> None:
    left = town.home / ("0" * 12)
    left.mkdir(parents=True)
    Path(f"{left}.var").write_text(str(town.root / "gone"))
    assert f"left over {left}" in command("status")[1]
    assert command("prune") == (0, f"would remove {left}\n")
    assert left.exists()
    assert command("prune", "--yes") == (0, f"removed {left}\n")
    assert not left.exists()
    assert command("prune") == (0, "")


def test_it_is_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "config.embedded_postgres", "--help"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "status" in done.stdout
