"""When set-up makes, mends or keeps the virtual environment."""

import platform
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tools.local import one_at_a_time
from tools.setup import command, debian, environment, probes
from tools.setup.debian import SetupError
from tools.setup.environment import STAMP, Environment, locked_names

PYTHON = platform.python_version()


class Workshop(Environment):
    """An environment whose making and installing only leave a note."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.done: list[str] = []
        self.installed_python = PYTHON
        self.trouble: BaseException | None = None
        self.cannot_make: str | None = None

    def make(self) -> str | None:
        self.done.append("make")
        if self.cannot_make:
            return self.cannot_make
        self.folder.mkdir(exist_ok=True)
        (self.folder / STAMP).unlink(missing_ok=True)
        return None

    def install(self, dev: bool) -> None:
        (self.folder / STAMP).unlink(missing_ok=True)
        self.done.append("install dev" if dev else "install")
        if self.trouble:
            raise self.trouble

    def runs(self, python: str) -> bool:
        return self.folder.exists() and python == self.installed_python


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """A checkout on a machine that lacks nothing."""
    root = tmp_path / "a check out"
    (root / "requirements").mkdir(parents=True)
    (root / "requirements" / "base.txt").write_text("django==5.2\n")
    (root / "requirements" / "dev.txt").write_text("django==5.2\npytest==9\n")
    monkeypatch.delenv("TOCSIN_PYTHON", raising=False)
    monkeypatch.setattr(probes, "missing_libraries", list)
    monkeypatch.setattr(probes, "missing_programs", list)
    monkeypatch.setattr(probes, "missing_glyph", lambda python: None)
    return Workshop(root)


def run(workshop: Workshop, *, dev: bool = False) -> list[str]:
    workshop.done.clear()
    command.prepare(workshop, dev=dev)
    return list(workshop.done)


def test_it_makes_the_environment_once(workshop):
    assert run(workshop) == ["make", "install"]
    assert run(workshop) == []


def test_it_adds_the_packages_for_development_to_what_is_there(workshop):
    run(workshop)
    assert run(workshop, dev=True) == ["install dev"]
    assert run(workshop, dev=True) == []
    assert run(workshop) == []


def test_it_installs_again_when_a_lock_file_changed(workshop):
    run(workshop)
    (workshop.root / "requirements" / "base.txt").write_text("django==5.2.1\n")
    assert run(workshop) == ["install"]


def test_it_keeps_the_packages_for_development_when_the_product_s_change(workshop):
    run(workshop, dev=True)
    (workshop.root / "requirements" / "base.txt").write_text("django==5.2.1\n")
    assert run(workshop) == ["install dev"]


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), SetupError("no index within reach")])
def test_it_starts_afresh_after_an_interrupted_install(workshop, trouble):
    workshop.trouble = trouble
    with pytest.raises(type(trouble)):
        run(workshop)
    workshop.trouble = None
    assert run(workshop) == ["make", "install"]
    assert run(workshop) == []


def test_it_starts_afresh_after_an_interrupted_change(workshop):
    run(workshop)
    workshop.trouble = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        run(workshop, dev=True)
    workshop.trouble = None
    assert run(workshop) == ["make", "install"]


@pytest.mark.parametrize("content", ["", "{", '{"root": "x"}', "[]"])
def test_it_takes_a_torn_stamp_for_none(workshop, content):
    run(workshop)
    (workshop.folder / STAMP).write_text(content)
    assert run(workshop) == ["make", "install"]


def test_it_starts_afresh_when_the_checkout_was_moved(workshop):
    run(workshop)
    moved = workshop.root.with_name("elsewhere")
    workshop.root.rename(moved)
    assert run(Workshop(moved)) == ["make", "install"]


def test_it_starts_afresh_when_the_python_underneath_was_upgraded(workshop):
    run(workshop)
    workshop.installed_python = "3.99.0"
    assert "make" in run(workshop)


def test_it_keeps_a_working_environment_of_another_python_unless_one_is_named(workshop, monkeypatch):
    run(workshop)
    stamp = workshop.stamp()
    workshop.installed_python = "3.11.0"
    workshop.write_stamp(environment.Stamp(stamp.root, "3.11.0", stamp.base, stamp.dev))
    assert run(workshop) == []
    monkeypatch.setenv("TOCSIN_PYTHON", sys.executable)
    assert run(workshop) == ["make", "install"]


def test_it_draws_a_glyph_before_it_calls_the_environment_complete(workshop, monkeypatch):
    lacking = [probes.Missing("a PDF document with a line of text", "no font", "fonts-dejavu-core")]
    monkeypatch.setattr(probes, "missing_glyph", lambda python: lacking[0] if lacking else None)
    monkeypatch.setattr(debian, "supply", lambda missing: (_ for _ in ()).throw(SetupError("not root")))
    with pytest.raises(SetupError):
        run(workshop)
    assert workshop.stamp() is None
    monkeypatch.setattr(debian, "supply", lambda missing: lacking.clear())
    run(workshop)
    assert workshop.stamp()


def test_it_names_everything_that_is_missing_at_once(workshop, monkeypatch):
    library = probes.Missing("libpango-1.0.so.0", "absent", "libpango-1.0-0")
    browser = probes.Missing("chromium", "absent", "chromium")
    monkeypatch.setattr(probes, "missing_libraries", lambda: [library])
    monkeypatch.setattr(probes, "missing_programs", lambda: [browser])
    workshop.cannot_make = "ensurepip is not available"
    named = []

    def supply(missing):
        named.extend(missing)
        raise SetupError("not root")

    monkeypatch.setattr(debian, "supply", supply)
    with pytest.raises(SetupError):
        run(workshop, dev=True)
    assert [item.what for item in named] == ["a virtual environment with pip", "libpango-1.0.so.0", "chromium"]
    assert workshop.done == ["make"]


def test_it_asks_for_test_programs_only_for_development(workshop, monkeypatch):
    monkeypatch.setattr(probes, "missing_programs", lambda: pytest.fail("asked"))
    run(workshop)


def test_it_notices_on_every_run_that_a_library_has_gone(workshop, monkeypatch):
    run(workshop)
    monkeypatch.setattr(probes, "missing_libraries", lambda: [probes.Missing("libpango", "gone", "libpango-1.0-0")])
    monkeypatch.setattr(debian, "supply", lambda missing: None)
    with pytest.raises(SetupError, match="Still missing"):
        run(workshop)


def test_it_lets_a_second_set_up_wait_for_the_first(tmp_path, capsys):
    lock = tmp_path / "var" / "setup.lock"
    order = []

    def second():
        with one_at_a_time(lock):
            order.append("second")

    with one_at_a_time(lock):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(timeout=0.1)
        order.append("first")
    thread.join(timeout=5)
    assert order == ["first", "second"]
    assert "waiting for it" in capsys.readouterr().err


def test_it_reads_the_names_of_a_lock_file():
    text = (
        "# made by make lock\n"
        "Django_Foo==5.2 \\\n"
        "    --hash=sha256:aa\n"
        "    # via bar\n"
        "async-timeout==5 ; python_version < '3.12'\n"
    )
    assert locked_names(text) == {"django-foo", "async-timeout"}


def test_it_hides_settings_that_send_packages_elsewhere(monkeypatch):
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example.org/simple")
    clean = environment.clean_environment()
    assert "PIP_TARGET" not in clean
    assert clean["PIP_INDEX_URL"] == "https://index.example.org/simple"


def test_it_reports_a_failure_without_a_traceback(monkeypatch, tmp_path, capsys):
    def fail(environment, *, dev):
        raise SetupError("Only root may install")

    monkeypatch.setattr(command, "prepare", fail)
    monkeypatch.setattr(command, "ROOT", tmp_path)
    assert command.main(["--dev"]) == 1
    assert capsys.readouterr().err.strip() == "Only root may install"


def test_it_tells_an_old_python_what_is_needed():
    code = (
        "import sys, runpy; sys.version_info = (3, 9, 2, 'final', 0); "
        "sys.argv = ['setup']; runpy.run_module('tools.setup', run_name='__main__')"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Python 3.11 or newer" in done.stderr
    assert "is Python 3.9" in done.stderr
    assert "TOCSIN_PYTHON" in done.stderr
