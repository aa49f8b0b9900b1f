"""Writes the snapshots anew: `python -m tests.law.snapshots [INSTRUMENT ...]`, all of them without a name."""

import sys
from pathlib import Path

from law.rulebook import load_rulebook
from law.sentences import instrument_lines

HERE = Path(__file__).parent


def main(names: list[str]) -> None:
    """Writes the snapshots of these instruments (of all), and takes away those of law that is gone."""
    instruments = {instrument.file.instrument: instrument for instrument in load_rulebook().instruments}
    if unknown := set(names) - set(instruments):
        raise SystemExit(f"no such instrument: {', '.join(sorted(unknown))}; expected of {', '.join(instruments)}")
    for name in names or instruments:
        (HERE / f"{name}.txt").write_text("\n".join(instrument_lines(instruments[name])) + "\n", "utf-8")
    for path in HERE.glob("*.txt"):
        if path.stem not in instruments:
            path.unlink()


main(sys.argv[1:])
