"""The database backend and the command line, each in programs of their own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.embedded_postgres import binaries
from tests.embedded.people import Town, gone, servers_below, until

pytestmark = pytest.mark.processes

CHECKOUT = Path(__file__).parents[2]
SETTINGS = """
import os
from pathlib import Path
SECRET_KEY = "only for tests"
DEBUG = os.environ.get("DEBUG") == "1"
USE_TZ = True
VAR_DIR = Path(os.environ["TOCSIN_VAR"])
DATABASES = {"default": {"ENGINE": "config.embedded_postgres.backend", "NAME": "my cases", "USER": "postgres"}}
INSTALLED_APPS = ["django.contrib.contenttypes"]
"""
FOUR_TESTS = """
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

@pytest.mark.django_db
@pytest.mark.parametrize("number", range(4))
def test_rows(number):
    assert connection.settings_dict["NAME"].startswith("test_my cases_gw")
    ContentType.objects.create(app_label="shelf", model=f"book{number}")
    assert ContentType.objects.filter(app_label="shelf").count() == 1
"""
QUERY = """
import django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_database()")
    print(cursor.fetchone()[0])
"""


class Project:
    """A folder with settings and nothing else, used by one program after another."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.folder = town.root / "project"
        self.folder.mkdir()
        (self.folder / "embedded_settings.py").write_text(SETTINGS)
        self.started: list[subprocess.Popen[str]] = []
        self.var = self.folder / "var"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.environment = kept | {
            "PYTHONPATH": f"{self.folder}{os.pathsep}{CHECKOUT}",
            "DJANGO_SETTINGS_MODULE": "embedded_settings",
            "DEBUG": "1",
            "TOCSIN_VAR": str(self.var),
            "TOCSIN_EMBEDDED_HOME": str(town.home),
            "TOCSIN_EMBEDDED_FSYNC": "off",
            "TOCSIN_EMBEDDED_LINGER": "1",
        }

    def begin(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.environment | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def close(self) -> None:
        for process in self.started:
            process.kill()
            process.communicate()

    def run(self, *arguments: str, text: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
        process = self.begin(*arguments, **environment)
        out, errors = process.communicate(text, timeout=60)
        return subprocess.CompletedProcess(arguments, process.returncode, out, errors)

    def run_program(self, program: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return self.run("-m", "config.embedded_postgres", *arguments)


@pytest.fixture
def project(town: Town) -> Iterator[Project]:
    project = Project(town)
    yield project
    project.close()


def test_it_starts_at_the_first_connection_and_never_at_import(project: Project) -> None:
    done = project.run(
        "-c",
        "import django; django.setup()\n"
        "import os, config.embedded_postgres.backend.base\n"
        "from django.db import connection\n"
        "assert connection.vendor == 'postgresql'\n"
        "assert not os.path.exists(os.environ['TOCSIN_VAR'])\n"
        "connection.ensure_connection()\n"
        "assert os.path.exists(os.environ['TOCSIN_VAR'])\n",
    )
    assert done.returncode == 0, done.stderr


def test_it_creates_the_database_once_for_three_programs_at_once(project: Project) -> None:
    running = [project.begin("-c", QUERY) for _ in range(3)]
    for process in running:
        out, errors = process.communicate(timeout=60)
        assert out.strip() == "my cases", errors


def test_it_wants_a_clear_yes_without_debug(project: Project) -> None:
    refused = project.run("-c", QUERY, DEBUG="0")
    assert refused.returncode == 1
    last = refused.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last
    assert "DATABASE_URL" in last
    assert "EMBEDDED_DATABASE=accept" in last
    assert not project.var.exists()

    unclear = project.run("-c", QUERY, DEBUG="0", EMBEDDED_DATABASE="yes")
    assert "EMBEDDED_DATABASE='yes': expected 'accept'" in unclear.stderr

    accepted = project.run("-c", QUERY, DEBUG="0", EMBEDDED_DATABASE="accept")
    assert accepted.stdout.strip() == "my cases", accepted.stderr


def test_it_reports_a_server_that_cannot_start_as_a_database_that_is_down(project: Project) -> None:
    project.var.write_text("a file where a folder should be")
    done = project.run("-c", QUERY)
    last = [line for line in done.stderr.splitlines() if "Error" in line][-1]
    assert "django.db.utils.OperationalError" in last
    assert str(project.var) in done.stderr


def test_it_makes_test_databases_for_two_workers(project: Project) -> None:
    (project.folder / "test_rows.py").write_text(FOUR_TESTS)
    done = project.run("-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", f"--rootdir={project.folder}")
    assert "4 passed" in done.stdout, done.stdout + done.stderr


def test_it_opens_a_dbshell_on_the_same_server(project: Project) -> None:
    done = project.run("-m", "django", "dbshell", "--", "-At", text="SELECT current_database()")
    assert done.stdout.strip() == "my cases", done.stderr


def test_it_starts_shows_and_stops_on_the_command_line(project: Project) -> None:
    assert project.command("status").returncode == 1
    started = project.command("start")
    assert started.returncode == 0, started.stderr
    shown = project.command("status")
    assert shown.returncode == 0
    assert "stays until stop" in shown.stdout
    url = project.command("url", "postgres").stdout.strip()
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
        assert row
        assert row[0] in shown.stdout
    programs = binaries.installed() / "bin"
    assert str(programs) in shown.stdout
    copy = project.run_program(programs / "pg_dump", "--schema-only", url)
    assert "PostgreSQL database dump complete" in copy.stdout, copy.stderr
    everything = project.run_program(programs / "pg_dumpall", f"--database={url}")
    assert "CREATE ROLE postgres" in everything.stdout, everything.stderr
    stopped = project.command("stop")
    assert (stopped.returncode, stopped.stdout.strip()) == (0, "stopped")
    assert project.command("stop").stdout.strip() == "was not running"


def test_it_asks_before_it_cuts_others_off(project: Project) -> None:
    user = project.begin("-c", QUERY + "import os, sys\nsys.stdout.flush()\nsys.stdin.read()\n")
    assert user.stdout
    assert user.stdout.readline().strip() == "my cases"
    refused = project.command("stop")
    assert refused.returncode == 1
    assert "--now" in refused.stderr
    assert project.command("stop", "--now").stdout.strip() == "stopped"
    user.communicate("", timeout=30)


@pytest.mark.usefixtures("root")
def test_it_lists_what_was_left_behind_and_removes_it_when_told(project: Project) -> None:
    assert project.run("-c", QUERY).returncode == 0
    base = next(path for path in project.town.home.glob("*-nosync"))
    (project.var / "postgres.cluster").unlink()
    assert str(base) in project.command("status").stdout
    # Its server has stopped by now; looking for the data has chosen a new key and removed the old data,
    # which were a test run's. Real data wait for a word.
    kept = base.with_name("0" * 12)
    kept.mkdir()
    base.with_name("0" * 12 + ".var").write_text(str(project.folder / "gone"))
    assert f"would remove {kept}" in project.command("prune").stdout
    assert kept.exists()
    assert f"removed {kept}" in project.command("prune", "--yes").stdout
    assert not kept.exists()


def test_it_leaves_no_server_when_the_program_is_killed(project: Project) -> None:
    user = project.begin("-c", QUERY + "import os, sys\nsys.stdout.flush()\nsys.stdin.read()\n")
    assert user.stdout
    user.stdout.readline()
    pids = until_found(project.town)
    user.kill()
    user.communicate()
    assert all(gone(pid) for pid in pids)


def until_found(town: Town) -> list[int]:
    found: list[int] = []

    def look() -> bool:
        found[:] = servers_below(town.root)
        return bool(found)

    assert until(look)
    return found
