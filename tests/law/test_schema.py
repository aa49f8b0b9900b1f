"""The JSON Schema of a facts document: current, and of one mind with parse_facts about shape."""

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from law.facts import FactsError, parse_facts
from law.facts.json_schema import facts_schema
from tests.law.examples import SMALLEST, facts

ROOT = Path(__file__).resolve().parents[2]
VALIDATOR = jsonschema.Draft202012Validator(facts_schema())


def test_it_is_the_one_in_the_documentation() -> None:
    """`python manage.py law schema > docs/law/facts.schema.json` writes it anew."""
    published = (ROOT / "docs" / "law" / "facts.schema.json").read_text("utf-8")
    assert json.loads(published) == facts_schema()
    jsonschema.Draft202012Validator.check_schema(facts_schema())


def test_it_accepts_documents_of_the_named_cases() -> None:
    for path in sorted((Path(__file__).parent / "cases").glob("*.toml")):
        for case in tomllib.loads(path.read_text("utf-8"))["case"][::6]:
            assert [one.message for one in VALIDATOR.iter_errors(case["facts"])] == [], case["name"]


def group(**row: Any) -> dict[str, Any]:
    return facts(affected=[{"id": "g1", "country": "AU", **row}])


SHAPES: list[tuple[dict[str, Any], bool]] = [
    (SMALLEST, True),
    (facts(), True),
    (facts(nature=None, data="unknown", affected_total="unknown"), True),
    (facts(risk={"by_test": {"serious_harm": None, "au.serious_harm": "yes"}}), True),
    (facts(timeline={"detected_at": {"earliest": "2026-05-02T00:00:00Z", "latest": "2026-05-03T00:00:00Z"}}), True),
    (facts(timeline={"detected_at": "not_yet"}), True),
    (facts(organisation={"regimes": ["insurer", {"id": "telecom", "country": "JP"}]}), True),
    (group(country="unknown"), True),
    (group(count={"kind": "between", "low": 1, "high": 2}), True),
    (group(count={"kind": "unknown"}), True),
    ({}, False),
    (facts(organisation=None), False),
    (facts(colour="red"), False),
    (facts(nature="yes"), False),
    (facts(nature={"confidentiality": True}), False),
    (facts(affected="many"), False),
    (facts(timeline={"detected_at": "2026-05-02"}), False),
    (facts(data=[{"category": "ful_name"}]), False),
    (facts(cause={"type": "magic"}), False),
    (facts(organisation={"establishments": ["EU"]}), False),
    (facts(risk={"by_test": {"serious_hurt": "yes"}}), False),
    (facts(schema="tocsin.facts/2"), False),
    (group(country="UK"), False),
    (group(region="AU"), False),
    (group(count={"kind": "exact", "n": -1}), False),
    (group(count={"kind": "exact", "n": 1.5}), False),
    (group(count={"kind": "exact"}), False),
    (group(count=5), False),
    (group(youngest_age=200), False),
]


@pytest.mark.parametrize(("document", "good"), SHAPES)
def test_it_accepts_and_refuses_what_the_reader_does(document: dict[str, Any], good: bool) -> None:
    try:
        parse_facts(document)
        read = True
    except FactsError:
        read = False
    assert (read, VALIDATOR.is_valid(document)) == (good, good)
