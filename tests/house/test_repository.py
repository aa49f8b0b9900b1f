"""What no committed file may contain, and how large code may grow."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Put together here, so that this file does not contain what it looks for.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
    )
]
MACHINE_PATHS = re.compile(r"(?<![\w.:/~-])/(?:{})/[\w.-]+".format("|".join(("wo" + "rk", "ro" + "ot", "ho" + "me"))))
SKIPPED_FOLDERS = {".git", ".venv", "var", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
MODULE_LINES = 550  # the aim is 400
FUNCTION_LINES = 80  # the aim is 60


@cache
def committed() -> list[Path]:
    """The files of the repository; without git (a source archive) those of the folder."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not SKIPPED_FOLDERS & set(path.relative_to(ROOT).parts)]
    return [path for path in paths if path.is_file() and not path.is_symlink()]


@cache
def texts() -> dict[str, str]:
    """The committed files that are text."""
    result = {}
    for path in committed():
        try:
            result[str(path.relative_to(ROOT))] = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
    return result


def python_sources() -> dict[str, str]:
    return {
        name: text
        for name, text in texts().items()
        if name.endswith(".py") and not name.startswith("tests/") and "/migrations/" not in name
    }


def test_it_names_no_package_registry():
    assert [name for name, text in texts().items() for host in REGISTRIES if host in text] == []


def test_it_names_no_path_of_the_machine_it_was_written_on():
    found = {name: match[0] for name, text in texts().items() if (match := MACHINE_PATHS.search(text))}
    assert found == {}


def test_it_recognises_a_machine_path():
    folder = "/ho" + "me/"
    assert MACHINE_PATHS.search(f'open("{folder}alice/x")')
    assert not MACHINE_PATHS.search(f"https://example.org{folder}alice")
    assert not MACHINE_PATHS.search(f"~{folder}alice")


def test_it_keeps_modules_readable_in_one_sitting():
    long = {name: lines for name, text in python_sources().items() if (lines := text.count("\n")) > MODULE_LINES}
    assert long == {}


def test_it_keeps_functions_on_one_screen():
    long = {}
    for name, text in python_sources().items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    long[f"{name}:{node.name}"] = lines
    assert long == {}


def test_it_leaves_nothing_marked_as_still_to_do():
    mark = re.compile(r"\b(?:{})\b".format("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X"))))
    assert [name for name, text in python_sources().items() if mark.search(text)] == []


def test_it_commits_nothing_large():
    """A large file is a vendored asset or a mistake; above 2 MB it must be thought about."""
    large = {str(path.relative_to(ROOT)): size for path in committed() if (size := path.stat().st_size) > 2_000_000}
    assert {name for name in large if not name.startswith(("static/", "reports/fonts/"))} == set()
