"""The conformance set that others may use: current, whole, and what this engine itself conforms to."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from law.assess import assess
from law.facts import parse_facts
from law.rulebook import load_rulebook
from tests.law.test_cases import findings_for
from tools.conformance import FOLDER, content

VECTORS = json.loads((FOLDER / "assess.json").read_text("utf-8"))["vectors"]


def test_it_is_made_from_the_cases_of_the_core_laws() -> None:
    for path, text in content().items():
        assert path.read_text("utf-8") == text, f"{path.name} is stale: run python -m tools.conformance"


def test_it_gives_each_vector_a_name_of_its_own() -> None:
    assert len({one["id"] for one in VECTORS}) == len(VECTORS)


def test_it_explains_every_key_to_others() -> None:
    readme = Path(FOLDER, "README.md").read_text("utf-8")
    keys = {key for one in VECTORS for key in (*one, *(name for entry in one["expect"] for name in entry))}
    assert sorted(key for key in keys if f"`{key}`" not in readme) == []


@pytest.mark.parametrize("vector", VECTORS[::7], ids=lambda one: one["id"])
def test_it_conforms_as_the_read_me_says(vector: dict[str, Any]) -> None:
    """Every seventh from the published file itself; the cases behind all of them run in test_cases."""
    answer = assess(load_rulebook(), parse_facts(vector["facts"]), datetime.fromisoformat(vector["as_of"]))
    for entry in vector["expect"]:
        found = findings_for(answer, entry)
        judged = {key: value for key, value in entry.items() if key not in ("duty", "jurisdiction")}
        assert judged in [{key: one[key] or "" for key in judged} for one in found]
