"""The documentation of the law floor: complete, and its examples run."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from law.conditions import CALLS
from law.facts import parse_facts
from law.facts.json_schema import facts_schema
from law.rulebook import load_rulebook
from law.schema import Counting, DutyRule, Length, StageRule, VersionRule
from law.time_limits import due_at, period
from tests.law.examples import facts, library, look, the

DOCS = Path(__file__).resolve().parents[2] / "docs" / "law"
CONTRACT, RULES, DEADLINES, ADDING = (
    (DOCS / f"{name}.md").read_text("utf-8")
    for name in ("contract", "reading-a-rule", "deadlines", "adding-a-jurisdiction")
)


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def words_of(schema: dict[str, Any]) -> set[str]:
    """Every key and every listed value of the facts schema, but for the lists of terms and places."""
    found: set[str] = set()
    for name, definition in {**schema["$defs"], "": schema}.items():
        if name.startswith("list_"):
            continue
        for key, value in definition.get("properties", {}).items():
            found.add(key)
            found |= set(re.findall(r"'enum': \[([^\]]*)\]", str(value)))
    values = {part.strip().strip("'") for one in found for part in one.split(",")}
    return {one for one in values if one not in ("None", "")}


def test_it_names_every_key_and_value_of_the_facts() -> None:
    known = set(re.findall(r"[a-z0-9_]+", CONTRACT))
    assert sorted(words_of(facts_schema()) - known) == []


def test_it_names_every_key_of_the_answer() -> None:
    said = look(facts(affected=[{"id": "g", "country": "FR"}, {"id": "k", "country": "KH"}])).to_json()
    known = set(re.findall(r"[a-z0-9_]+", CONTRACT))
    keys = {*said, *said["findings"][0], *said["questions"][0], *said["no_general_duty"][0]}
    assert sorted(keys - known) == []


def test_it_prints_a_smallest_document_that_is_one() -> None:
    [smallest] = blocks(CONTRACT, "json")
    parse_facts(json.loads(smallest))


def test_it_explains_every_question_that_a_rule_may_ask() -> None:
    assert [name for name in CALLS if f"`{name}(" not in RULES] == []


def test_it_explains_every_key_that_a_law_file_may_have() -> None:
    models = (DutyRule, VersionRule, StageRule)
    keys = {field.alias or name for model in models for name, field in model.model_fields.items()} - {
        "notes",
        "version",
    }
    assert sorted(key for key in keys if not re.search(rf"\b{key}\b", ADDING)) == []


def test_its_example_of_a_law_file_runs(tmp_path: Path) -> None:
    rulebook = load_rulebook(library(tmp_path, br_own=blocks(ADDING, "toml")[0]))
    document = json.loads(blocks(ADDING, "json")[0])
    found = the(look(document, "2026-11-20T12:00:00-03:00", rulebook), "br.own.notify_authority")
    assert (found.outcome, found.rebuttable_by) == ("APPLIES", ("no_serious_harm",))
    assert found.due == datetime.fromisoformat("2026-11-25T23:59:59-03:00")
    shown = {**document, "risk": {"by_test": {"serious_harm": "no"}}}
    lifted = the(look(shown, "2026-11-20T12:00:00-03:00", rulebook), "br.own.notify_authority")
    assert (lifted.outcome, lifted.lifted_by) == ("DOES_NOT_APPLY", "no_serious_harm")


def test_its_example_of_no_general_duty_runs(tmp_path: Path) -> None:
    example, *_, none = blocks(ADDING, "toml")
    rulebook = load_rulebook(library(tmp_path, br_own=example.split("[sets]")[0] + none))
    answer = look({"organisation": {"name": "E", "country": "BR"}}, rulebook=rulebook)
    assert [one.jurisdiction for one in answer.no_general_duty] == ["BR"]


def rows(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading."""
    part = DEADLINES.split(f"## {heading}")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| 2")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


CLOCKS = json.loads((DOCS.parents[1] / "conformance" / "clocks.json").read_text("utf-8"))["clocks"]


def test_it_publishes_every_example_of_a_deadline() -> None:
    examples = [*rows("Hours, days, working days, months"), *rows("Regulation (EEC, Euratom) 1182/71")]
    assert [(one["start"], one["due"]) for one in CLOCKS] == [(row[0], row[4]) for row in examples]


@pytest.mark.parametrize("clock", CLOCKS)
def test_its_examples_of_deadlines_run(clock: dict[str, Any]) -> None:
    length = period(Length.model_validate(clock["length"]), Counting.model_validate(clock["counting"]))
    due = due_at(length, datetime.fromisoformat(clock["start"]), clock["zone"], clock["calendar"])
    assert due.at == datetime.fromisoformat(clock["due"])
    later = clock["due_arguable"]
    assert due.arguable == (datetime.fromisoformat(later) if later else None)
