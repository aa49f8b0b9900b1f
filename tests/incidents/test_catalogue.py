"""The question catalogue: strict to read, true to the facts schema, complete in its answers."""

from typing import Any

import pytest

from incidents import asking, catalogue
from law.facts import BreachFacts

SCHEMA: dict[str, Any] = BreachFacts.model_json_schema(by_alias=True)


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        node = SCHEMA["$defs"][node["$ref"].rsplit("/", 1)[1]]
    return node


def branches(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The schema itself, or the branches of a union without null."""
    node = resolve(node)
    options = node.get("anyOf") or node.get("oneOf")
    if not options:
        return [node]
    return [branch for option in options for branch in branches(option) if branch.get("type") != "null"]


def at(path: str) -> list[dict[str, Any]] | None:
    """The schema of a path's value, or None where the facts have no such path."""
    found = [SCHEMA]
    for part in path.strip("/").split("/"):
        step: list[dict[str, Any]] = []
        for node in found:
            if part == "*" and node.get("type") == "array":
                step += branches(node["items"])
            elif part == "*" and isinstance(node.get("additionalProperties"), dict):
                step += branches(node["additionalProperties"])
            elif part in node.get("properties", {}):
                step += branches(node["properties"][part])
        found = step
    return found or None


def offered(nodes: list[dict[str, Any]]) -> set[str]:
    """The values of an enumerated fact that are answers: neither unknown nor a default that says so."""
    values: set[str] = set()
    for one in nodes:
        node = branches(one["items"])[0] if one.get("type") == "array" else one
        values |= set(node.get("enum", [])) | ({node["const"]} if "const" in node else set())
    return values - {"unknown", "not_yet_known", "not_yet"}


QUESTIONS = catalogue.load_catalogue().questions
OF_FACTS = [question for question in QUESTIONS.values() if question.path]
CLOSED = [question for question in OF_FACTS if question.options and not question.taxonomy]


def test_it_asks_for_what_the_contract_can_hold() -> None:
    assert len(OF_FACTS) >= 60
    assert [question.path for question in OF_FACTS if at(question.path) is None] == []


@pytest.mark.parametrize("question", CLOSED, ids=lambda question: question.id)
def test_it_offers_every_answer_that_the_facts_know_and_no_other(question: catalogue.Question) -> None:
    nodes = at(question.path) or []
    assert {value for value, _ in question.options} == offered(nodes)


def test_it_asks_nothing_twice_and_everything_in_a_group() -> None:
    groups = catalogue.load_catalogue().groups
    assert sum(len(group.questions) for group in groups) == len(QUESTIONS)
    assert all(group.questions for group in groups)
    assert len({question.path for question in OF_FACTS}) == len(OF_FACTS)


def test_it_asks_in_whole_sentences() -> None:
    assert [question.id for question in QUESTIONS.values() if not question.label.endswith("?")] == []
    assert [question.id for question in QUESTIONS.values() if not question.help.endswith((".", "…"))] == []


GOOD = """
[[group]]
id = "g"
title = "G"
intro = "I"
[[question]]
id = "actor"
path = "/cause/actor"
group = "g"
widget = "yes_no"
label = "Who?"
help = "H."
who = ["security"]
"""


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('widget = "yes_no"', 'widget = "slider"', "widget 'slider': expected one of"),
        ('group = "g"', 'group = "h"', "group 'h': expected the id"),
        ('who = ["security"]', 'who = ["everybody"]', "who ['everybody']"),
        ('path = "/cause/actor"', 'path = "cause"', "expected a path such as"),
        ('path = "/cause/actor"', "", "expected for every question but a narrative"),
        ('help = "H."', 'hint = "H."', "hint: no such key"),
        ('widget = "yes_no"', 'widget = "choice"', "either options or taxonomy"),
        ('widget = "yes_no"', 'widget = "choice"\noptions = ["yes"]', "pairs of value and label"),
        ('widget = "yes_no"', 'widget = "choice"\ntaxonomy = "colour"', "taxonomy 'colour'"),
        ("[[group]]", "[[page]]", "page: no such table"),
        ('title = "G"', "title = ", "questions.toml:"),
    ],
)
def test_it_names_question_key_and_mend(before: str, after: str, words: str) -> None:
    assert len(catalogue.read_catalogue(GOOD).questions) == 1
    with pytest.raises(catalogue.CatalogueError) as caught:
        catalogue.read_catalogue(GOOD.replace(before, after, 1))
    assert words in str(caught.value)


def test_it_refuses_a_question_that_stands_twice() -> None:
    again = GOOD + GOOD[GOOD.index("[[question]]") :]
    with pytest.raises(catalogue.CatalogueError, match="id 'actor' stands twice"):
        catalogue.read_catalogue(again)


# -- from the library's words to a path -----------------------------------------------------------------

DOCUMENT: dict[str, Any] = {
    "affected": [{"id": "g1", "country": "AU"}, {"id": "rest", "region": "009"}],
    "data": [{"category": "vehicle", "groups": ["g1"]}],
}


@pytest.mark.parametrize(
    ("fact", "path", "exists", "question"),
    [
        ("timeline.became_aware_at", "/timeline/became_aware_at", True, "became_aware_at"),
        ("affected[AU].count", "/affected/g1/count", True, "affected_count"),
        ("affected[009].country", "/affected/rest/country", True, "affected_country"),
        ("affected[FR].presence", "/affected/fr/presence", False, "affected_presence"),
        ("affected[AU]", "/affected/g1/presence", True, "affected_presence"),
        ("data[vehicle].protection", "/data/vehicle@g1/protection", True, "data_protection"),
        ("data[payment_card].status", "/data/payment_card/status", False, "data_status"),
        ("data.opens", "/data/vehicle@g1/opens", True, "data_opens"),
        ("data", "/data_complete", True, "data_complete"),
        ("affected_total", "/affected_total", True, "affected_total"),
        ("risk.by_test.serious_harm", "/risk/by_test/serious_harm", True, "risk_test"),
        ("notices[individuals]", "/notices/individuals/first_sent_at", False, "notice_first_sent_at"),
        ("organisation.role", "/organisation/role", True, "role"),
    ],
)
def test_it_finds_path_and_question_of_a_fact_that_the_library_names(
    fact: str, path: str, exists: bool, question: str
) -> None:
    found = asking.asked(fact, DOCUMENT)
    assert (found.path, found.exists) == (path, exists)
    assert found.question is not None
    assert found.question.id == question
