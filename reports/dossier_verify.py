"""Checks a dossier without Tocsin: python3 verify.py, in the folder that the dossier was unpacked to.

Says for each file whether it is as the manifest says, whether files are missing or were added, and
whether each facts document has the digest that the case names. Needs nothing but Python 3.8 or newer.
"""

import hashlib
import json
import sys
from pathlib import Path

MANIFEST = "MANIFEST.sha256"


def check(folder: Path) -> "list[str]":
    """Everything that is wrong, one line each; nothing where the dossier is whole."""
    if not (folder / MANIFEST).is_file():
        return [f"{MANIFEST}: not there; unpack the whole dossier and run this in its folder"]
    named = {}
    for line in (folder / MANIFEST).read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        named[name] = digest
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    present = {name for name in present if "__pycache__" not in name}
    found = [f"{name}: not named in the manifest" for name in sorted(present - set(named) - {MANIFEST})]
    for name, digest in named.items():
        if name not in present:
            found.append(f"{name}: missing")
        elif hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            found.append(f"{name}: changed; its SHA-256 is not that of the manifest")
        elif name.startswith("facts/"):
            found += check_facts(folder / name, name)
    return found


def check_facts(path: Path, name: str) -> "list[str]":
    """Is the digest in the file that of the facts in it? Canonical: keys sorted, no spaces."""
    held = json.loads(path.read_text(encoding="utf-8"))
    text = json.dumps(held["document"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    return [] if digest == held["digest"] else [f"{name}: the facts have the digest {digest}, not {held['digest']}"]


def main() -> int:
    """Prints what is wrong, or that nothing is; 0 where nothing is."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    found = check(folder)
    for line in found:
        print(line)
    print("Not whole." if found else "Whole: every file is as the manifest says.")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
