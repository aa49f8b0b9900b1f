"""Write requirements/base.txt and dev.txt anew from pyproject.toml: `make lock`.

uv resolves for every platform and Python from 3.11 on and records the hashes. It lives in an environment
that is thrown away. Without --upgrade, versions that are locked already stay where they may.
"""

import argparse
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UV = "uv>=0.9,<1"


def compile_command(
    uv: Path, output: str, *, extra: str = "", constraint: str = "", upgrade: bool = False
) -> list[str]:
    """The call of `uv pip compile` for one lock file."""
    command = [
        str(uv),
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
    ]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock"]
    command += ["--extra", extra] if extra else []
    command += ["--constraint", constraint] if constraint else []
    command += ["--upgrade"] if upgrade else []
    return [*command, "pyproject.toml", "--output-file", output]


def addresses(requirements: str) -> list[str]:
    """Lines of a lock file that name an address; there must be none."""
    return [line for line in requirements.splitlines() if "://" in line or line.lstrip().startswith("--index")]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make lock", description="Lock the dependencies.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that pyproject.toml allows")
    upgrade: bool = parser.parse_args(arguments).upgrade
    with tempfile.TemporaryDirectory(prefix="tocsin-lock-") as folder:
        venv.create(folder, with_pip=True)
        programs = Path(folder) / "bin"
        pip = [str(programs / "python"), "-m", "pip", "--disable-pip-version-check", "install", "-q"]
        subprocess.run([*pip, "--only-binary", ":all:", UV], check=True)
        uv = programs / "uv"
        base, dev = "requirements/base.txt", "requirements/dev.txt"
        for command in (
            compile_command(uv, base, upgrade=upgrade),
            compile_command(uv, dev, extra="dev", constraint=base, upgrade=upgrade),
        ):
            subprocess.run(command, cwd=ROOT, check=True)
    found = [line for name in (base, dev) for line in addresses((ROOT / name).read_text("utf-8"))]
    if found:
        print("A lock file names an address:\n" + "\n".join(found), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
