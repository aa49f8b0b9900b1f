"""The virtual environment and the stamp that says that it is complete.

The stamp is the last thing written and the first thing removed. A set-up that was interrupted leaves none,
and the next run makes the environment anew.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.setup.debian import SetupError

STAMP = "tocsin-setup.json"
KEPT = {"pip", "setuptools"}  # what `venv` itself puts into an environment
# Settings of Python and pip that would send packages somewhere else than into the environment.
MISLEADING = (
    "PYTHONPATH",
    "PYTHONHOME",
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PIP_REQUIRE_VIRTUALENV",
)


@dataclass(frozen=True)
class Stamp:
    """What an environment was made from. `dev` is empty where only the product's packages are in it."""

    root: str
    python: str
    base: str
    dev: str

    def satisfies(self, wanted: "Stamp") -> bool:
        """The packages for development contain those of the product."""
        same = (self.root, self.python, self.base) == (wanted.root, wanted.python, wanted.base)
        return same and (not wanted.dev or self.dev == wanted.dev)


def digest(requirements: Path) -> str:
    return hashlib.sha256(requirements.read_bytes()).hexdigest()


class Environment:
    """`.venv` of one checkout."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"

    def wanted(self, dev: bool, python: str) -> Stamp:
        files = self.root / "requirements"
        return Stamp(
            root=str(self.root),
            python=python,
            base=digest(files / "base.txt"),
            dev=digest(files / "dev.txt") if dev else "",
        )

    def stamp(self) -> Stamp | None:
        """The stamp, or None for an environment that is absent, unfinished or not ours."""
        try:
            return Stamp(**json.loads((self.folder / STAMP).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def runs(self, python: str) -> bool:
        """Whether its Python starts and is of that version (an upgrade of Debian changes it underneath)."""
        code = "import sys; print(sys.version.split()[0])"
        try:
            done = subprocess.run(
                [self.python, "-I", "-S", "-c", code], capture_output=True, text=True, timeout=60, check=False
            )
        except OSError:
            return False
        return done.returncode == 0 and done.stdout.strip() == python

    def make(self) -> str | None:
        """Make it anew and empty. Returns why that failed, or None."""
        command = [sys.executable, "-m", "venv", "--clear", str(self.folder)]
        done = subprocess.run(command, capture_output=True, text=True, env=clean_environment(), check=False)
        if done.returncode == 0:
            return None
        text = (done.stdout + done.stderr).strip()
        if "ensurepip" in text:
            return "ensurepip is not available in this Python"
        return text.splitlines()[-1] if text else f"venv ended with status {done.returncode}"

    def install(self, dev: bool) -> None:
        """Install exactly the locked packages, each checked by its hash; never from source."""
        (self.folder / STAMP).unlink(missing_ok=True)
        requirements = self.root / "requirements" / ("dev.txt" if dev else "base.txt")
        self._pip(
            "install", "--only-binary", ":all:", "--require-hashes", "--progress-bar", "off", "-q",
            "-r", str(requirements),
        )  # fmt: skip
        self._remove_others(requirements)

    def compile_messages(self) -> None:
        """Make the compiled catalogues of translations that are missing or older than their sources."""
        folders = sorted((self.root / "locale").glob("*/LC_MESSAGES"))
        if all(fresh(folder / "django.mo", folder / "django.po") for folder in folders):
            return
        command = [str(self.python), "-m", "tools.messages", "--compile"]
        done = subprocess.run(
            command, cwd=self.root, env=clean_environment(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise SetupError(f"{done.stderr.strip()}\n\nThe translations in locale/ could not be compiled.")

    def write_stamp(self, stamp: Stamp) -> None:
        """At once or not at all: written aside, flushed to the disk, then renamed."""
        aside = self.folder / (STAMP + ".new")
        with aside.open("w", encoding="utf-8") as file:
            json.dump(asdict(stamp), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.folder / STAMP)

    def _remove_others(self, requirements: Path) -> None:
        """Take out what an earlier lock file brought and this one does not name."""
        here = {canonical(entry["name"]) for entry in json.loads(self._pip("list", "--format=json"))}
        extra = sorted(here - locked_names(requirements.read_text("utf-8")) - KEPT)
        if extra:
            self._pip("uninstall", "-q", "-y", *extra)

    def _pip(self, *arguments: str) -> str:
        """Run pip and return what it printed; its warnings are shown only where it fails."""
        command = [str(self.python), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
        done = subprocess.run(
            command,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            words = "\n".join((done.stdout + done.stderr).strip().splitlines()[-30:])
            raise SetupError(
                f"{words}\n\npip {arguments[0]} failed (status {done.returncode}); its words are above.\n"
                "Set-up needs a package index within reach. The same command again mends it."
            )
        return done.stdout


def fresh(made: Path, source: Path) -> bool:
    """Whether a file is there and not older than what it was made from."""
    return made.exists() and made.stat().st_mtime >= source.stat().st_mtime


def locked_names(requirements: str) -> set[str]:
    """The packages that a lock file names."""
    return {canonical(name) for name in re.findall(r"^([A-Za-z0-9][\w.-]*)==", requirements, re.MULTILINE)}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in MISLEADING}
