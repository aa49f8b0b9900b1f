"""Write the conformance set anew: `python -m tools.conformance`, or `--check` to see whether it is current.

conformance/assess.json holds facts with what an engine must find in them, conformance/clocks.json periods with their
ends. Both are made from what this project is tested by: named cases of the core laws, and the tables of
docs/law/deadlines.md. conformance/README.md describes them for others.
"""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "conformance"
CASES = ROOT / "tests" / "law" / "cases"
CORE = ("engine", "gdpr", "gb", "jp", "au", "nz", "sg", "br", "us_ca", "us_vt")
ROW = re.compile(
    r"^\| (?P<start>\d{4}-[^|]+?) \| (?P<period>[^|]+?) \| (?P<zone>[^|]+?) \| (?P<calendar>[^|]*?) \|(?P<ends>.+)\|$"
)


def vectors() -> dict[str, Any]:
    """Facts in, findings and instants out."""
    made = [_vector(name, case) for name in CORE for case in _cases(name)]
    return {"format": "tocsin.vectors/1", "facts_schema": "tocsin.facts/1", "vectors": made}


def _cases(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((CASES / f"{name}.toml").read_text("utf-8"))["case"]
    return found


def _vector(name: str, case: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"{name}/{_slug(case['name'])}",
        "name": case["name"],
        "source": case["source"],
        "as_of": str(case["as_of"]),
        "facts": case["facts"],
        "expect": [_without_our_own(one) for one in case.get("expect", [])],
        "no_general_duty": case.get("no_general_duty", []),
    }


def _without_our_own(expected: dict[str, Any]) -> dict[str, Any]:
    """An expectation without what only says which exemptions this library's data have."""
    return {key: value for key, value in expected.items() if key != "not_lifted_by"}


def clocks() -> dict[str, Any]:
    """Periods and their ends."""
    text = (ROOT / "docs" / "law" / "deadlines.md").read_text("utf-8")
    rows = [match for line in text.splitlines() if (match := ROW.match(line))]
    made = []
    for row in rows:
        n, unit, *how = re.split(r"[ ,]+", row["period"])
        ends = [part.strip() for part in row["ends"].split("|")]
        made.append(
            {
                "start": row["start"],
                "length": {unit: int(n)},
                "counting": _counting(" ".join(how), len(ends)),
                "zone": row["zone"],
                "calendar": row["calendar"].strip(),
                "due": ends[0],
                "due_arguable": ends[1] if len(ends) > 1 else None,
            }
        )
    return {"format": "tocsin.clocks/1", "clocks": made}


def _counting(how: str, columns: int) -> dict[str, Any]:
    """The way of counting that a row of the tables names; a table with a second end is Regulation 1182/71's."""
    counting: dict[str, Any] = {}
    if "first day counted" in how:
        counting["first_day"] = True
    if "rolled" in how:
        counting["roll"] = True
    if "end of the year" in how:
        counting["since"] = "end_of_year"
    if columns > 1:
        counting["rule"] = "eu_1182_71"
    return counting


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80]


def content() -> dict[Path, str]:
    """The files as they should be."""
    made = {"assess.json": vectors(), "clocks.json": clocks()}
    return {
        FOLDER / name: json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n" for name, data in made.items()
    }


def main() -> int:
    stale = [path.name for path, text in content().items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in sys.argv[1:]:
        print(f"stale: {', '.join(stale)}; run python -m tools.conformance" if stale else "current")
        return int(bool(stale))
    for path, text in content().items():
        path.write_text(text, "utf-8")
    print(f"{len(vectors()['vectors'])} assessments, {len(clocks()['clocks'])} clocks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
