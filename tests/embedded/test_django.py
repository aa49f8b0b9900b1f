"""The database backend and the command line, each in programs of their own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.people import Town

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
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_database()")
    print(cursor.fetchone()[0])
"""
ATTEMPTS = """
import os
from django.db import connection
for answer in "", "yes", "accept":
    os.environ["EMBEDDED_DATABASE"] = answer
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            print(cursor.fetchone()[0])
    except Exception as error:
        made = "something made" if os.path.exists(os.environ["TOCSIN_VAR"]) else "nothing made"
        print(type(error).__name__, error, made)
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
    """One program asks three times: nothing said, something unclear said, yes said."""
    done = project.run("-c", ATTEMPTS, DEBUG="0")
    refused, unclear, accepted = done.stdout.splitlines()
    assert refused.startswith("ImproperlyConfigured")
    assert "DATABASE_URL" in refused
    assert "EMBEDDED_DATABASE=accept" in refused
    assert refused.endswith("nothing made")
    assert "EMBEDDED_DATABASE='yes': expected 'accept'" in unclear
    assert accepted == "my cases"


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
