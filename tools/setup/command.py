"""The set-up command."""

import argparse
import os
import platform
import sys
from pathlib import Path

from tools.local import one_at_a_time
from tools.setup import debian, probes
from tools.setup.debian import SetupError
from tools.setup.environment import Environment

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tools.setup", description="Make this checkout ready to run.")
    parser.add_argument("--dev", action="store_true", help="also what the tests and checks need")
    options = parser.parse_args(arguments)
    try:
        with one_at_a_time(ROOT / "var" / "setup.lock"):
            environment = Environment(ROOT)
            prepare(environment, dev=options.dev)
            environment.compile_messages()
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


def prepare(environment: Environment, *, dev: bool) -> None:
    """Bring the environment to what the lock files say; do nothing where it is there already."""
    stamp = environment.stamp()
    python = platform.python_version()
    if stamp and not os.environ.get("TOCSIN_PYTHON"):
        python = stamp.python  # a complete environment is kept although `python3` is another one by now
    wanted = environment.wanted(dev, python)
    usable = stamp is not None and (stamp.root, stamp.python) == (wanted.root, wanted.python)
    usable = usable and environment.runs(python)
    if not usable:
        wanted = environment.wanted(dev, platform.python_version())
    missing = look(environment, make=not usable, dev=dev)
    if missing:
        debian.supply(missing)
        missing = look(environment, make=not usable, dev=dev)
        if missing:
            raise SetupError("Still missing after the packages were installed.\n" + debian.describe(missing))
    if stamp and usable and stamp.satisfies(wanted):
        return
    keep_dev = bool(usable and stamp and stamp.dev)  # `make demo` after `make test` takes nothing away
    print("Installing the locked Python packages into .venv (half a minute or more) ...", flush=True)
    environment.install(dev or keep_dev)
    draw(environment)
    environment.write_stamp(environment.wanted(dev or keep_dev, wanted.python))


def look(environment: Environment, *, make: bool, dev: bool) -> list[probes.Missing]:
    """Try everything that needs no Python package, so that all that is missing is named at once."""
    missing = []
    if make:
        print("Making the virtual environment .venv ...", flush=True)
        reason = environment.make()
        if reason:
            missing.append(probes.Missing("a virtual environment with pip", reason, probes.venv_package()))
    missing += probes.missing_libraries()
    if dev:
        missing += probes.missing_programs()
    return missing


def draw(environment: Environment) -> None:
    """Set one line of text as a PDF; a machine without any font fails here."""
    missing = probes.missing_glyph(environment.python)
    if missing is None:
        return
    debian.supply([missing])
    missing = probes.missing_glyph(environment.python)
    if missing:
        raise SetupError("WeasyPrint still cannot draw.\n" + debian.describe([missing]))
