"""The law as cases: each file of tests/law/cases names facts and the findings that must follow from them."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from law.assess import assess
from law.facts import parse_facts
from law.findings import Assessment, stamp
from law.rulebook import load_rulebook

CASES = Path(__file__).parent / "cases"


def every_case() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(path.read_text("utf-8"))["case"]
    ]


def findings_for(assessment: Assessment, expected: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "outcome": one.outcome,
            "stage": one.stage,
            "act": one.act,
            "due": stamp(one.due),
            "due_arguable": stamp(one.clock.arguable),
            "outer_due": stamp(one.clock.outer_due),
            "guideline_due": stamp(one.clock.guideline_due),
            "version": one.version,
            "authority": one.authority,
            "lifted_by": one.lifted_by,
        }
        for one in assessment.findings
        if one.duty == expected["duty"]
        and one.jurisdiction == expected["jurisdiction"]
        and one.stage == expected.get("stage", one.stage)
        and one.act == expected.get("act", one.act)
        and one.version == expected.get("version", one.version)
    ]


@pytest.mark.parametrize("case", every_case())
def test_it_finds_what_the_law_says(case: dict[str, Any]) -> None:
    facts = parse_facts(case["facts"])
    answer = assess(load_rulebook(), facts, datetime.fromisoformat(case["as_of"]))
    for expected in case["expect"]:
        found = findings_for(answer, expected)
        if expected.get("absent"):
            assert not found, expected
            continue
        assert found, f"no finding {expected}; there are {[(f.duty, f.jurisdiction, f.act) for f in answer.findings]}"
        wanted = {key: (value or None) for key, value in expected.items() if key not in ("duty", "jurisdiction")}
        assert any(all(one[key] == value for key, value in wanted.items()) for one in found), (expected, found)
    for code in case.get("no_general_duty", []):
        assert code in [one.jurisdiction for one in answer.no_general_duty]
    for code in case.get("unresearched", []):
        assert code in [one.jurisdiction for one in answer.unresearched]


def test_it_has_cases_of_both_sides_for_every_duty_of_the_library() -> None:
    owed, not_owed = set(), set()
    for path in CASES.glob("*.toml"):
        for case in tomllib.loads(path.read_text("utf-8"))["case"]:
            for expected in case["expect"]:
                if expected.get("outcome") in ("APPLIES", "UNDETERMINED"):
                    owed.add(expected["duty"])
                elif expected.get("outcome") == "DOES_NOT_APPLY" or expected.get("absent"):
                    not_owed.add(expected["duty"])
    known = set(load_rulebook().duties)
    assert sorted(known - owed) == []
    assert sorted(known - not_owed) == []
