"""From a fact as the law library names it to the path and the question that an officer answers. Pure.

The library speaks of facts by place and kind ("affected[AU].count", "data[vehicle].status",
"risk.by_test.serious_harm"); the facts document has rows with names.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from incidents import paths
from incidents.catalogue import Question, load_catalogue

NAMED = re.compile(r"(?P<list>[a-z_]+)\[(?P<key>[^\]]*)\](?:\.(?P<field>[a-z_]+))?")

FIELD_OF_LIST = {"affected": "presence", "data": "status", "events": "at", "notices": "first_sent_at"}
"""What is asked of a row where the library names the row alone."""

OPEN_LISTS = {"data": "/data_complete", "affected": "/affected_complete"}
"""Where the library names the whole list, the question is whether it is complete."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the answer belongs. `exists`: the row is there; else the path would make it."""

    fact: str
    path: str
    question: Question | None
    exists: bool


def asked(fact: str, document: Mapping[str, Any]) -> Asked:
    """The path and the question of a fact named by the law library."""
    path, exists = _locate(fact, document)
    return Asked(fact, path, load_catalogue().of_path(path), exists)


def _locate(fact: str, document: Mapping[str, Any]) -> tuple[str, bool]:
    match = NAMED.fullmatch(fact)
    if match:
        return _row(match["list"], match["key"], match["field"], document)
    if fact in OPEN_LISTS:
        return OPEN_LISTS[fact], True
    head, _, rest = fact.partition(".")
    if (head,) in paths.ROWS:  # data.opens: of whichever row it may be; the first is shown
        names = paths.names(document, (head,))
        return paths.join([head, names[0] if names else "new", rest]), bool(names)
    if fact.startswith("risk.by_test."):
        return paths.join(["risk", "by_test", fact.removeprefix("risk.by_test.")]), True
    return paths.join(fact.split(".")), True


def _row(name: str, key: str, field: str | None, document: Mapping[str, Any]) -> tuple[str, bool]:
    place = (name,)
    field = field or FIELD_OF_LIST.get(name, "")
    for row_name, row in zip(paths.names(document, place), document.get(name) or (), strict=True):
        if key in _keys(name, row):
            return paths.join([name, row_name, field]), True
    return paths.join([name, _new_name(name, key), field]), False


def _keys(name: str, row: Mapping[str, Any]) -> set[Any]:
    """By what the library may call this row."""
    if name == "affected":
        return {row.get("country"), row.get("region"), row.get("subdivision"), row.get("id")} - {None}
    return {row.get(paths.ROWS[(name,)][0])}


def _new_name(name: str, key: str) -> str:
    fields = paths.ROWS[(name,)]
    return paths.row_name({fields[0]: key.lower() if name == "affected" else key}, fields)
