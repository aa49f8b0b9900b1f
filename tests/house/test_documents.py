"""What the documents at the door promise is there."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tools import lock

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
LOCK_FILES = sorted((ROOT / "requirements").glob("*.txt"))


def commands(text: str) -> list[str]:
    """The lines of a document's shell examples."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def make(*arguments: str, folder: Path = ROOT, **environment: str) -> "subprocess.CompletedProcess[str]":
    """`make` with an otherwise empty environment."""
    base = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=base | environment, capture_output=True, text=True, check=False
    )


def test_it_opens_with_what_tocsin_is():
    assert README.splitlines()[0] == "A data breach incident response case tracker."
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["description"] == README.splitlines()[0]


@pytest.mark.parametrize("text", [README, OPERATIONS], ids=["README", "operations"])
def test_it_names_only_commands_that_exist(text):
    named = re.findall(r"`make ([a-z-]+)", text) + [
        line.split()[1] for line in commands(text) if line.startswith("make ")
    ]
    assert named
    assert set(named) <= TARGETS


def test_it_names_the_command_that_runs_the_tests():
    assert "make test" in commands(README)
    assert {"make demo", "make run", "make check"} <= set(commands(README))


def test_it_lists_every_command_under_make_help():
    listed = {line.split()[1] for line in make("help").stdout.splitlines()}
    assert {"demo", "run", "test", "check", "bench", "fmt", "lock", "clean"} <= listed
    assert listed <= TARGETS


def test_it_lets_ci_run_the_checks_and_at_last_the_readme_s_test_command():
    assert re.search(r"^exec make (--keep-going )?check$", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE)
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o100
    prerequisites = re.search(r"^check: (.*?) ##", MAKEFILE, re.MULTILINE)
    assert prerequisites
    steps = prerequisites[1].split()
    assert steps[-1] == "test"
    assert {"format-check", "lint", "types", "imports", "migrations", "deploy-check"} < set(steps)
    assert set(steps) <= TARGETS


def test_it_gives_no_dead_links():
    for document in (ROOT / "README.md", ROOT / "docs" / "operations.md"):
        targets = re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8"))
        assert [name for name in targets if not (document.parent / name).exists()] == []


def test_it_opens_the_changelog_with_what_is_not_released_or_a_version():
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings
    assert re.fullmatch(r"Unreleased|\d+\.\d+\.\d+ \(\d{4}-\d{2}-\d{2}\)", headings[0])


def test_it_carries_its_licence():
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_it_lists_every_variable_that_is_read_and_no_other():
    listed = {name for cell in table_cells(OPERATIONS) for name in re.findall(r"`([A-Z][A-Z_]+)`", cell)}
    assert listed == variables_read()


def table_cells(text: str) -> list[str]:
    """The first cell of each row of a document's tables."""
    return [line.split("|")[1] for line in text.splitlines() if line.startswith("| ")]


def variables_read() -> set[str]:
    """The environment's variables by the calls that read them."""
    sources = [*(ROOT / "config").rglob("*.py"), *(ROOT / "tools").rglob("*.py"), *(ROOT / "accounts").rglob("*.py")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    names = set(re.findall(r"env\.(?:text|flag|number|words|secret)\(\s*\"([A-Z_]+)\"", text))
    names |= {f"{name}_FILE" for name in re.findall(r"env\.secret\(\"([A-Z_]+)\"", text)}
    names |= set(re.findall(r"environ\.get\(\"((?:TOCSIN_)[A-Z_]+|HOST|PORT)\"", text))
    return names


@pytest.mark.parametrize("path", LOCK_FILES, ids=lambda path: path.name)
def test_it_locks_every_package_by_version_and_hash_without_an_address(path):
    text = path.read_text("utf-8")
    assert lock.addresses(text) == []
    logical = [line for line in text.replace("\\\n", " ").splitlines() if line and not line.lstrip().startswith("#")]
    assert len(logical) > 20
    assert [line for line in logical if not re.match(r"\S+==\S+ .*--hash=sha256:", line)] == []


def test_it_locks_for_development_a_superset_of_the_product():
    base, dev = ((ROOT / "requirements" / name).read_text("utf-8") for name in ("base.txt", "dev.txt"))
    pins = re.compile(r"^\S+==[^\s;]+", re.MULTILINE)
    assert set(pins.findall(base)) < set(pins.findall(dev))


def test_it_locks_every_dependency_that_the_project_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {re.match(r"[\w.-]+", entry)[0].lower().replace("_", "-") for entry in wanted}
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements" / "dev.txt").read_text("utf-8"), re.MULTILINE))
    assert names <= locked


def test_it_spots_an_address_in_a_lock_file():
    assert lock.addresses("--index-url https://index.example.org\na==1 \\\n") == [
        "--index-url https://index.example.org"
    ]


def test_it_asks_uv_for_a_lock_without_addresses():
    command = lock.compile_command(Path("uv"), "requirements/dev.txt", extra="dev", constraint="requirements/base.txt")
    assert {"--universal", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"} <= set(command)
    assert command[command.index("--custom-compile-command") + 1] == "make lock"
    assert "--upgrade" not in command


def test_it_says_what_to_do_without_a_python():
    done = make("setup", TOCSIN_PYTHON="/no/such/python3")
    assert done.returncode != 0
    assert "No Python found as '/no/such/python3'" in done.stderr
    assert "3.11" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "place"),
    [
        ([], {}, "127.0.0.1:"),
        ([], {"HOST": "desk.example.org", "PORT": "80"}, "127.0.0.1:"),
        (["HOST=0.0.0.0", "PORT=9000"], {}, "0.0.0.0:9000"),
    ],
)
def test_it_listens_elsewhere_only_when_make_itself_is_told_so(tmp_path, arguments, environment, place):
    (tmp_path / "Makefile").write_text(MAKEFILE)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$HOST:$PORT"\n')
    python.chmod(0o755)
    done = make("run", *arguments, folder=tmp_path, TOCSIN_PYTHON="/bin/true", **environment)
    assert done.stdout.splitlines() == [place]


def test_it_runs_set_up_from_a_folder_with_a_space(tmp_path):
    folder = tmp_path / "a folder"
    folder.mkdir()
    (folder / "Makefile").write_text(MAKEFILE)
    python = folder / "my python"
    python.write_text('#!/bin/sh\necho "$PWD: $*"\n')
    python.chmod(0o755)
    done = make("setup-dev", folder=folder, TOCSIN_PYTHON=str(python))
    assert done.stdout.strip() == f"{folder}: -m tools.setup --dev"
