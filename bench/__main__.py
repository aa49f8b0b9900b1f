"""Runs the measurements of this folder: `python -m bench [NAME ...]`, all of them without a name."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_") and path.stem != "plain")


def main(names: list[str]) -> int:
    """Each measurement in a process of its own, so that none warms another up. Returns the worst status."""
    if unknown := sorted(set(names) - set(NAMES)):
        print(f"no such measurement: {', '.join(unknown)}; expected of {', '.join(NAMES)}", file=sys.stderr)
        return 2
    return max(
        subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode for name in names or NAMES
    )


raise SystemExit(main(sys.argv[1:]))
