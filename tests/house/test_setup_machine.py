"""What set-up says and does about a machine that lacks something."""

import subprocess
from pathlib import Path

import pytest

from tools.setup import debian, probes
from tools.setup.debian import SetupError
from tools.setup.probes import Missing

PANGO = Missing("libpango-1.0.so.0", "cannot open shared object file", "libpango-1.0-0")
PANGO_AGAIN = Missing("libgobject-2.0.so.0", "cannot open shared object file", "libpango-1.0-0")
VENV = Missing("a virtual environment with pip", "ensurepip is not available", "python3.11-venv")


class Apt:
    """Stands for apt-get: answers in turn, each (status, what it writes to stderr), then with success."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        self.answers = list(answers)
        self.commands: list[list[str]] = []

    def __call__(self, command: list[str]) -> "subprocess.CompletedProcess[str]":
        self.commands.append(command)
        status, words = self.answers.pop(0) if self.answers else (0, "")
        return subprocess.CompletedProcess(command, status, "", words)

    @property
    def verbs(self) -> list[str]:
        return [next(word for word in command if word in {"update", "install"}) for command in self.commands]


@pytest.fixture
def fresh_lists(monkeypatch):
    monkeypatch.setattr(debian, "lists_are_stale", lambda: False)


def test_it_names_the_package_of_each_library_that_cannot_be_loaded():
    missing = probes.missing_libraries({"libc.so.6": "libc6", "libtocsin-none.so.9": "libtocsin9"})
    assert [item.package for item in missing] == ["libtocsin9"]
    assert "libtocsin-none.so.9" in missing[0].what
    assert "cannot open shared object" in missing[0].reason


def test_it_knows_a_package_for_every_library_that_weasyprint_needs():
    assert probes.missing_libraries() == []
    assert set(probes.LIBRARIES.values()) == {"libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"}


def test_it_names_the_package_of_each_program_that_does_not_start(tmp_path, monkeypatch):
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    programs = {
        "true": ("", "coreutils", "nothing"),
        "broken": ("-v", "package-a", "the tests"),
        "absent-program": ("-v", "package-b", "the tests"),
    }
    missing = probes.missing_programs(programs)
    assert [item.package for item in missing] == ["package-a", "package-b"]
    assert "exit status 3" in missing[0].reason
    assert "no such program" in missing[1].reason


@pytest.mark.parametrize(
    ("prefix", "version", "package"),
    [
        ("/usr", (3, 11), "python3.11-venv"),
        ("/usr", (3, 13), "python3.13-venv"),
        ("/usr/local", (3, 12), None),
        ("/opt/python", (3, 12), None),
    ],
)
def test_it_completes_only_debians_own_python_with_a_package(prefix, version, package):
    assert probes.venv_package(prefix, version) == package


def test_it_takes_the_last_words_of_a_failed_drawing_as_the_reason(tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'Traceback' >&2\necho 'OSError: no font' >&2\nexit 1\n")
    python.chmod(0o755)
    missing = probes.missing_glyph(python)
    assert missing
    assert missing.reason == "OSError: no font"
    assert missing.package == probes.FONT_PACKAGE


def test_it_names_what_is_missing_and_why_before_it_installs(capsys, fresh_lists):
    apt = Apt()
    said_before = []

    def run(command):
        said_before.append(capsys.readouterr().err)
        return apt(command)

    debian.supply([VENV, PANGO, PANGO_AGAIN], allowed=True, is_root=True, has_apt=True, run=run)
    assert "ensurepip is not available" in said_before[0]
    assert "libpango-1.0.so.0" in said_before[0]
    assert "Debian package python3.11-venv" in said_before[0]


def test_it_installs_all_with_one_call_that_waits_for_the_lock(fresh_lists):
    apt = Apt()
    debian.supply([VENV, PANGO, PANGO_AGAIN], allowed=True, is_root=True, has_apt=True, run=apt)
    assert len(apt.commands) == 1
    command = apt.commands[0]
    assert command[-2:] == ["python3.11-venv", "libpango-1.0-0"]
    assert "--no-install-recommends" in command
    assert "-y" in command
    assert "DPkg::Lock::Timeout=300" in command
    assert "sudo" not in command


@pytest.mark.parametrize(
    ("allowed", "is_root", "why"), [(True, False, "Only root may install"), (False, True, "TOCSIN_NO_APT")]
)
def test_it_prints_the_line_to_run_where_it_may_not_install(allowed, is_root, why):
    apt = Apt()
    with pytest.raises(SetupError) as caught:
        debian.supply([VENV, PANGO], allowed=allowed, is_root=is_root, has_apt=True, run=apt)
    assert apt.commands == []
    assert why in str(caught.value)
    line = "apt-get update && apt-get install -y --no-install-recommends python3.11-venv libpango-1.0-0"
    assert line in str(caught.value)
    assert "sudo" not in str(caught.value)


@pytest.mark.parametrize(("value", "allowed"), [("1", False), ("yes", False), ("0", True), ("", True)])
def test_it_obeys_tocsin_no_apt(monkeypatch, fresh_lists, value, allowed):
    monkeypatch.setenv("TOCSIN_NO_APT", value)
    apt = Apt()
    if allowed:
        debian.supply([PANGO], is_root=True, has_apt=True, run=apt)
    else:
        with pytest.raises(SetupError):
            debian.supply([PANGO], is_root=True, has_apt=True, run=apt)
    assert bool(apt.commands) == allowed


def test_it_asks_for_another_python_where_no_package_completes_this_one(fresh_lists):
    apt = Apt()
    alone = Missing("a virtual environment with pip", "ensurepip is not available", None)
    with pytest.raises(SetupError, match="TOCSIN_PYTHON"):
        debian.supply([alone, PANGO], allowed=True, is_root=True, has_apt=True, run=apt)
    assert apt.commands == []


def test_it_stops_on_a_machine_without_apt():
    with pytest.raises(SetupError, match="no apt-get"):
        debian.supply([PANGO], allowed=True, is_root=True, has_apt=False, run=Apt())


def test_it_updates_old_package_lists_first():
    apt = Apt()
    debian.install(["poppler-utils"], apt, stale=True)
    assert apt.verbs == ["update", "install"]


def test_it_updates_the_lists_when_the_install_fails_with_them():
    apt = Apt((100, "E: Failed to fetch poppler-utils: 404 Not Found"))
    debian.install(["poppler-utils"], apt, stale=False)
    assert apt.verbs == ["install", "update", "install"]


def test_it_says_what_apt_said_when_the_install_fails_for_good():
    apt = Apt((0, ""), (100, "E: Unable to locate package poppler-utils"))
    with pytest.raises(SetupError, match="Unable to locate package poppler-utils"):
        debian.install(["poppler-utils"], apt, stale=True)
    assert apt.verbs == ["update", "install"]


def test_it_waits_for_another_apt(monkeypatch):
    waits: list[float] = []
    monkeypatch.setattr(debian.time, "sleep", waits.append)
    apt = Apt((100, "E: Could not get lock /var/lib/apt/lists/lock."), (0, ""))
    debian.install(["poppler-utils"], apt, stale=True)
    assert apt.verbs == ["update", "update", "install"]
    assert len(waits) == 1


def test_it_takes_absent_or_week_old_lists_for_stale(tmp_path: Path):
    assert debian.lists_are_stale(tmp_path)
    (tmp_path / "mirror_bookworm_main_Packages.lz4").touch()
    made = tmp_path.stat().st_mtime
    assert not debian.lists_are_stale(tmp_path, now=made + 6 * 24 * 3600)
    assert debian.lists_are_stale(tmp_path, now=made + 8 * 24 * 3600)
