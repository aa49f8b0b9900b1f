"""Probes: what Tocsin needs from the machine is tried, not looked up in a package database."""

import ctypes
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# What WeasyPrint opens when it is imported, and the Debian package that brings it. GObject, HarfBuzz and
# Fontconfig are dependencies of the two Pango packages, and Fontconfig brings a first font.
LIBRARIES = {
    "libgobject-2.0.so.0": "libpango-1.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libharfbuzz.so.0": "libpangoft2-1.0-0",
    "libfontconfig.so.1": "libpangoft2-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
# What the tests start, how it is asked for a sign of life, and the Debian package.
PROGRAMS = {
    "chromium": ("--version", "chromium", "the browser tests"),
    "pdftotext": ("-v", "poppler-utils", "the tests that read PDF documents"),
    "pdftoppm": ("-v", "poppler-utils", "the tests that look at PDF documents"),
}
FONT_PACKAGE = "fonts-dejavu-core"
GLYPH = """
import weasyprint
pdf = weasyprint.HTML(string="<p>Tocsin</p>").write_pdf(uncompressed_pdf=True)
if b"/FontFile" not in pdf:
    raise SystemExit("the PDF has no font in it")
"""


@dataclass(frozen=True)
class Missing:
    """Something this machine lacks: what, the reason in its own words, and the Debian package that has it."""

    what: str
    reason: str
    package: str | None


def venv_package(python_prefix: str = sys.base_prefix, version: tuple[int, int] = sys.version_info[:2]) -> str | None:
    """The Debian package that completes `venv` for a Python, or None where no package belongs to it.

    Debian splits ensurepip from its own Python; any other Python must bring it along.
    """
    if python_prefix != "/usr":
        return None
    return f"python{version[0]}.{version[1]}-venv"


def missing_libraries(libraries: dict[str, str] = LIBRARIES) -> list[Missing]:
    """The libraries that cannot be loaded."""
    missing = []
    for name, package in libraries.items():
        try:
            ctypes.CDLL(name)
        except OSError as error:
            missing.append(Missing(f"{name}, with which WeasyPrint sets PDF documents", str(error), package))
    return missing


def missing_programs(programs: dict[str, tuple[str, str, str]] = PROGRAMS) -> list[Missing]:
    """The programs that do not start."""
    missing = []
    for name, (argument, package, purpose) in programs.items():
        try:
            subprocess.run([name, argument], check=True, capture_output=True, timeout=60)
        except FileNotFoundError:
            missing.append(Missing(f"{name}, for {purpose}", "no such program on PATH", package))
        except (OSError, subprocess.SubprocessError) as error:
            missing.append(Missing(f"{name}, for {purpose}", str(error), package))
    return missing


def missing_glyph(python: Path) -> Missing | None:
    """Draw one line of text with the finished environment: proof that PDF documents can be made."""
    done = subprocess.run([python, "-c", GLYPH], capture_output=True, text=True, timeout=120, check=False)
    if done.returncode == 0:
        return None
    lines = (done.stderr or done.stdout).strip().splitlines()
    return Missing("a PDF document with a line of text", lines[-1] if lines else "no output", FONT_PACKAGE)
