"""The law as cases: each file of tests/law/cases names facts and the findings that must follow from them.

`lifted_by` names the exemption that takes away what would be owed without it; `not_lifted_by` those that the law has,
and that leave the duty standing on these facts.
"""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from law.assess import assess
from law.facts import parse_facts
from law.findings import Assessment, Finding, stamp
from law.rulebook import load_rulebook

CASES = Path(__file__).parent / "cases"


def every_case() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(path.read_text("utf-8"))["case"]
    ]


SAID_APART = ("duty", "jurisdiction", "not_lifted_by")


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


def owed_without(exemption: str, one: Finding) -> bool:
    """Would the duty be owed if this exemption were not there?"""
    decided = one.decided
    if decided is None:
        return False
    conditions = [node.value(decided.here) for node in (decided.roles, decided.version.when) if node is not None]
    lifting = [found.rule.id for found, lifts in zip(decided.standing, decided.lifting, strict=True) if lifts is True]
    return all(value is True for value in conditions) and lifting == [exemption]


def of_the_duty(answer: Assessment, expected: dict[str, Any]) -> list[Finding]:
    named = (expected["duty"], expected["jurisdiction"])
    return [one for one in answer.findings if (one.duty, one.jurisdiction) == named]


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
        wanted = {key: (value or None) for key, value in expected.items() if key not in SAID_APART}
        assert any(all(one[key] == value for key, value in wanted.items()) for one in found), (expected, found)
        if exemption := expected.get("lifted_by"):
            assert any(owed_without(exemption, one) for one in of_the_duty(answer, expected)), expected
        if standing := set(expected.get("not_lifted_by", ())):
            owed = [one for one in of_the_duty(answer, expected) if one.outcome == "APPLIES"]
            assert any(standing <= {state.id for state in one.exemptions} for one in owed), expected
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


def test_it_has_cases_in_which_every_exemption_lifts_and_in_which_it_does_not() -> None:
    lifting, standing = set(), set()
    for path in CASES.glob("*.toml"):
        for case in tomllib.loads(path.read_text("utf-8"))["case"]:
            for expected in case["expect"]:
                lifting.add((expected["duty"], expected.get("lifted_by")))
                standing |= {(expected["duty"], name) for name in expected.get("not_lifted_by", ())}
    known = {
        (duty.id, exemption.rule.id)
        for duty in load_rulebook().duties.values()
        for version in duty.versions
        for exemption in version.exemptions
    }
    assert sorted(known - lifting) == []
    assert sorted(known - standing) == []
